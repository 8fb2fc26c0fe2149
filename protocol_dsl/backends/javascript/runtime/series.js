// Reduces a patient's dated series (labs, measures, findings) to one value over a window. Dates may be partial, so a
// sample lies in a window certainly, possibly or certainly not; nothing depends on the order of the records. Of a series
// that is null nothing is known; a window that is null hangs on an anchor that does not exist: a condition over it is
// false, a value unknown, a count 0. `test` is asked of one sample and may answer null (unknown).

import { BEGINNING, FOREVER } from "./calendar.js";
import { between, ends, illegible, isRange } from "./numbers.js";
import { fewestAndMost, isLegible, repeated, said } from "./repeats.js";
import { contains, ifExists } from "./windows.js";

const isKnown = (samples, window) => Boolean(samples && samples.length && window && !window.maybe);
const limits = (value) => (typeof value === "number" || isRange(value) ? ends(value) : { low: -Infinity, high: Infinity });
const isPossible = (window, { first, last }) => last >= window.startFirst && first <= window.endLast;
const isCertain = (window, { first, last }) => first >= window.startLast && last <= window.endFirst;

/** The samples certainly in the window, and all that may be. */
function split(samples, window) {
  const possible = samples.filter((sample) => isPossible(window, sample.when));
  return [possible.filter((sample) => isCertain(window, sample.when)), possible];
}

export const sameValue = (one, other) =>
  one === other || (isRange(one) && isRange(other) && one.low === other.low && one.high === other.high);

/** What all samples say of one part. Limits of normal that differ are illegible, for some limit is there. */
function agreed(samples, part) {
  const same = samples.every((sample) => sameValue(sample[part], samples[0][part]));
  if (same) return samples[0][part];
  return part === "value" ? null : illegible();
}

/** The `part` (value, upper or lower limit of normal) of the latest sample in the window; unknown when none is certainly
 *  there, or when several may be the latest and differ. */
export function latestValue(samples, window, part = "value") {
  if (!isKnown(samples, window)) return null;
  const [certain, possible] = split(samples, window);
  if (!certain.length) return null;
  const newest = Math.max(...certain.map((sample) => sample.when.first));
  return agreed(possible.filter((sample) => sample.when.last >= newest), part);
}

/** The `part` of the first sample in the window, as `latestValue`. */
export function firstValue(samples, window, part = "value") {
  if (!isKnown(samples, window)) return null;
  const [certain, possible] = split(samples, window);
  if (!certain.length) return null;
  const oldest = Math.min(...certain.map((sample) => sample.when.last));
  return agreed(possible.filter((sample) => sample.when.first <= oldest), part);
}

/** False unless the samples leave open what the latest in the window says, or that it lies there: then unknown. */
export function unsettledSeries(fact, unreadFacts, samples, window) {
  return unreadFacts.has(fact) || (samples && window && isOpen(samples, window)) ? null : false;
}

function isOpen(samples, window) {
  const [certain, possible] = split(samples, window);
  const told = certain.filter(isLegible);
  const newest = Math.max(0, ...told.map((sample) => sample.when.first));
  const candidates = possible.filter((sample) => sample.when.last >= newest);
  const like = (one, other) => ["value", "upper", "lower"].every((part) => sameValue(one[part], other[part]));
  return !candidates.every((sample) => told.includes(sample) && like(sample, candidates[0]));
}

/** The highest value in the window, as far as every sample that may be in it bounds it. */
export function highestValue(samples, window) {
  if (!isKnown(samples, window)) return null;
  const [certain, possible] = split(samples, window);
  if (!certain.length) return null;
  const most = (chosen, end) => Math.max(...chosen.map((sample) => limits(sample.value)[end]));
  return between(most(certain, "low"), most(possible, "high"));
}

/** The lowest value in the window, as `highestValue`. */
export function lowestValue(samples, window) {
  if (!isKnown(samples, window)) return null;
  const [certain, possible] = split(samples, window);
  if (!certain.length) return null;
  const least = (chosen, end) => Math.min(...chosen.map((sample) => limits(sample.value)[end]));
  return between(least(possible, "low"), least(certain, "high"));
}

/** The mean of the `last` samples in the window (fewer: unknown), or of all (none: unknown), summed oldest first.
 *  Unknown as soon as one value, or which samples they are, is open. */
export function meanValue(samples, window, last = null) {
  if (!isKnown(samples, window)) return null;
  const [certain, possible] = split(fewestAndMost(samples)[1], window);
  let chosen = possible.length > certain.length ? [] : certain;
  if (last !== null) chosen = lastSamples(certain, possible, last);
  if (!chosen.length || repeated(chosen).size || chosen.some((sample) => typeof sample.value !== "number")) return null;
  const ordered = [...chosen].sort(
    (one, other) => one.when.first - other.when.first || one.when.last - other.when.last || one.value - other.value,
  );
  const total = ordered.reduce((sum, sample) => sum + sample.value, 0);
  return Number.isFinite(total) ? total / ordered.length : null;
}

/** The last `count` samples in the window; none when too few are there or which they are is open. */
function lastSamples(certain, possible, count) {
  const later = (one) => certain.filter((sample) => sample.when.first > one.when.last).length;
  const among = possible.filter((one) => later(one) < count);
  const sure = certain.filter((one) => later(one) < count);
  return sure.length === among.length && sure.length === count ? sure : [];
}

/** How many samples in the window pass `test`; unknown when nothing is known of the series. */
export function sampleCount(samples, window, test = () => true) {
  if (!window) return 0;
  if (!samples) return null;
  const [fewest, most] = fewestAndMost(samples);
  const certain = window.maybe ? [] : split(fewest, window)[0].filter((sample) => test(sample));
  const possible = split(most, window)[1].filter((sample) => test(sample) !== false);
  return between(certain.length, possible.length);
}

/** The latest value in the window minus the first in it, `relative` divided by the first (zero: unknown). Unknown unless
 *  both are exact and one sample in the window certainly lies after another. */
export function sampleChange(samples, window, relative = false) {
  if (!isKnown(samples, window)) return null;
  const [certain] = split(samples, window);
  const [latest, first] = [latestValue(samples, window), firstValue(samples, window)];
  if (!certain.length || typeof latest !== "number" || typeof first !== "number") return null;
  const apart = Math.max(...certain.map((one) => one.when.first)) > Math.min(...certain.map((one) => one.when.last));
  if (!apart || (relative && first === 0)) return null;
  const change = relative ? (latest - first) / first : latest - first;
  return Number.isFinite(change) ? change : null;
}

/** Whether some `count` samples next to each other in time, all in the window, all pass `test`. Samples whose dates
 *  overlap may have come in either order; fewer than `count` samples certainly in the window settle nothing. */
export function consecutive(samples, window, count, test) {
  if (!window) return false;
  if (!samples) return null;
  const [fewest, most] = fewestAndMost(samples);
  const found = consecutiveOf(fewest, window, count, test);
  if (most === fewest || found || consecutiveOf(most, window, count, test) === found) return found;
  return null;
}

function consecutiveOf(samples, window, count, test) {
  const asked = samples.map((sample) => ({ sample, passes: test(sample), inside: contains(window, sample.when) }));
  const chosen = (keep) => asked.filter(keep).map((one) => one.sample);
  const sure = chosen((one) => one.passes && one.inside);
  const doubtful = chosen((one) => !one.passes);
  if (isUnparted(sure, doubtful, count)) return ifExists(window, true);
  const seen = chosen((one) => one.inside).length;
  const maybe = chosen((one) => one.passes !== false && one.inside !== false);
  const failing = chosen((one) => one.passes === false);
  return seen < count || mayBeUnparted(maybe, failing, count) ? null : false;
}

/** Whether `count` of the sure samples lie on one side of each doubtful one, whatever the dates leave open. */
function isUnparted(sure, doubtful, count) {
  if (count <= 1 || sure.length < count) return sure.length >= count;
  const runs = new Map();
  for (const { when } of sure) {
    const earlier = doubtful.filter((one) => one.when.last < when.first).length;
    const notLater = doubtful.filter((one) => one.when.first <= when.last).length;
    // None overlaps it, so the count tells which ones come before it.
    if (earlier === notLater) runs.set(earlier, (runs.get(earlier) ?? 0) + 1);
  }
  return [...runs.values()].some((run) => run >= count);
}

/** Whether some `count` of the samples can stand together with no failing one certainly among them. */
function mayBeUnparted(maybe, failing, count) {
  return maybe.some((earliest) => {
    const parting = failing.filter((bad) => bad.when.first > earliest.when.last).map((bad) => bad.when.last);
    const limit = Math.min(FOREVER, ...parting);
    const together = maybe.filter((one) => one.when.last >= earliest.when.last && one.when.first <= limit);
    return together.length >= count;
  });
}

/** Whether a state was seen at or before the stretch's start, again inside, and never contradicted. False when a contrary
 *  sample certainly lies inside; else unknown. */
export function seriesHeld(samples, stretch, test) {
  if (!stretch) return false;
  if (!samples || !samples.length) return null;
  const [inside, maybeInside] = split(samples, stretch.window);
  if (inside.some((sample) => test(sample) === false)) return false;
  if (![...maybeInside, ...lastOf(samples, stretch.until)].every((sample) => test(sample))) return null;
  const early = split(samples, stretch.before)[0].filter((sample) => test(sample));
  const late = split(inside, stretch.recent)[0].filter((sample) => test(sample));
  // Two different ones: where both are there and not all are the same, some early one is not some late one.
  const seenTwice = early.length && late.length && new Set([...early, ...late].map(said)).size > 1;
  return seenTwice ? ifExists(stretch.window, true) : null;
}

/** Whether a sample stands before the window and all inside equal the last of those; false when one inside certainly
 *  differs from it or from another inside. */
export function seriesUnchanged(samples, window) {
  if (!window) return false;
  if (!samples || !samples.length) return null;
  const [inside, maybeInside] = split(samples, window);
  const earlier = { startFirst: BEGINNING, startLast: BEGINNING, endFirst: window.startFirst - 1, endLast: window.startLast - 1 };
  const begun = split(samples, earlier)[0].length > 0;
  const base = begun ? lastOf(samples, earlier) : [];
  const changed = begun && inside.some((one) => base.every((old) => differ(one, old)));
  if (changed || inside.some((one) => inside.some((other) => differ(one, other)))) return false;
  const constant = begun && ["number", "string"].includes(typeof base[0].value);
  const same = constant && [...base, ...maybeInside].every((one) => one.value === base[0].value);
  return same ? ifExists(window, true) : null;
}

/** Whether two values are certainly not the same. */
function differ(one, other) {
  if (typeof one.value === "string" && typeof other.value === "string") return one.value !== other.value;
  const [left, right] = [limits(one.value), limits(other.value)];
  return left.high < right.low || right.high < left.low;
}

/** The samples that may be the latest in the window. */
function lastOf(samples, window) {
  const [certain, possible] = split(samples, window);
  const newest = Math.max(0, ...certain.map((sample) => sample.when.first));
  return possible.filter((sample) => sample.when.last >= newest);
}
