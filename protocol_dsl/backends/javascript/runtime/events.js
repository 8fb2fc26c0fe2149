// Reduces a patient's history of an event over a window: Kleene exists and for-all over its occurrences. A history of
// null is unknown; one that is not complete leaves room for an occurrence nobody recorded. A window of null hangs on an
// anchor that does not exist: a condition over it is false, a count 0. `test` is asked of one occurrence.

import { BEGINNING, endOfDay, maybeWhen, when } from "./calendar.js";
import { between } from "./numbers.js";
import { fewestAndMost } from "./repeats.js";
import { contains, endedIn, ifExists, overlaps } from "./windows.js";

const MEETS = {
  overlaps,
  ongoing: overlaps,
  started: (window, start) => contains(window, start),
  ended: (window, _, end) => endedIn(window, end),
};
const anyOccurrence = () => true;

/** The history as it bears on a window while its anchor is still to come: what the window holds of the days after the
 *  day of judging may see an occurrence yet; a state that lasts must have begun by the stretch's start. */
export function soFar(history, reach, anchor, on) {
  if (!history || !reach || !history.complete) return history;
  const last = (reach.before ?? reach).endLast;
  return { ...history, complete: anchor.last <= endOfDay(on) || last <= endOfDay(on) };
}

/** `some`: one occurrence passes `test` and meets the window. `every`: all that pass `test` meet it. */
export function occurs(history, window, moment = "overlaps", quantifier = "some", test = anyOccurrence) {
  if (!window) return false;
  if (!history) return null;
  const every = quantifier === "every";
  let open = !history.complete;
  for (const occurrence of history.occurrences) {
    const met = MEETS[moment](window, occurrence.start, occurrence.end);
    if (met === every) continue;
    const passes = test(occurrence);
    if (passes === false) continue;
    if (passes && met !== null) return every ? false : ifExists(window, true);
    open = true;
  }
  return open ? null : ifExists(window, every);
}

/** How many occurrences pass `test` and meet the window; nothing bounds it from above unless the history is complete. */
export function occursCount(history, window, moment = "overlaps", test = anyOccurrence) {
  if (!window) return 0;
  if (!history) return null;
  const [fewest, most] = fewestAndMost(history.occurrences);
  const [certain] = tally(fewest, window, moment, test);
  const [, possible] = tally(most, window, moment, test);
  return between(window.maybe ? 0 : certain, history.complete ? possible : Infinity);
}

/** How many certainly pass and meet the window, and how many may. */
function tally(occurrences, window, moment, test) {
  let [certain, possible] = [0, 0];
  for (const occurrence of occurrences) {
    const met = MEETS[moment](window, occurrence.start, occurrence.end);
    const passes = met === false ? false : test(occurrence);
    if (met !== false && passes !== false) {
      possible += 1;
      certain += met && passes ? 1 : 0;
    }
  }
  return [certain, possible];
}

/** Whether one occurrence that passes began at or before the stretch's start and lasted to its end. */
export function eventHeld(history, stretch, test = anyOccurrence) {
  if (!stretch) return false;
  if (!history) return null;
  let open = !history.complete;
  for (const occurrence of history.occurrences) {
    const begun = contains(stretch.before, occurrence.start);
    const lasted = contains(stretch.through, occurrence.end);
    const passes = test(occurrence);
    if (begun && lasted && passes) return ifExists(stretch.window, true);
    if (begun !== false && lasted !== false && passes !== false) open = true;
  }
  return open ? null : false;
}

/** Whether no occurrence that passes started or ended inside the window. */
export function eventUnchanged(history, window, test = anyOccurrence) {
  if (!window) return false;
  if (!history) return null;
  let open = !history.complete;
  for (const occurrence of history.occurrences) {
    const began = contains(window, occurrence.start);
    const ended = endedIn(window, occurrence.end);
    if (began === false && ended === false) continue;
    const passes = test(occurrence);
    if (passes && (began || ended)) return false;
    if (passes !== false) open = true;
  }
  return open ? null : ifExists(window, true);
}

/** The start of the first or last occurrence that passes `test` and does not start after the day of judging. null when
 *  there is none for certain; marked `maybe` when there may be none. */
export function anchorOf(history, which, test, on) {
  const end = endOfDay(on);
  const certain = [];
  const possible = [];
  for (const { start, ...rest } of history?.occurrences ?? []) {
    const passes = start.first <= end && (test ? test({ start, ...rest }) : true);
    if (passes === false) continue;
    possible.push(when(start.first, Math.min(start.last, end)));
    if (passes && start.last <= end) certain.push(start);
  }
  // One that nobody recorded may stand nearer than all that are.
  if (!history?.complete) possible.push(when(BEGINNING, end));
  if (!possible.length) return null;
  const firsts = (moments) => moments.map((one) => one.first);
  const lasts = (moments) => moments.map((one) => one.last);
  if (!certain.length) return maybeWhen(Math.min(...firsts(possible)), Math.max(...lasts(possible)));
  if (which === "last") return when(Math.max(...firsts(certain)), Math.max(...lasts(possible)));
  return when(Math.min(...firsts(possible)), Math.min(...lasts(certain)));
}

/** The date of `anchorOf` as it bears on a window while its anchor is still to come: an occurrence may start after the
 *  day of judging yet, and be the last then, or the first where none has surely started. */
export function asOf(date, which, window, anchor, on) {
  const end = endOfDay(on);
  if (!window || anchor.last <= end) return date;
  const certain = date !== null && !date.maybe;
  if (which === "first" && certain) return date;
  const latest = Math.max(anchor.last, window.endLast, end + 1);
  if (date === null) return maybeWhen(end + 1, latest);
  return (certain ? when : maybeWhen)(date.first, latest);
}

/** Whether a date lies in the window: false when either does not exist, and not certain while either may not. */
export function dateWithin(date, window) {
  if (!date || !window) return false;
  const inside = contains(window, date);
  return inside && date.maybe ? null : ifExists(window, inside);
}

/** False unless the whole record of a fact could not be read, then unknown. */
export function unsettled(fact, unreadFacts) {
  return unreadFacts.has(fact) ? null : false;
}

/** False unless the dates of some recorded occurrence leave open whether it counts, then unknown. */
export function unsettledEvent(fact, unreadFacts, history, window, moment = "overlaps", test = anyOccurrence) {
  const isOpen = (one) => MEETS[moment](window, one.start, one.end) === null && test(one) !== false;
  return history && window && history.occurrences.some(isOpen) ? null : unsettled(fact, unreadFacts);
}
