// One patient judged by a protocol: `features` reduces the records to values, `criteria` weighs them, stage by stage.

import { DAY, dayNumber, days, parseWhen, whenText } from "./calendar.js";
import { problemText, readPatient } from "./reading.js";
import { toldCriterion, toldMissing } from "./telling.js";

/** The day (or the second) of judging: ISO text, or today. Throws Error for a text that is no full date. */
export function judgingDay(on) {
  if (typeof on === "object" && on) return on;
  if (on === undefined || on === null) {
    const now = new Date();
    const today = dayNumber(now.getFullYear(), now.getMonth() + 1, now.getDate());
    return days(today, today);
  }
  const one = parseWhen(on);
  if (one.last - one.first >= DAY) throw new Error(`\`${on}\` is not one day; patients are judged as at a full date such as \`2026-03-05\``);
  return one;
}

/** Features and the outcome of every criterion of every stage, from records that have been read. */
export function judgeRecords(protocol, records, on) {
  const features = Object.create(null);
  const defined = definitionsOf(protocol, features);
  const facts = recordedFacts(protocol, records);
  const unreadFacts = new Set(Object.keys(records.facts).filter((name) => records.facts[name] === null));
  const give = (id, value, window = null, test = null) => {
    const row = protocol.featureRows[id];
    const rests = row.rests.map(([kind, name, words]) => ({ kind, words, recorded: recordedOf(kind, name) }));
    const behind = { records: row.fact ? facts[row.fact] : null, window: window?.window ?? window, test, rests, on };
    features[id] = { id, ...row, value, ...behind };
  };
  const { anchors, answers } = records;
  const recordedOf = (kind, name) => (kind === "anchor" ? anchors : facts)[name] ?? null;
  protocol.features({ give, f: features, d: defined, facts, unreadFacts, anchors, answers, on });
  const stages = Object.entries(protocol.stages).map(([name, criteria]) => [name, criteria(features, defined).map(decided)]);
  return { features, stages: Object.fromEntries(stages) };
}

/** What is recorded of every fact, null for nothing; one that is "absent if not recorded" is absent when nothing is. */
function recordedFacts(protocol, records) {
  const facts = Object.create(null);
  for (const [name, { kind, closed }] of Object.entries(protocol.schema.facts)) {
    facts[name] = records.facts[name] ?? null;
    if (closed && kind === "event") facts[name] ??= { occurrences: [], complete: true };
    if (closed && kind === "yes_no" && !Object.hasOwn(records.facts, name)) facts[name] = false;
  }
  return facts;
}

/** The value of a definition by its id, worked out when first asked for. */
function definitionsOf(protocol, features) {
  const made = new Map();
  const defined = (id) => {
    if (!made.has(id)) made.set(id, protocol.definitions[id](features, defined));
    return made.get(id);
  };
  return defined;
}

/** A criterion: each of its lines as `line(words, condition)`. */
export const criterion = (id, kind, title, ...lines) => ({ id, kind, title, lines });
export const line = (words, passes) => ({ words, passes });

function decided(criterion) {
  const outcomes = criterion.lines.map((line) => line.passes.value);
  return { ...criterion, outcome: verdictOf(outcomes) };
}

const verdictOf = (outcomes) => (outcomes.includes(false) ? false : outcomes.includes(null) ? null : true);
const VERDICTS = { true: "eligible", false: "ineligible", null: "undetermined" };

/** The verdict on one patient, in the words a person reads: plain data, as the other checkers of the protocol give it. */
export function judged(protocol, patient, on, stage = Object.keys(protocol.stages)[0]) {
  const day = judgingDay(on);
  if (!Object.hasOwn(protocol.stages, stage)) {
    const known = Object.keys(protocol.stages).map((name) => `\`${name}\``).join(", ");
    throw new Error(`there is no stage \`${stage}\`; this protocol has ${known || "none"}`);
  }
  const records = readPatient(patient, protocol.schema, day);
  const criteria = judgeRecords(protocol, records, day).stages[stage];
  return {
    protocol: protocol.id,
    title: protocol.title,
    digest: protocol.digest,
    stage,
    patient: records.id,
    on: whenText(day),
    verdict: VERDICTS[verdictOf(criteria.map((one) => one.outcome))],
    criteria: criteria.map((one) => toldCriterion(one, one.outcome)),
    missing: toldMissing(criteria),
    problems: records.problems.map(problemText),
  };
}
