// What keeps a value open, told to whoever can close it: `{records, ahead}`, what is not there or not clear, and the
// anchors still to come.

import { FOREVER, dayOf, whenText } from "./calendar.js";
import { MOST_SHOWN, byTime, spanText } from "./evidence.js";
import { listed, valueText } from "./phrases.js";
import { contains, overlaps } from "./windows.js";

const isDay = ({ first, last }) => dayOf(first) === dayOf(last);
const neededRecords = (words) => `records of ${words} (or that there are none)`;

/** Both as one thing that is needed. */
export const openingText = ({ records, ahead }) => listed([...records, ...ahead.map((anchor) => `${anchor}, still to come`)]);

/** What keeps an unknown feature open. */
export function opening(feature) {
  const ahead = feature.rests.map((rest) => aheadText(rest, feature.on)).filter(Boolean);
  const ofAnchors = feature.rests.map((rest) => anchorText(rest, feature.on)).filter(Boolean);
  const own = ownTexts(feature, ahead.length + ofAnchors.length > 0);
  return { records: [...new Set([...own, ...ofAnchors])], ahead };
}

/** An anchor that has not come, and when it will as far as that is known; empty for one that has, or may have. */
function aheadText({ kind, words, recorded }, on) {
  if (kind !== "anchor") return "";
  if (!recorded) return words;
  return recorded.first > on.last ? `${words} (${whenText(recorded)})` : "";
}

/** What is not clear of an anchor that a window is counted from; empty when nothing is, or when it is to come. */
function anchorText({ kind, words, recorded }, on) {
  if (kind === "anchor") return !recorded || recorded.first > on.last ? "" : dateText(`date of ${words}`, recorded);
  if (kind === "date") return recorded ? dateText(words, recorded) : words;
  if (!recorded) return neededRecords(words);
  return historyText(words, recorded, recorded.occurrences.filter((one) => !isDay(one.start)));
}

const dateText = (words, when) => (!when || isDay(when) ? "" : `the exact ${words} (known: ${whenText(when)})`);

/** What is open in the records a feature is made of; `settled` when something else keeps it open already. */
function ownTexts(feature, settled) {
  const recorded = feature.evidence === "birth" ? null : feature.records;
  if (recorded?.occurrences) {
    const text = eventText(feature, recorded);
    if (text) return [text];
    return settled ? [] : [datedText(feature.subject, recorded.occurrences)];
  }
  if (Array.isArray(recorded)) return settled && recorded.length ? [] : [seriesText(feature, recorded)];
  const isDate = typeof recorded === "object" && recorded !== null && "first" in recorded;
  return [dateText(feature.need, isDate ? recorded : null) || feature.need];
}

function eventText({ subject, test, window }, history) {
  const near = history.occurrences.filter((one) => !window || overlaps(window, one.start, one.end) !== false);
  const asked = near.map((one) => [one, test ? test(one) : true]);
  const untold = asked.filter(([, passes]) => passes === null).map(([one]) => one);
  if (untold.length) return `fuller records of ${subject} (known: ${spansText(untold)})`;
  const ends = (one) => isDay(one.end) || one.end.first === FOREVER;
  const undated = asked.filter(([one, passes]) => passes && !(isDay(one.start) && ends(one))).map(([one]) => one);
  return historyText(subject, history, undated);
}

function historyText(words, history, undated) {
  if (undated.length) return datedText(words, undated);
  return history.complete ? "" : `the complete history of ${words}`;
}

function datedText(words, occurrences) {
  return occurrences.length ? `exact dates of ${words} (known: ${spansText(occurrences)})` : neededRecords(words);
}

function spansText(occurrences) {
  const ordered = [...occurrences].sort((one, other) => byTime(one.start, other.start));
  return listed(ordered.slice(-MOST_SHOWN).map(spanText));
}

function seriesText({ need, unit, evidence: kind, window }, samples) {
  if (!samples.length || kind.endsWith(" upper") || kind.endsWith(" lower")) return need;
  const ordered = [...samples].sort((one, other) => byTime(one.when, other.when));
  const inside = ordered.filter((one) => !window || contains(window, one.when) !== false);
  if (!inside.length) return `${need} (last: ${sampleText(ordered.at(-1), unit)})`;
  return `${need} (known: ${listed(inside.slice(-MOST_SHOWN).map((one) => sampleText(one, unit)))})`;
}

function sampleText({ value, when }, unit) {
  const said = value === null ? "no legible value" : valueText(value, unit);
  const day = whenText(when);
  return day === "any time" ? `${said}, undated` : `${said} on ${day}`;
}
