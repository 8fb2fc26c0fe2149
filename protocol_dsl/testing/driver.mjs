// Judges records that have been read, one patient a line: `node driver.mjs checker.mjs < records.ndjson`. Each line holds
// `{on, facts, anchors, answers}` as `protocol_dsl.testing.javascript` writes them; each answer the outcomes by criterion
// id, and features by `feature <id>`. With `--told`, lines hold `{patient, on, stage}` and answers the whole verdict.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [place, told] = process.argv.slice(2);
const { check, judge, protocol } = await import(pathToFileURL(place));
const moment = ([first, last]) => ({ first, last });

const number = (value) =>
  Array.isArray(value) ? { low: value[0] ?? -Infinity, high: value[1] ?? Infinity } : value;

function sample([first, last, value, upper, lower]) {
  return { when: moment([first, last]), value: number(value), upper: number(upper), lower: number(lower) };
}

function occurrence([first, last, endFirst, endLast, attributes]) {
  return { start: moment([first, last]), end: moment([endFirst, endLast]), attributes };
}

const READERS = {
  date: moment,
  set: (choices) => new Set(choices),
  number,
  event: ({ occurrences, complete }) => ({ occurrences: occurrences.map(occurrence), complete }),
  lab: (samples) => samples.map(sample),
  measure: (samples) => samples.map(sample),
  finding: (samples) => samples.map(sample),
};

function read(name, value) {
  if (value === null) return null;
  return READERS[protocol.schema.facts[name].kind]?.(value) ?? value;
}

const mapped = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value)]));

function plain(value) {
  if (value instanceof Set) return { set: [...value] };
  if (typeof value !== "object" || value === null) return value;
  return [Number.isFinite(value.low) ? value.low : null, Number.isFinite(value.high) ? value.high : null];
}

function outcomes({ on, facts, anchors, answers }) {
  const records = { facts: mapped(facts, read), anchors: mapped(anchors, (_, one) => moment(one)), answers };
  const { features, stages } = judge(records, moment(on));
  const criteria = Object.values(stages).flat().map((one) => [one.id, one.outcome]);
  const values = Object.values(features).map((one) => [`feature ${one.id}`, plain(one.value)]);
  return Object.fromEntries([...criteria, ...values]);
}

for await (const line of createInterface({ input: process.stdin })) {
  const data = JSON.parse(line);
  const answer = told ? check(data.patient, data.on, data.stage) : outcomes(data);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
