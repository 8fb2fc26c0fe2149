// Reads one patient from plain JSON. Nothing here throws: what cannot be used is unknown, and reported. An entry nobody
// can make sense of is kept as an entry of which nothing is known, so that it is never mistaken for the absence of one.

import { BEGINNING, DAY, FOREVER, ageBounds, anyTime, dayOf, endOfDay, isAnyTime, parseWhen, when, whenText } from "./calendar.js";
import { between, converted, ends, illegible, isRange, parseNumeral } from "./numbers.js";
import { isExact, repeated } from "./repeats.js";

const TRUTHS = new Map(Object.entries({ yes: true, true: true, y: true, no: false, false: false, n: false }));
const SERIES = ["lab", "measure", "finding"];
const OTHER_KEYS = ["id", "anchors", "answers"];
const SPAN_KEYS = ["on", "from", "to", "ongoing"];
const IDENTITY = [1, 1, 0, 1];

const isObject = (raw) => typeof raw === "object" && raw !== null && !Array.isArray(raw);
const has = (object, key) => Object.hasOwn(object, key);
const stated = (raw, key) => (has(raw, key) && raw[key] !== null ? raw[key] : undefined);
const quoted = (names) => names.map((name) => `\`${name}\``);
const plainBlanks = (text) => text.split(/\s+/).filter(Boolean).join(" ");

/** A place in a patient's record, where problems are noted: `{path, words, reason, fix}`. */
class Place {
  constructor(problems, path = "") {
    this.problems = problems;
    this.path = path;
  }
  key(name) {
    return new Place(this.problems, this.path ? `${this.path}.${asWritten(name)}` : asWritten(name));
  }
  item(index) {
    return new Place(this.problems, `${this.path}[${index}]`);
  }
  refuse(raw, reason, fix) {
    this.problems.push({ path: this.path, words: asWritten(raw), reason, fix });
    return null;
  }
}

/** A problem on one line. */
export const problemText = ({ path, words, reason, fix }) => `${path || "patient"}: \`${words}\`: ${reason}; ${fix}`;

function asWritten(raw) {
  if (Array.isArray(raw)) return raw.length ? "[…]" : "[]";
  if (isObject(raw)) return Object.keys(raw).length ? "{…}" : "{}";
  const text = plainBlanks(String(raw).slice(0, 1000));
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

/** The records of one patient as at the day of judging `on`, by a protocol's `schema` (facts, anchors, questions). Values
 *  without a date are taken as of `on`. Gives `{id, facts, anchors, answers, problems}`. */
export function readPatient(data, schema, on) {
  const problems = [];
  const top = new Place(problems);
  if (!isObject(data)) {
    top.refuse(data, "a patient is an object with a key for each fact", 'write `{"id": "P1", …}`');
    return { id: "", facts: {}, anchors: {}, answers: {}, problems };
  }
  const facts = readFacts(data, schema, on, top);
  compareAges(data, facts, schema, on, top);
  const id = readId(stated(data, "id"), top.key("id"));
  const anchors = readAnchors(stated(data, "anchors"), schema, top.key("anchors"));
  const answers = readAnswers(stated(data, "answers"), schema, top.key("answers"));
  return { id, facts, anchors, answers, problems };
}

function readId(raw, place) {
  if (raw === undefined) return "";
  if (typeof raw === "string" || Number.isInteger(raw)) return String(raw);
  place.refuse(raw, "an id is a text", 'write it as `"P1"`');
  return "";
}

function readFacts(data, schema, on, top) {
  const facts = {};
  for (const [name, raw] of Object.entries(data)) {
    if (has(schema.facts, name)) {
      if (raw !== null) facts[name] = readFact(raw, schema.facts[name], on, top.key(name));
    } else if (!OTHER_KEYS.includes(name)) {
      top.refuse(name, "no fact of this name is declared", "remove it");
    }
  }
  return facts;
}

/** An age stated beside a birth date that makes it another is reported; the birth date decides. */
function compareAges(data, { birth_date: born, age }, schema, on, top) {
  const ours = ["birth_date", "age"].every((name) => schema.facts[name]?.builtin);
  if (!ours || !born || age === undefined || age === null) return;
  const bounds = ageBounds(born, on, "year");
  const { low, high } = ends(age);
  if (bounds && (high < bounds[0] || low > bounds[1])) {
    const years = bounds[0] === bounds[1] ? `${bounds[0]}` : `${bounds[0]} to ${bounds[1]}`;
    const reason = `by the birth date, ${whenText(born)}, the age on the day of judging is ${years}`;
    top.key("age").refuse(data.age, reason, "correct one of them; the birth date decides");
  }
}

function readFact(raw, fact, on, place) {
  if (SERIES.includes(fact.kind)) return readSeries(raw, fact, on, place);
  if (fact.kind === "event") return readHistory(raw, fact, on, place);
  if (fact.kind === "set") return readSet(raw, fact, place);
  if (fact.kind === "number") return readQuantity(raw, fact, place);
  if (typeof raw === "object") {
    return place.refuse(raw, `\`${fact.name}\` holds one value and no date`, "write the value alone");
  }
  if (fact.kind === "yes_no") return readTruth(raw, place);
  return fact.kind === "choice" ? readChoice(raw, fact.choices, place) : readDay(raw, fact, on, place);
}

function readTruth(raw, place) {
  if (typeof raw === "boolean") return raw;
  const word = typeof raw === "string" ? raw.trim().toLowerCase() : "";
  return TRUTHS.get(word) ?? place.refuse(raw, "it is neither yes nor no", "write `true` or `false`");
}

/** One of `choices`, whatever its case and separators. */
function readChoice(raw, choices, place) {
  const text = Number.isSafeInteger(raw) ? String(raw) : raw;
  if (typeof text === "string") {
    if (choices.includes(text)) return text;
    const alike = choices.filter((choice) => folded(choice) === folded(text));
    if (alike.length === 1) return alike[0];
  }
  const known = quoted(choices.slice(0, 8)).join(", ") + (choices.length > 8 ? ", …" : "");
  return place.refuse(raw, "it is not one of the choices", `write one of ${known}`);
}

const folded = (text) => text.slice(0, 200).trim().toLowerCase().replace(/[\s_.-]+/g, "_");

function readSet(raw, fact, place) {
  if (!Array.isArray(raw)) return place.refuse(raw, `\`${fact.name}\` holds several choices`, "write them as a list, `[]` for none");
  const members = raw.map((item, index) => readChoice(item, fact.choices, place.item(index)));
  return members.includes(null) ? null : new Set(members);
}

function readDate(raw, place) {
  const text = Number.isInteger(raw) && raw >= 1 && raw <= 9999 ? String(raw).padStart(4, "0") : raw;
  if (typeof text !== "string") {
    return place.refuse(raw, "it is not a date", 'write it as `"2026"`, `"2026-03"` or `"2026-03-05"`');
  }
  try {
    return parseWhen(text);
  } catch (error) {
    return place.refuse(raw, error.reason, error.fix);
  }
}

function readDay(raw, fact, on, place) {
  const day = readDate(raw, place);
  if (day && fact.name === "birth_date" && fact.builtin && day.first > on.last) {
    return place.refuse(raw, "the birth date lies after the day of judging", "check the date");
  }
  return day;
}

function readQuantity(raw, fact, place) {
  const { amount, factors, usable } = amountOf(raw, fact, place);
  if (!usable) return null;
  const number = plausible(readNumber(amount, factors, fact, place), amount, fact, place);
  return fact.builtin && fact.name === "age" ? completedYears(number) : number;
}

/** Age counts completed years: 45.5 is 45, and more than 89 is 90 or more. */
function completedYears(stated) {
  if (!isRange(stated)) return stated === null ? null : Math.floor(stated);
  return between(Math.ceil(stated.low), Math.floor(stated.high));
}

/** A bare amount, or `{"value", "unit"}`: the amount, the factors of a unit stated, and whether it is usable. */
function amountOf(raw, fact, place) {
  if (!isObject(raw)) return { amount: raw, factors: null, usable: true };
  const usable = !foreignKeys(raw, ["value", "unit"], place) && stated(raw, "value") !== undefined;
  const unit = stated(raw, "unit");
  if (unit === undefined) return { amount: raw.value ?? null, factors: null, usable };
  const factors = factorsOf(unit, fact, place.key("unit"));
  return { amount: raw.value ?? null, factors, usable: usable && factors !== null };
}

/** Whether an object holds keys nobody knows, each reported. */
function foreignKeys(raw, keys, place) {
  const foreign = Object.keys(raw).filter((key) => !keys.includes(key));
  for (const key of foreign) place.refuse(key, "no such key belongs here", `the keys are ${quoted(keys).join(", ")}`);
  return foreign.length > 0;
}

/** The exact factors from a stated unit to the fact's own. */
function factorsOf(unit, fact, place) {
  const spelled = (text) => text.slice(0, 80).replace(/\s+/g, "").replace(/[µμ]/g, "u");
  if (typeof unit === "string") {
    for (const [text, factors] of Object.entries(fact.units)) {
      if (text === unit || spelled(text) === spelled(unit)) return factors;
    }
    if ([spelled(fact.unit), fact.unit === "1" ? "" : spelled(fact.unit)].includes(spelled(unit))) return IDENTITY;
  }
  const spellings = new Map();
  for (const text of [fact.unit || "1", ...Object.keys(fact.units)]) {
    // `mg/dl` says what `mg/dL` does.
    const alike = text.replace(/\s+/g, "").toLowerCase().replaceAll("*", "^");
    if (!spellings.has(alike)) spellings.set(alike, text);
  }
  const known = [...spellings.values()];
  const molar = (text) => text.includes("mol/");
  const bridge = typeof unit === "string" && ((molar(unit) && !known.some(molar)) || (unit.includes("g/") && known.every(molar)));
  const fix = `give the value in ${quoted(known.slice(0, 6)).join(" or ")}`;
  const why = bridge ? ", for the protocol declares no `molar_mass` to convert by" : "";
  return place.refuse(unit, `\`${fact.name}\` is not recorded in this unit`, fix + why);
}

/** A number or bound in the fact's unit; `factors` null when no unit is stated with it. */
function readNumber(raw, factors, fact, place) {
  const mayBeShare = factors === null && fact.unit.startsWith("%");
  try {
    const numeral = parseNumeral(raw);
    const share = numeral.top > 0n && numeral.top <= numeral.bottom;
    if (!mayBeShare || !share) return converted(numeral, factors ?? IDENTITY);
  } catch (error) {
    return place.refuse(raw, error.reason, error.fix);
  }
  const fix = `state the unit, as in {"value": ${asWritten(raw)}, "unit": "%"}`;
  return place.refuse(raw, "it may be a percentage or a fraction of one", fix);
}

/** A number where a bound is of no use. */
function readExact(raw, factors, fact, place) {
  const number = readNumber(raw, factors, fact, place);
  return isRange(number) ? place.refuse(raw, "a single number belongs here, not a bound", "write the number itself") : number;
}

/** The value, or null when no true value can be what is recorded. */
function plausible(value, raw, fact, place) {
  if (value === null) return null;
  const { low, high } = ends(value);
  if ((fact.low === null || high >= fact.low) && (fact.high === null || low <= fact.high)) return value;
  const unit = ["", "1"].includes(fact.unit) ? "" : ` ${fact.unit}`;
  const limits = `${limitText(fact.low)} to ${limitText(fact.high)}`;
  return place.refuse(raw, `no plausible \`${fact.name}\` lies outside ${limits}${unit}`, "check the value and its unit");
}

/** Six significant digits, with an exponent of two digits and more where there is one. */
function limitText(limit) {
  const [mantissa, exponent] = limit.toExponential(5).split("e").map(Number);
  if (exponent >= -4 && exponent < 6) return String(Number(limit.toPrecision(6)));
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function readSeries(raw, fact, on, place) {
  if (!Array.isArray(raw)) return [readSample(raw, fact, on, place)];
  const samples = raw.map((item, index) => readSample(item, fact, on, place.item(index)));
  noteRepeats(raw, samples, place);
  return samples;
}

function noteRepeats(raw, read, place) {
  for (const index of repeated(read)) {
    const [reason, fix] = isExact(read[index])
      ? ["it says the same as an earlier one, to the second", "it counts once; remove one"]
      : [
          "it says the same as an earlier one, and gives no time of day",
          "remove it, or give both times; till then it stays open whether there are one or two",
        ];
    place.item(index).refuse(raw[index], reason, fix);
  }
}

function noteFuture(raw, one, on, place) {
  if (one.first > endOfDay(on)) {
    const fix = "check the date; it counts only from that day on, or in a window that reaches as far";
    place.refuse(raw, "it lies after the day of judging", fix);
  }
}

function readSample(raw, fact, on, place) {
  const today = when(dayOf(on.first) * DAY, endOfDay(on));
  const sample = (at, value, limits = {}) => ({ when: at, value, upper: limits.upper ?? null, lower: limits.lower ?? null });
  if (!isObject(raw)) return sample(today, readContent(raw, null, fact, place));
  const foreign = foreignKeys(raw, fact.kind === "finding" ? ["value", "on"] : ["value", "unit", "on", "uln", "lln"], place);
  let at = foreign ? anyTime() : today;
  if (stated(raw, "on") !== undefined) {
    at = readDate(raw.on, place.key("on")) ?? anyTime();
    noteFuture(raw.on, at, on, place.key("on"));
  }
  // A misspelt `unit` or `on` would change what the value means, so the value cannot stand without it.
  if (foreign) return sample(at, null);
  if (!has(raw, "value")) place.refuse(raw, "the entry has no `value`", "add it, or `null` when the result is not known");
  const unit = stated(raw, "unit");
  const factors = unit === undefined ? null : factorsOf(unit, fact, place.key("unit"));
  if (unit !== undefined && factors === null) return sample(at, null);
  const content = stated(raw, "value");
  const value = content === undefined ? null : readContent(content, factors, fact, place.key("value"));
  return sample(at, value, readLimits(raw, factors, fact, place));
}

function readContent(raw, factors, fact, place) {
  if (fact.kind === "finding") return readChoice(raw, fact.choices, place);
  return plausible(readNumber(raw, factors, fact, place), raw, fact, place);
}

/** The sample's own upper and lower limit of normal. One that cannot be used is not absent: no limit that the protocol
 *  declares may take its place. */
function readLimits(raw, factors, fact, place) {
  const [upper, lower] = ["uln", "lln"].map((key) =>
    stated(raw, key) === undefined ? null : readLimit(raw[key], factors, fact, place.key(key), key === "uln"),
  );
  if (typeof upper === "number" && typeof lower === "number" && lower > upper) {
    place.key("lln").refuse(raw.lln, "the lower limit of normal is above the upper", "exchange them");
    return { upper: illegible(), lower: illegible() };
  }
  return { upper, lower };
}

function readLimit(raw, factors, fact, place, isUpper) {
  const limit = readExact(raw, factors, fact, place);
  if (limit === null) return illegible();
  // Laboratories print "0 to 40" of what is never 0.
  if (limit === 0 && !isUpper) return limit;
  if (limit <= 0 && (fact.low === null || fact.low >= 0)) {
    place.refuse(raw, `a limit of normal is ${isUpper ? "above 0" : "0 or above"} here`, "check the limit and its unit");
    return illegible();
  }
  return plausible(limit, raw, fact, place) ?? illegible();
}

function readHistory(raw, fact, on, place) {
  if (Array.isArray(raw)) return historyOf(raw, true, fact, on, place);
  if (isObject(raw) && has(raw, "occurrences")) {
    const foreign = foreignKeys(raw, ["occurrences", "complete"], place);
    const said = stated(raw, "complete");
    const whole = said === undefined ? fact.closed : readTruth(said, place.key("complete")) === true;
    if (Array.isArray(raw.occurrences)) {
      return historyOf(raw.occurrences, whole && !foreign, fact, on, place.key("occurrences"));
    }
  }
  place.refuse(
    raw,
    "an event is recorded as a list of its occurrences",
    'write `[]` when it never occurred, or `[{"on": "2026-01-05"}]`',
  );
  // Were this left out, an event that is absent if not recorded would be taken as absent.
  return fact.closed ? { occurrences: [undated()], complete: false } : null;
}

const undated = () => ({ start: anyTime(), end: anyTime(), attributes: {} });

function historyOf(raw, complete, fact, on, place) {
  const read = raw.map((item, index) => readOccurrence(item, fact, on, place.item(index)));
  noteRepeats(raw, read, place);
  // What is recorded without a date one can read has happened all the same, some time up to the day of judging.
  const byNow = (one) => (isAnyTime(one.start) ? { ...one, start: when(BEGINNING, on.last) } : one);
  return { occurrences: read.map(byNow), complete };
}

function readOccurrence(raw, fact, on, place) {
  if (typeof raw === "string") {
    const at = readDate(raw, place) ?? anyTime();
    noteFuture(raw, at, on, place);
    return { start: at, end: at, attributes: {} };
  }
  if (!isObject(raw)) {
    place.refuse(raw, "an occurrence is an object", 'write it as `{"on": "2026-01-05"}`');
    return undated();
  }
  const foreign = foreignKeys(raw, [...SPAN_KEYS, ...fact.attributes.map((one) => one.name)], place);
  if (!foreign && !SPAN_KEYS.some((key) => has(raw, key))) {
    place.refuse(raw, "it does not say when", 'add `"on": "2026-01-05"`, as far as the date is known');
  }
  const [start, end] = readSpan(raw, on, place);
  const dated = ["on", "from"].find((key) => stated(raw, key) !== undefined) ?? "to";
  noteFuture(raw[dated], start, on, place.key(dated));
  const attributes = {};
  for (const attribute of fact.attributes) {
    const told = stated(raw, attribute.name);
    if (told !== undefined) attributes[attribute.name] = readAttribute(told, attribute, place.key(attribute.name));
  }
  return { start, end, attributes };
}

/** Start and end: `on` a day, or `from` and `to`, or `from` and `ongoing`; what is left out is unknown. */
function readSpan(raw, on, place) {
  let [at, begun, ended] = ["on", "from", "to"].map((key) =>
    stated(raw, key) === undefined ? null : (readDate(raw[key], place.key(key)) ?? anyTime()),
  );
  let ongoing = stated(raw, "ongoing") === undefined ? null : readTruth(raw.ongoing, place.key("ongoing"));
  if (at) {
    if (!begun && !ended && !ongoing) return [at, at];
    place.refuse(raw, "`on` is the only date of an occurrence", "use `from` and `to`, or `from` and `ongoing`");
    return [anyTime(), anyTime()];
  }
  if (ended && ongoing) {
    place.refuse(raw, "what has an end is not ongoing", "give `to` or `ongoing`, not both");
    [ended, ongoing] = [null, null];
  }
  const start = begun ?? anyTime();
  if (ongoing) return [start, when(FOREVER, FOREVER)];
  if (!ended) {
    const over = ongoing === false && start.first <= on.last;
    return [start, when(start.first, over ? endOfDay(on) : FOREVER)];
  }
  if (ended.last < start.first) {
    place.refuse(raw, "it ends before it starts", "check `from` and `to`");
    return [anyTime(), anyTime()];
  }
  return [when(start.first, Math.min(start.last, ended.last)), when(Math.max(start.first, ended.first), ended.last)];
}

function readAttribute(raw, attribute, place) {
  if (attribute.kind === "yes_no") return readTruth(raw, place);
  if (attribute.kind === "choice") return readChoice(raw, attribute.choices, place);
  const { amount, factors, usable } = amountOf(raw, attribute, place);
  return usable ? readExact(amount, factors, attribute, place) : null;
}

function readAnchors(raw, schema, place) {
  const anchors = {};
  for (const [name, date] of entriesOf(raw, place)) {
    if (!schema.anchors.includes(name)) {
      place.refuse(name, "no anchor of this name is declared", "remove it");
    } else if (date !== null) {
      // An anchor without a date is still to come; one whose date is unreadable may be any moment.
      anchors[name] = readDate(date, place.key(name)) ?? anyTime();
    }
  }
  return anchors;
}

function readAnswers(raw, schema, place) {
  const byText = new Map(Object.entries(schema.questions).map(([id, text]) => [plainBlanks(text), id]));
  const found = new Map();
  for (const [name, answer] of entriesOf(raw, place)) {
    const question = has(schema.questions, name) ? name : byText.get(plainBlanks(name.slice(0, 5000)));
    if (question === undefined) {
      place.refuse(name, "no such question is asked", "use the question's id or its text");
    } else if (answer !== null) {
      found.set(question, (found.get(question) ?? new Set()).add(readTruth(answer, place.key(name))));
    }
  }
  const answers = {};
  for (const [question, given] of found) {
    if (given.has(true) && given.has(false) && given.size === 2) {
      place.key(question).refuse("yes, no", "it is answered twice, differently", "keep one answer");
    } else if (given.size === 1 && !given.has(null)) {
      answers[question] = given.has(true);
    }
  }
  return answers;
}

function entriesOf(raw, place) {
  if (raw === undefined) return [];
  if (isObject(raw)) return Object.entries(raw);
  place.refuse(raw, "an object belongs here", 'write it as `{"name": value}`');
  return [];
}
