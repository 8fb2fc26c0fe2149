// The records behind a value, by their dates.

import { FOREVER, sameWhen, whenText } from "./calendar.js";
import { listed, valueText } from "./phrases.js";
import { sameValue } from "./series.js";
import { contains, overlaps } from "./windows.js";

export const MOST_SHOWN = 4;

/** The dates of the records a value rests on ("on 2026-03-01"); empty when there are none to name. */
export function evidence({ evidence: kind, value, records, window, test }) {
  if (value === null || !kind || !records) return "";
  if (kind === "birth") return `(born ${whenText(records)})`;
  if (kind === "date") return whenText(records);
  if (kind === "occurrences") return occurrencesText(records.occurrences, window, test);
  return kind === "samples" ? samplesText(records, window) : pickedText(kind, records, window, value);
}

export const byTime = (one, other) => one.first - other.first || one.last - other.last;

function pickedText(kind, samples, window, value) {
  const [pick, name] = kind.split(" ");
  const inside = samples.filter(
    (one) => sameValue(one[name], value) && (!window || contains(window, one.when) !== false),
  );
  if (!inside.length || (!window && inside.some((one) => !sameWhen(one.when, inside[0].when)))) return "";
  const ordered = [...inside].sort((one, other) => byTime(one.when, other.when));
  return `on ${whenText(ordered.at(pick === "first" ? 0 : -1).when)}`;
}

function samplesText(samples, window) {
  let ordered = [...samples].sort((one, other) => byTime(one.when, other.when));
  if (window) {
    // A state held since before the window's start is seen in the last sample before it too.
    const earlier = ordered.filter((one) => one.when.last < window.startLast);
    const inside = ordered.filter((one) => contains(window, one.when) !== false);
    ordered = [...earlier.slice(-1), ...inside.filter((one) => !earlier.includes(one))];
  }
  return listed(ordered.slice(-MOST_SHOWN).map((one) => `${valueText(one.value)} on ${whenText(one.when)}`));
}

function occurrencesText(occurrences, window, test) {
  const shown = [...occurrences]
    .sort((one, other) => byTime(one.start, other.start))
    .filter((one) => (!window || overlaps(window, one.start, one.end) !== false) && (!test || test(one) !== false));
  return listed(shown.slice(-MOST_SHOWN).map(spanText));
}

export function spanText({ start, end }) {
  if (end.first === FOREVER) return `since ${whenText(start)}, ongoing`;
  if (sameWhen(start, end)) return whenText(start);
  return `${whenText(start)} to ${end.last < FOREVER ? whenText(end) : "an unknown end"}`;
}
