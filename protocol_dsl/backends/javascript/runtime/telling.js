// Why a criterion came out as it did, in the reader's words, values and dates; what is open, and what would settle it.

import { evidence } from "./evidence.js";
import { isIllegible, isRange } from "./numbers.js";
import { opening, openingText } from "./openings.js";
import { inline, isGroup, listed, rangeText, valueText } from "./phrases.js";

const NOT_ALLOWED = { true: "this excludes", false: "it is required" };
const COUNTED = ["occurrences", "samples"];
const ATOMS = ["truth", "compare", "oneOf", "contains", "constant"];
const operandsOf = (node) => node.operands ?? [];
const unique = (items) => [...new Set(items)];

/** One criterion in words: `{id, kind, title, outcome, because, needs, residual}`. */
export function toldCriterion({ id, kind, title, lines }, outcome) {
  const told = { id, kind, title, outcome: { true: "passes", false: "fails", null: "unknown" }[outcome] };
  const nodes = lines.map((line) => line.passes);
  if (outcome !== null) {
    const reasons = nodes.filter((node) => node.value === outcome).flatMap((node) => reasonsOf(node, outcome, outcome));
    return { ...told, because: statements(reasons), needs: [], residual: "" };
  }
  const open = nodes.filter((node) => node.value === null);
  const phrases = open.map((node) => residual(node, true));
  const phrase = phrases.length === 1 ? phrases[0] : { heading: "all of", members: phrases };
  const needs = needsOf(open);
  const text = `${wantedText(needs, phrase)}; passes if ${inline(phrase)}`;
  return { ...told, because: [], needs: needs.map((feature) => feature.id), residual: text };
}

/** What is not known and would matter, what would settle most first: `{feature, words, settles, needed_by}`. */
export function toldMissing(criteria) {
  const found = new Map();
  for (const { id, lines, outcome } of criteria) {
    const nodes = lines.map((line) => line.passes);
    const open = outcome === null ? nodes.filter((node) => node.value === null) : [];
    for (const feature of needsOf(open)) {
      const entry = found.get(feature) ?? { feature: feature.id, words: needText(feature), settles: [], needed_by: [] };
      found.set(feature, entry);
      entry.needed_by.push(id);
      if ([true, false].some((wanted) => withHelp(nodes, feature, wanted) === wanted)) entry.settles.push(id);
    }
  }
  const order = (one, other) => other.settles.length - one.settles.length || other.needed_by.length - one.needed_by.length;
  return [...found.values()].sort(order);
}

// What decided

/** Every atom that makes `node` come out as `value`, each with its value and whether that favours the criterion. */
function reasonsOf(node, value, passing) {
  switch (node.kind) {
    case "not":
      return reasonsOf(node.operands[0], !value, passing);
    case "condition":
      return reasonsOf(node.operands[0], value, passing);
    case "known":
      if (!value && node.operands[0].value === null) return [{ node, value: false, passing }];
      return reasonsOf(node.operands[0], value, passing);
    case "all":
    case "any":
    case "atLeast":
      return node.operands.filter((one) => one.value === value).flatMap((one) => reasonsOf(one, value, passing));
    default:
      return [{ node, value, passing }];
  }
}

/** One sentence per value, with everything asked of it. */
function statements(reasons) {
  const asked = new Map();
  for (const { node, value, passing } of reasons) {
    const [statement, requirement] = statementOf(node, value, passing);
    const wanted = asked.get(statement) ?? [];
    asked.set(statement, wanted);
    if (requirement && !wanted.includes(requirement)) wanted.push(requirement);
  }
  return [...asked].map(([statement, wanted]) => withRequirements(statement, wanted));
}

function withRequirements(statement, wanted) {
  if (!wanted.length) return statement;
  if (Object.values(NOT_ALLOWED).includes(wanted[0])) return `${statement}; ${wanted[0]}`;
  return `${statement}; ${listed(wanted)} ${wanted.length === 1 ? "is" : "are"} required`;
}

function statementOf(node, value, passing) {
  const needed = value === passing ? node.held : node.notHeld;
  switch (node.kind) {
    case "known":
      return [`decided by absence of a record: no record shows ${inline(wordsOf(node.operands[0], true))}`, ""];
    case "truth": {
      const seen = value ? evidence(node.feature) : "";
      return [`${value ? node.held : node.notHeld}${seen && ` (${seen})`}`, passing ? "" : NOT_ALLOWED[value]];
    }
    case "compare":
      return [comparedText(node), needed];
    case "oneOf":
    case "contains":
      return [valuedText(node.feature), needed];
    default:
      return [value ? "it always holds" : "it never holds", ""];
  }
}

function comparedText({ operands: [left, right] }) {
  const text = quantityText(left);
  const own = featuresOf(left);
  const others = featuresOf(right).filter((feature) => !own.includes(feature));
  if (!others.length) return text;
  let beside = others.map((feature) => valuedText(feature, "is")).join("; ");
  for (const { words } of own) {
    for (const limit of ["upper limit of normal", "lower limit of normal"]) {
      beside = beside.replaceAll(`${limit} of ${words}`, `its ${limit}`);
    }
  }
  return `${text} (${beside})`;
}

function quantityText(node) {
  if (node.kind === "value") return valuedText(node.feature);
  const features = featuresOf(node);
  if (node.kind === "named" && node.value !== null) {
    const parts = features.map((feature) => valuedText(feature, ""));
    return `${node.words} was ${valueText(node.value, node.unit)} (${parts.join(", ")})`;
  }
  return features.map((feature) => valuedText(feature)).join(", ") || "the limit is fixed";
}

function valuedText(feature, verb = "was") {
  const seen = evidence(feature);
  const words = [feature.words, verb, valueText(feature.value, feature.unit)].filter(Boolean).join(" ");
  return words + (seen && (COUNTED.includes(feature.evidence) ? ` (${seen})` : ` ${seen}`));
}

// What is open

/** What must still turn out so that `node`, unknown now, becomes `wanted`. */
function residual(node, wanted) {
  switch (node.kind) {
    case "not":
      return residual(node.operands[0], !wanted);
    case "condition":
      return residual(node.operands[0], wanted);
    case "all":
    case "any": {
      const members = node.operands.filter((one) => one.value === null).map((one) => residual(one, wanted));
      return grouped((node.kind === "all") === wanted ? "all of" : "any of", members);
    }
    case "atLeast": {
      const left = node.count - node.operands.filter((one) => one.value === true).length;
      const members = node.operands.filter((one) => one.value === null).map((one) => residual(one, true));
      return grouped(`${wanted ? "at least" : "fewer than"} ${left} of`, members);
    }
    default:
      return wordsOf(node, wanted);
  }
}

function wordsOf(node, wanted) {
  switch (node.kind) {
    case "truth":
      return wanted ? node.held : node.notHeld;
    case "compare":
    case "oneOf":
    case "contains":
      return `${node.subject} is ${wanted ? node.held : node.notHeld}`;
    case "condition":
      return wanted ? node.words : `not ${node.words}`;
    case "not":
      return wordsOf(node.operands[0], !wanted);
    case "known":
      return `${wanted ? "a" : "no"} record shows ${inline(wordsOf(node.operands[0], true))}`;
    case "all":
    case "any": {
      const members = node.operands.map((one) => wordsOf(one, wanted));
      return grouped((node.kind === "all") === wanted ? "all of" : "any of", members);
    }
    case "atLeast":
      return grouped(`${wanted ? "at least" : "fewer than"} ${node.count} of`, node.operands.map((one) => wordsOf(one, true)));
    default:
      return "it always holds";
  }
}

function grouped(heading, members) {
  const single = heading === "at least 1 of" ? "any of" : heading;
  if (members.length === 1 && ["all of", "any of"].includes(single)) return members[0];
  const flattened = [];
  for (const member of members) {
    if (isGroup(member) && member.heading === single && ["all of", "any of"].includes(single)) {
      flattened.push(...member.members);
    } else if (!flattened.some((one) => JSON.stringify(one) === JSON.stringify(member))) {
      flattened.push(member);
    }
  }
  const joined = sameSubject(flattened, single);
  return joined.length === 1 ? joined[0] : { heading: single, members: joined };
}

/** "x is a" and "x is b" are "x is a and b". */
function sameSubject(members, heading) {
  const word = { "all of": "and", "any of": "or" }[heading];
  const joined = [];
  for (const member of members) {
    const last = joined.at(-1);
    const middle = word && !isGroup(member) ? member.indexOf(" is ") : -1;
    if (middle >= 0 && typeof last === "string" && last.startsWith(member.slice(0, middle + 4))) {
      joined[joined.length - 1] = `${last} ${word} ${member.slice(middle + 4)}`;
    } else {
      joined.push(member);
    }
  }
  return joined;
}

/** The values that leave conditions open, in the order the conditions name them. */
const needsOf = (open) => unique(open.flatMap(openAtoms).flatMap(openValues));

function openAtoms(node) {
  if (node.value !== null) return [];
  if (ATOMS.includes(node.kind)) return [node];
  // What is not known of a thing counts as absent once all its records can be read.
  const waiting = node.kind === "known" ? node.operands.slice(1) : operandsOf(node);
  return waiting.flatMap(openAtoms);
}

function openValues(atom) {
  const features = featuresOf(atom);
  const unknown = features.filter((feature) => feature.value === null);
  const bounded = features.filter((feature) => isRange(feature.value));
  // Every value may be there and the result still not be: a root of a negative number, a division by zero.
  return unknown.length + bounded.length ? [...unknown, ...bounded] : features;
}

function featuresOf(node) {
  return unique([...(node.feature ? [node.feature] : []), ...operandsOf(node).flatMap(featuresOf)]);
}

/** What a criterion waits for: records to find, and anchors that have not come. */
function wantedText(needs, phrase) {
  const openings = needs.map(openingOf);
  const words = unique(openings.flatMap((one) => one.records));
  const ahead = unique(openings.flatMap((one) => one.ahead));
  const either = isGroup(phrase) && phrase.heading === "any of";
  return [
    ...(words.length ? [`needs ${itemsText(words, either ? "or" : "and")}`] : []),
    ...(ahead.length ? [`open until ${listed(ahead)}, judge again then`] : []),
  ].join("; ");
}

/** A list whose items may hold commas of their own. */
function itemsText(words, word) {
  if (words.length < 2 || !words.some((one) => one.includes(", "))) return listed(words, word);
  return `${words.slice(0, -1).join("; ")}; ${word} ${words.at(-1)}`;
}

const needText = (feature) => openingText(openingOf(feature));

function openingOf(feature) {
  const { value, need, unit } = feature;
  if (isIllegible(value)) return { records: [`a clear ${need} (what is recorded leaves it open)`], ahead: [] };
  if (isRange(value) && !COUNTED.includes(feature.evidence)) {
    return { records: [`an exact ${need} (known: ${rangeText(value, unit)})`], ahead: [] };
  }
  return opening(feature);
}

/** What the lines come to with every atom that waits for `feature` alone taken as it helps most towards `wanted`. */
function withHelp(lines, feature, wanted) {
  const outcomes = lines.map((line) => helped(line, feature, wanted));
  if (outcomes.includes(false)) return false;
  return outcomes.includes(null) ? null : true;
}

function helped(node, feature, wanted) {
  if (node.value !== null) return Boolean(node.value);
  const waitsFor = (atom) => {
    const open = openValues(atom);
    return open.length === 1 && open[0] === feature ? wanted : null;
  };
  switch (node.kind) {
    case "not": {
      const inner = helped(node.operands[0], feature, !wanted);
      return inner === null ? null : !inner;
    }
    case "condition":
      return helped(node.operands[0], feature, wanted);
    case "known":
      return waitsFor(node.operands[1]);
    case "all":
    case "any":
    case "atLeast": {
      const parts = node.operands.map((one) => helped(one, feature, wanted));
      const least = node.kind === "all" ? parts.length : node.kind === "any" ? 1 : node.count;
      if (parts.filter((part) => part === true).length >= least) return true;
      return parts.filter((part) => part !== false).length >= least ? null : false;
    }
    default:
      return waitsFor(node);
  }
}
