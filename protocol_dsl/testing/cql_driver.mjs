// Translates a CQL library and runs it, one patient a line: `node cql_driver.mjs eligibility.cql`. Each line holds
// `{bundle, day, anchors}`; each answer the value of every definition whose name is asked for on the first line.
// The npm packages are looked for from the working folder upwards, then in NODE_PATH.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

process.env.TZ = "UTC"; // days are days of the record, wherever this runs
const require = createRequire(join(process.cwd(), "anywhere.js"));
const load = (name) => import(pathToFileURL(require.resolve(name)));

const { SystemModelInfoProvider } = await load("@cqframework/cql/cql");
const { CqlTranslator, LibraryManager, ModelManager, createModelInfoProvider, createUcumService, stringAsSource } =
  await load("@cqframework/cql/cql-to-elm");
const cql = (await load("cql-execution")).default;
const fhir = (await load("cql-exec-fhir")).default;

function translated(text) {
  const folder = dirname(require.resolve("cql-exec-fhir/package.json"));
  const model = readFileSync(join(folder, "lib", "modelInfos", "fhir-modelinfo-4.0.1.xml"), "utf8");
  const models = new ModelManager();
  models.modelInfoLoader.registerModelInfoProvider(new SystemModelInfoProvider());
  models.modelInfoLoader.registerModelInfoProvider(
    createModelInfoProvider((name) => (name === "FHIR" ? stringAsSource(model) : null)),
  );
  // The library has no quantity but counts of calendar units: nothing is left to ask of a service of units.
  const units = createUcumService((value) => value, () => null, (left) => left, (left) => left);
  const elm = JSON.parse(CqlTranslator.fromText(text, new LibraryManager(models, undefined, undefined, units)).toJson());
  const errors = (elm.library.annotation ?? []).filter((one) => one.errorSeverity === "error");
  if (errors.length) {
    throw new Error(errors.slice(0, 20).map((one) => `line ${one.startLine}: ${one.message}`).join("\n"));
  }
  return new cql.Library(elm);
}

const day = (text) => cql.Date.parse(text);

function plain(value) {
  if (value === undefined || value === null) return null;
  return value.isInterval ? { low: value.low, high: value.high } : value;
}

/** Every retrieve asks for all resources of a type anew; they are the same. */
function readOnce(patient) {
  const found = new Map();
  const find = patient.findRecords.bind(patient);
  patient.findRecords = (type, ...rest) => {
    if (!found.has(type)) found.set(type, find(type, ...rest));
    return found.get(type);
  };
}

const library = translated(readFileSync(process.argv[2], "utf8"));
const source = fhir.PatientSource.FHIRv401(false); // reads the whole model
let asked;
for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  if (!asked) {
    asked = given;
    console.log(JSON.stringify("ready"));
    continue;
  }
  source.loadBundles([given.bundle]);
  readOnce(source.currentPatient());
  const parameters = { "Screening day": day(given.day) };
  for (const [name, days] of Object.entries(given.anchors)) {
    parameters[name] = days && new cql.Interval(day(days[0]), day(days[1]));
  }
  const results = await new cql.Executor(library, null, parameters).exec(
    source, cql.DateTime.parse(`${given.day}T12:00:00.000+00:00`),
  );
  const [patient] = Object.values(results.patientResults);
  console.log(JSON.stringify(Object.fromEntries(asked.map((name) => [name, plain(patient[name])]))));
}
