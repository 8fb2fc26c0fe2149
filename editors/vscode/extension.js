// The client: starts `trialc lsp` and hands it every .trial file. What the server cannot know is said here.
const path = require("node:path");
const fs = require("node:fs");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

/** The command of the settings; one with a slash is a path, taken from the folder that is open. */
function command() {
  const named = vscode.workspace.getConfiguration("trial").get("command") || "trialc";
  if (path.isAbsolute(named) || !/[\\/]/.test(named)) return named;
  const roots = (vscode.workspace.workspaceFolders || []).map((one) => path.join(one.uri.fsPath, named));
  return roots.find((one) => fs.existsSync(one)) || named;
}

async function start() {
  const run = { command: command(), args: ["lsp"] };
  client = new LanguageClient("trial", "Trial protocol", run, { documentSelector: [{ language: "trial" }] });
  try {
    await client.start();
  } catch (error) {
    const settings = "Open settings";
    const chosen = await vscode.window.showErrorMessage(
      `\`${run.command} lsp\` does not start: ${error.message}. Install it with \`pip install 'protocol-dsl[lsp]'\`,` +
        " or name it in the setting `trial.command`.",
      settings,
    );
    if (chosen === settings) vscode.commands.executeCommand("workbench.action.openSettings", "trial.command");
  }
}

async function stop() {
  const stopping = client;
  client = undefined;
  if (stopping && stopping.needsStop()) await stopping.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("trial.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("trial.command")) return restart();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
