// Records that say the same twice. Known to the second, they are one record delivered twice. Known less well, they may
// be one told twice or two that happened, and what depends on how many there are stays open.

import { isIllegible } from "./numbers.js";

/** Whether a sample has a value, and nothing else of it is there that cannot be used. */
export const isLegible = ({ value, upper, lower }) => value !== null && !isIllegible(upper) && !isIllegible(lower);

/** What a record says, as a text that is the same for those that say the same. */
export function said(record) {
  if (!("start" in record)) {
    const { when, value, upper, lower } = record;
    return JSON.stringify([when.first, when.last, value, upper, lower], spelled);
  }
  const { start, end, attributes } = record;
  const named = Object.keys(attributes).sort().map((name) => [name, attributes[name]]);
  return JSON.stringify([start.first, start.last, end.first, end.last, named], spelled);
}

const spelled = (_, value) => (value === Infinity || value === -Infinity ? String(value) : value);

/** The places of the records that say the same as one before them. */
export function repeated(records) {
  const seen = new Set();
  const again = new Set();
  records.forEach((record, place) => {
    const words = said(record);
    if (seen.has(words)) again.add(place);
    seen.add(words);
  });
  return again;
}

/** Whether the moment of a sample, or of the start of an occurrence, is known to the second and nothing else of it is
 *  illegible. */
export function isExact(record) {
  if (!("start" in record)) return record.when.first === record.when.last && isLegible(record);
  return record.start.first === record.start.last && !Object.values(record.attributes).includes(null);
}

/** The fewest records there may be, each said once, and the most: as often as said, those known to the second once. The
 *  very same list twice where nothing is repeated. */
export function fewestAndMost(records) {
  const again = repeated(records);
  if (!again.size) return [records, records];
  return [
    records.filter((_, place) => !again.has(place)),
    records.filter((record, place) => !again.has(place) || !isExact(record)),
  ];
}
