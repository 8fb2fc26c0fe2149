// The page: what is typed goes to the worker after a short rest, and what `trialc` says is shown. The newest text wins.
const FILE = "protocol.trial";
const PATIENTS = "patients.json";
const DOCUMENT = "document";
const REST = 250; // milliseconds without a key before the compiler is asked

const one = (selector) => document.querySelector(selector);
const editor = one("#protocol");
const patients = one("#patients");
const layers = { numbers: one(".numbers"), colours: one(".colours"), marks: one(".marks") };

// What each tab asks for: commands, and how their answer is shown.
const TABS = {
  verdicts: { commands: [["run", FILE, PATIENTS]], show: said },
  examples: { commands: [["test", FILE]], show: said },
  analysis: { commands: [["analyze", FILE]], show: said },
  document: { commands: [["docs", FILE, "--out", DOCUMENT]], show: printed },
};

let colours = [];
let tab = "verdicts";
let asked = 0; // the number of the newest question
let busy = false;
let waiting = null;
const worker = new Worker("worker.js", { type: "module" });
const answers = new Map();

worker.onmessage = ({ data }) => {
  if (data.ready) return ask();
  if (data.id === undefined) return state(`Python could not be loaded: ${data.failed}`);
  answers.get(data.id)(data);
  answers.delete(data.id);
};

const start = await (await fetch("start.json")).json();
colours = start.colours.map(([name, pattern]) => [name, new RegExp(pattern, "my")]);
editor.value = start.protocol;
patients.value = start.patients;
paint([]);

// ---- asking ----

function send(message) {
  const id = ++asked;
  return new Promise((resolve) => {
    answers.set(id, resolve);
    worker.postMessage({ id, files: {}, read: [], ...message });
  });
}

async function ask() {
  if (busy) return void (waiting = true);
  busy = true;
  state("Checking …");
  const files = { [FILE]: editor.value, [PATIENTS]: patients.value };
  const text = editor.value;
  const checked = await send({ files, commands: [["check", "--format", "json", FILE]] });
  if (checked.failed) {
    state(`Could not run: ${checked.failed}`);
  } else {
    const found = JSON.parse(checked.ran[0].out).diagnostics;
    if (text === editor.value) paint(found);
    list(found);
    const errors = found.filter((each) => each.severity === "error").length;
    if (errors) one(`#${tab} .said`)?.replaceChildren("The protocol has errors; they are listed below it.");
    else await look();
    state(errors ? `${errors} error${errors === 1 ? "" : "s"}` : found.length ? "Compiles, with warnings" : "Compiles");
  }
  busy = false;
  if (waiting) {
    waiting = false;
    ask();
  }
}

async function look() {
  const { commands, show } = TABS[tab];
  const panel = one(`#${tab}`);
  const reply = await send({ commands, read: [] });
  await show(panel, reply);
}

function said(panel, { ran, failed }) {
  panel.querySelector(".said").textContent = failed ?? [ran[0].out, ran[0].err].filter(Boolean).join("\n");
}

async function printed(panel, { ran, failed }) {
  const written = (ran?.[0].out ?? "").match(/\S+\.html/);
  const reply = written ? await send({ commands: [], read: [written[0]] }) : { files: {} };
  const page = written && reply.files[written[0]];
  panel.querySelector("iframe").srcdoc = page ?? `<pre>${escaped(failed ?? ran[0].err)}</pre>`;
}

// ---- the editor ----

function paint(found) {
  const text = editor.value;
  layers.numbers.textContent = text.split("\n").map((_, n) => n + 1).join("\n");
  layers.colours.innerHTML = coloured(text) + "\n";
  layers.marks.innerHTML = marked(text, found) + "\n";
  follow();
}

function coloured(text) {
  let html = "";
  let plain = 0;
  let at = 0;
  while (at < text.length) {
    const hit = token(text, at);
    if (!hit) {
      at += 1;
      continue;
    }
    const [name, length] = hit;
    html += `${escaped(text.slice(plain, at))}<span class="${name}">${escaped(text.slice(at, at + length))}</span>`;
    plain = at += length;
  }
  return html + escaped(text.slice(plain));
}

function token(text, at) {
  for (const [name, pattern] of colours) {
    pattern.lastIndex = at;
    const hit = pattern.exec(text);
    if (hit?.[0]) return [name, hit[0].length];
  }
  const word = /[A-Za-z0-9_.]+/y;
  word.lastIndex = at;
  const hit = word.exec(text);
  return hit && [ "plain", hit[0].length ];
}

function marked(text, found) {
  const letters = [...text]; // places are counted in characters, as the compiler counts them
  let html = "";
  let from = 0;
  const placed = found.filter((each) => each.start).sort((a, b) => a.start.offset - b.start.offset);
  for (const { start: { offset }, end, severity, message } of placed) {
    if (offset < from) continue;
    html += escaped(letters.slice(from, offset).join(""));
    from = Math.max(end.offset, offset + 1);
    html += `<span class="${severity}" title="${escaped(message)}">${escaped(letters.slice(offset, from).join("") || " ")}</span>`;
  }
  return html + escaped(letters.slice(from).join(""));
}

function list(found) {
  one("#findings").replaceChildren(...found.map(entry));
}

function entry({ code, severity, message, help, start }) {
  const item = document.createElement("li");
  item.className = severity;
  const button = document.createElement("button");
  button.type = "button";
  button.innerHTML = `<b>${code}</b> ${start ? `line ${start.line}: ` : ""}${escaped(message)}`;
  button.onclick = () => start && go(start);
  item.append(button);
  if (help) item.append(Object.assign(document.createElement("p"), { textContent: help }));
  return item;
}

function go({ line, offset }) {
  const place = [...editor.value].slice(0, offset).join("").length;
  editor.focus();
  editor.setSelectionRange(place, place);
  editor.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(editor).lineHeight));
}

function follow() {
  for (const layer of [layers.colours, layers.marks]) {
    layer.scrollTop = editor.scrollTop;
    layer.scrollLeft = editor.scrollLeft;
  }
  layers.numbers.scrollTop = editor.scrollTop;
}

// ---- what the user does ----

let rest;
function typed() {
  clearTimeout(rest);
  rest = setTimeout(ask, REST);
}
editor.oninput = () => {
  paint([]);
  typed();
};
editor.onscroll = follow;
patients.oninput = typed;
editor.onkeydown = (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  // A new line begins under the one before it, deeper after a brace.
  event.preventDefault();
  const line = editor.value.slice(0, editor.selectionStart).split("\n").at(-1);
  const indent = line.match(/^ */)[0] + (/\{\s*$/.test(line) ? "  " : "");
  document.execCommand("insertText", false, `\n${indent}`); // keeps what can be undone
};

const tabs = [...document.querySelectorAll("[role=tab]")];
for (const [n, each] of tabs.entries()) {
  each.onclick = () => choose(each);
  each.onkeydown = ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step) choose(tabs.at((n + step) % tabs.length), true);
  };
}
function choose(chosen, focus = false) {
  for (const each of tabs) {
    const on = each === chosen;
    each.setAttribute("aria-selected", on);
    each.tabIndex = on ? 0 : -1;
    one(`#${each.getAttribute("aria-controls")}`).hidden = !on;
  }
  if (focus) chosen.focus();
  tab = chosen.getAttribute("aria-controls");
  ask();
}

one("#layout").onclick = async () => {
  const { ran, files } = await send({ files: { [FILE]: editor.value }, commands: [["fmt", FILE]], read: [FILE] });
  if (ran[0].code === 2) return state(ran[0].err);
  editor.value = files[FILE];
  paint([]);
  ask();
};
one("#save").onclick = () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([editor.value], { type: "text/plain" }));
  link.download = FILE;
  link.click();
  URL.revokeObjectURL(link.href);
};

function state(text) {
  one("#state").textContent = text;
}

function escaped(text) {
  return String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
}
