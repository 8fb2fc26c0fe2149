// Runs `trialc` in Pyodide, off the page's own thread. A message is {id, files: {path: text}, commands: [[word, …], …],
// read: [path, …]}; the reply is {id, ran: [{code, out, err}, …], files: {path: text or null}}.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const ready = start();
onmessage = async ({ data }) => {
  try {
    postMessage(answer(await ready, data));
  } catch (error) {
    postMessage({ id: data.id, failed: String(error) });
  }
};
ready.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: String(error) }));

async function start() {
  const packed = fetch("packages.zip").then((response) => response.arrayBuffer());
  const python = await loadPyodide({ indexURL: new URL("pyodide/", location.href).href });
  python.unpackArchive(await packed, "zip", { extractDir: "/packages" });
  python.FS.mkdirTree("/work");
  const heard = python.runPython(`
import os, sys
sys.path.insert(0, "/packages")
os.chdir("/work")
from protocol_dsl.cli.listening import heard
lambda words: (lambda ran: (ran.code, ran.out, ran.err))(heard(words))
`);
  return { python, heard };
}

function answer({ python, heard }, { id, files, commands, read }) {
  for (const [path, text] of Object.entries(files)) python.FS.writeFile(path, text);
  const ran = commands.map((words) => {
    const [code, out, err] = heard(python.toPy(words)).toJs();
    return { code, out, err };
  });
  const found = Object.fromEntries(read.map((path) => [path, contents(python.FS, path)]));
  return { id, ran, files: found };
}

function contents(system, path) {
  return system.analyzePath(path).exists ? system.readFile(path, { encoding: "utf8" }) : null;
}
