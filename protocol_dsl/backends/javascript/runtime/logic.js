// The criteria as values: every function below gives a node `{kind, value, …}` that knows both what came out and what
// it came from, so that a verdict can be told from it. Conditions are true, false or null (unknown); numbers are exact,
// a range while only bounded, or null. `held` and `notHeld` are the words for a condition that holds, and that does not.

import { ends, isRange, range, rounded } from "./numbers.js";

const node = (kind, value, parts) => ({ kind, value, ...parts });
const values = (nodes) => nodes.map((one) => one.value);

/** A literal, or a feature, as a node. */
function asNode(number) {
  if (typeof number === "number") return node("const", number);
  return number.kind ? number : node("value", asNumber(number.value), { feature: number });
}

const finite = (value) => (Number.isFinite(value) ? value : null);

export const constant = (value) => node("constant", value);

/** A yes/no feature. */
export const truth = (feature, held, notHeld) => node("truth", asTruth(feature.value), { feature, held, notHeld });

const asTruth = (value) => (typeof value === "boolean" ? value : null);

/** `left sign right`, decided only when all doubles of the two ranges agree. */
export function compare(left, sign, right, subject, held, notHeld) {
  const operands = [asNode(left), asNode(right)];
  return node("compare", compared(sign, ...values(operands)), { operands, subject, held, notHeld });
}

const OPPOSITE = { ">=": "<", ">": "<=", "!=": "=" };

function compared(sign, left, right) {
  if (left === null || right === null) return null;
  if (OPPOSITE[sign]) {
    const opposite = compared(OPPOSITE[sign], left, right);
    return opposite === null ? null : !opposite;
  }
  const [one, other] = [ends(left), ends(right)];
  if (sign === "<") return one.high < other.low ? true : one.low >= other.high ? false : null;
  if (sign === "<=") return one.high <= other.low ? true : one.low > other.high ? false : null;
  if (one.low === one.high && other.low === other.high && one.low === other.low) return true;
  return one.high < other.low || one.low > other.high ? false : null;
}

/** The choice is one of `choices`. */
export function oneOf(feature, choices, subject, held, notHeld) {
  const chosen = typeof feature.value === "string";
  return node("oneOf", chosen ? choices.includes(feature.value) : null, { feature, subject, held, notHeld });
}

/** The set holds at least one of `choices`. */
export function holds(feature, choices, subject, held, notHeld) {
  const known = feature.value instanceof Set;
  return node("contains", known ? choices.some((one) => feature.value.has(one)) : null, { feature, subject, held, notHeld });
}

export const all = (...operands) => node("all", every(values(operands), true), { operands });
export const any = (...operands) => node("any", every(values(operands), false), { operands });

function every(outcomes, wanted) {
  if (outcomes.includes(!wanted)) return !wanted;
  return outcomes.includes(null) ? null : wanted;
}

export const not = (operand) => node("not", operand.value === null ? null : !operand.value, { operands: [operand] });

export function atLeast(count, ...operands) {
  const certain = operands.filter((one) => one.value === true).length;
  const possible = operands.filter((one) => one.value !== false).length;
  return node("atLeast", certain >= count ? true : possible >= count ? null : false, { count, operands });
}

/** True only when the operand is known true, else false; unknown stays so while `unsettled` is not false. */
export function known(operand, unsettled = null) {
  const absent = operand.value === null && (unsettled === null || unsettled.value === false);
  return node("known", absent ? false : operand.value, { operands: unsettled === null ? [operand] : [operand, unsettled] });
}

/** A yes/no definition, by its name. */
export const condition = (operand, words) => node("condition", operand.value, { operands: [operand], words });

function asNumber(value) {
  if (isRange(value)) return value;
  return typeof value === "number" ? finite(value) : null;
}

/** A part of the record a filter looks at: a sample's value or limits, an occurrence's attribute. */
export const part = (record, name) => ({ value: ("start" in record ? record.attributes[name] : record[name]) ?? null });
export const partNumber = (record, name) => node("item", asNumber(part(record, name).value));
export const partTruth = (record, name) => node("itemTruth", asTruth(part(record, name).value));

/** A number definition, by its name and unit. */
export const named = (operand, words, unit) => node("named", asNode(operand).value, { operands: [asNode(operand)], words, unit });

const OPERATORS = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => (right === 0 ? NaN : left / right),
  "^": (left, right) => left ** right,
};

/** `left sign right` in doubles; unknown when a side is, or is only bounded, or when there is no result. */
export function arithmetic(left, sign, right) {
  const operands = [asNode(left), asNode(right)];
  const exact = values(operands).every((value) => typeof value === "number");
  return node("arithmetic", exact ? finite(OPERATORS[sign](...values(operands))) : null, { operands });
}

/** A number times or divided by a positive literal, which a range passes through. */
export function scaled(number, sign, factor) {
  const operand = asNode(number);
  const scale = (value) => OPERATORS[sign](value, factor);
  const { value } = operand;
  const made = isRange(value) ? range(scale(value.low), scale(value.high)) : value === null ? null : finite(scale(value));
  return node("scaled", made, { operands: [operand] });
}

const FUNCTIONS = {
  ln: Math.log,
  log10: Math.log10,
  exp: Math.exp,
  sqrt: Math.sqrt,
  abs: Math.abs,
  round: rounded,
  floor: Math.floor,
  ceil: Math.ceil,
  max: Math.max,
  min: Math.min,
  negate: (value) => -value,
};

/** A function of numbers, unknown when one is, or is only bounded, or when it is out of its domain. */
export function call(name, ...numbers) {
  const operands = numbers.map(asNode);
  const exact = operands.every((one) => typeof one.value === "number");
  return node("call", exact ? finite(FUNCTIONS[name](...values(operands))) : null, { operands });
}

/** `if … then … else …`; unknown when the condition is. */
export function choose(test, then, otherwise) {
  const operands = [test, asNode(then), asNode(otherwise)];
  return node("choose", test.value === null ? null : operands[test.value ? 1 : 2].value, { operands });
}

/** The number when it is known, otherwise the fallback. */
export function ifMissing(number, fallback) {
  const operands = [asNode(number), asNode(fallback)];
  return node("ifMissing", operands[0].value ?? operands[1].value, { operands });
}
