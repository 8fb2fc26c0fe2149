// Words for values, dates and conditions, as a verdict prints them. A phrase is a clause, or several conditions as one:
// `{heading, members}`, where the heading is `all of`, `any of`, `at least 2 of` or `fewer than 2 of`.

import { isIllegible, isRange } from "./numbers.js";

export const isGroup = (phrase) => typeof phrase === "object";

/** A phrase on one line: "a and b", "a, b, or c", "any of (a; b and c)"; `nested` closes a group off. */
export function inline(phrase, nested = false) {
  if (!isGroup(phrase)) return phrase;
  const word = { "all of": "and", "any of": "or" }[phrase.heading];
  const deep = phrase.members.some((member) => isGroup(member) && member.members.some(isGroup));
  if (!word || deep) return `${phrase.heading} (${phrase.members.map((member) => inline(member)).join("; ")})`;
  const members = phrase.members.map((member) => inline(member, true));
  return nested && members.length > 1 ? `(${listed(members, word)})` : listed(members, word);
}

/** Names in a row: "a", "a and b", "a, b, and c". */
export function listed(words, word = "and") {
  if (words.length < 3) return words.join(` ${word} `);
  return `${words.slice(0, -1).join(", ")}, ${word} ${words.at(-1)}`;
}

/** A number as a person writes it: no trailing zeros, at most 6 significant digits after rounding. */
export function numberText(number) {
  if (Number.isInteger(number) && Math.abs(number) < 1e15) return String(number + 0);
  const [mantissa, exponent] = number.toExponential(5).split("e");
  if (Number(exponent) < -4 || Number(exponent) >= 6) return `${Number(mantissa)} x 10^${Number(exponent)}`;
  return String(Number(number.toPrecision(6)));
}

/** A number and its unit ("35 g/L", "40 %"); a plain number has none. One year is "1 year". */
export function withUnit(number, unit) {
  if (unit === "" || unit === "1") return number;
  const one = number === "1" && ["years", "months", "weeks", "days", "hours", "minutes"].includes(unit);
  const name = one ? unit.slice(0, -1) : unit;
  return name.startsWith("10") ? `${number} x ${name}` : `${number} ${name}`;
}

/** A feature's value in words: a number with its unit, a bound, a choice, a set, yes or no. */
export function valueText(value, unit = "") {
  if (value === null) return "not known";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (isRange(value)) return rangeText(value, unit);
  if (typeof value === "number") return withUnit(numberText(value), unit);
  if (value instanceof Set) return value.size ? listed([...value].sort().map(choiceText)) : "none";
  return choiceText(value);
}

/** A choice as printed: its underscores are spaces. */
export const choiceText = (choice) => choice.replaceAll("_", " ");

/** What is known of a bounded number: "below 40 %", "at least 3", "between 2 and 5", "not clear". */
export function rangeText(value, unit = "") {
  if (isIllegible(value)) return "not clear";
  const { low, high } = value;
  if (low === -Infinity) return bound(high, unit, "below", "at most");
  if (high === Infinity) return bound(low, unit, "above", "at least");
  return `between ${numberText(low)} and ${withUnit(numberText(high), unit)}`;
}

function bound(edge, unit, beyond, reached) {
  // An open bound is kept as the neighbouring double, which prints as the round number but is not equal to it.
  const text = numberText(edge);
  const shown = Number(text);
  return `${Number.isNaN(shown) || shown === edge ? reached : beyond} ${withUnit(text, unit)}`;
}
