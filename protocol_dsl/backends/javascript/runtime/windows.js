// Anchors, windows and ages, with all that a partial date leaves open. A window opens somewhere from `startFirst` to
// `startLast` and closes somewhere from `endFirst` to `endLast`, in seconds, all inclusive; `maybe` marks one round an
// anchor that may not exist: what is asked of it can be ruled out, never be certain. null: there is no such anchor.

import { BEGINNING, DAY, FOREVER, ageBounds, anyTime, birthFromAge, dayOf, edgeEnd, edgeStart, sameWhen, when, wholeDay } from "./calendar.js";
import { between, ends } from "./numbers.js";

/** One end of a window: the anchor moved by `offsets` ([count, unit]; none: the anchor's own day). */
export const edge = (offsets = [], strict = false, farthest = true) => ({ offsets, strict, farthest });
const OWN_DAY = { offsets: [], strict: false, farthest: true };

/** The window round `anchor` from edge `start` to edge `end`; a missing edge leaves that side open. */
export function makeWindow(anchor, start, end) {
  if (!anchor) return null;
  const made = { startFirst: BEGINNING, startLast: BEGINNING, endFirst: FOREVER, endLast: FOREVER, maybe: Boolean(anchor.maybe) };
  if (start) [made.startFirst, made.startLast] = [edgeStart(anchor.first, start), edgeStart(anchor.last, start)];
  if (end) [made.endFirst, made.endLast] = [edgeEnd(anchor.first, end), edgeEnd(anchor.last, end)];
  return made;
}

/** The anchor's own day, over which `ongoing` asks. */
export const dayWindow = (anchor) => makeWindow(anchor, OWN_DAY, OWN_DAY);

/** What a state that lasts over a whole window is asked of: the `window` itself, all time `before` its start (strict or
 *  not), all time `until` its start, all time from its end on (`through`), and the `recent` part of the window. */
export function makeStretch(anchor, start, end, recent = null) {
  if (!anchor) return null;
  const opening = start ?? OWN_DAY;
  return {
    window: makeWindow(anchor, start, end),
    before: makeWindow(anchor, null, opening),
    until: makeWindow(anchor, null, { ...opening, strict: false }),
    through: makeWindow(anchor, end ?? OWN_DAY, null),
    recent: makeWindow(anchor, recent ? edge([[-recent[0], recent[1]]]) : start, end),
  };
}

/** `truth` of what was asked of the window; not certain as long as its anchor may not exist. */
export const ifExists = (window, truth) => (truth && window.maybe ? null : truth);

/** Whether a moment known as `one` lies in the window. */
export function contains(window, one) {
  if (one.first >= window.startLast && one.last <= window.endFirst) return true;
  return one.last < window.startFirst || one.first > window.endLast ? false : null;
}

/** Whether a span from `start` to `end` shares a second with the window. */
export function overlaps(window, start, end) {
  if (start.last <= window.endFirst && end.first >= window.startLast) return true;
  return start.first > window.endLast || end.last < window.startFirst ? false : null;
}

/** Whether a span ended in the window; what ends at FOREVER never ends, and so in none. */
export function endedIn(window, end) {
  return contains({ ...window, endFirst: Math.min(window.endFirst, FOREVER - 1), endLast: Math.min(window.endLast, FOREVER - 1) }, end);
}

/** A declared anchor: its recorded date, or still to come, from the day of judging on. */
export const namedAnchor = (recorded, on) => recorded ?? when(dayOf(on.first) * DAY, FOREVER);

/** The date a fact holds; unrecorded it may be any moment. */
export const dateAnchor = (recorded) => recorded ?? anyTime();

/** Age in completed units on the day of anchor `at`, from the birth date, else from the completed years `stated` as at
 *  `on`. Unknown without either, without a certain anchor, or before birth. */
export function ageAt(birth, stated, unit, on, at) {
  if (!at || at.maybe) return null;
  if (birth) {
    const bounds = ageBounds(birth, at, unit);
    return bounds && between(...bounds);
  }
  if (stated === null) return null;
  const { low, high } = ends(stated);
  const least = low > -Infinity ? Math.max(Math.floor(low), 0) : 0;
  return ageFromYears(least, high === Infinity ? null : Math.floor(high), unit, on, at);
}

function ageFromYears(low, high, unit, on, at) {
  if (!sameWhen(wholeDay(at), wholeDay(on))) return ageAt(birthFromAge(low, high, on), null, unit, on, at);
  if (unit === "year") return between(low, high ?? Infinity);
  const [shortest, longest] = unit === "month" ? [12, 12] : [365, 366];
  const most = high === null ? Infinity : longest * high + (unit === "month" ? 11 : 365);
  if (unit === "week") return between(Math.floor((shortest * low) / 7), Math.floor(most / 7));
  return between(shortest * low, most);
}
