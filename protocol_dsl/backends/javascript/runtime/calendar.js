// Calendar time: partial dates as intervals, and exact shifting. Moments are whole seconds on the local clock, counted
// from 0001-01-01T00:00:00 (day 1 of the proleptic Gregorian calendar, times 86400). A `when` is a moment as far as it
// is known: every second from `first` to `last`, both inclusive; `maybe` marks that of an anchor that may not exist.

export const DAY = 86400;
export const BEGINNING = DAY;
export const LAST_DAY = 3652059;
export const FOREVER = (LAST_DAY + 1) * DAY - 1;
const CLOCK_UNITS = { minute: 60, hour: 3600 };
const MONTH_NAMES = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

export const when = (first, last) => ({ first, last });
export const maybeWhen = (first, last) => ({ first, last, maybe: true });
export const anyTime = () => when(BEGINNING, FOREVER);
export const sameWhen = (one, other) => one.first === other.first && one.last === other.last;
export const isAnyTime = (one) => one.first === BEGINNING && one.last === FOREVER;
export const dayOf = (moment) => Math.floor(moment / DAY);

/** From the first second of day `first` to the last second of day `last` (day numbers). */
export const days = (first, last) => when(first * DAY, last * DAY + DAY - 1);
export const wholeDay = (one) => days(dayOf(one.first), dayOf(one.last));
export const endOfDay = (on) => dayOf(on.last) * DAY + DAY - 1;

const isLeap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days in a month (1 to 12). */
export function monthLength(year, month) {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The day number of a date that exists. */
export function dayNumber(year, month, day) {
  const before = year - 1;
  let number = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + day;
  for (let one = 1; one < month; one++) number += monthLength(year, one);
  return number;
}

/** Year, month and day of a day number. */
export function civil(number) {
  let year = Math.max(1, Math.floor(number / 365.2425));
  while (dayNumber(year + 1, 1, 1) <= number) year++;
  while (dayNumber(year, 1, 1) > number) year--;
  let day = number - dayNumber(year, 1, 1) + 1;
  let month = 1;
  for (; day > monthLength(year, month); month++) day -= monthLength(year, month);
  return { year, month, day };
}

/** The day number `count` units away: months and years are calendar ones, clamped to the month's last day. */
export function shiftDay(day, count, unit) {
  if (unit === "month" || unit === "year") return shiftMonths(day, unit === "month" ? count : 12 * count);
  return Math.min(Math.max(day + count * (unit === "week" ? 7 : 1), 1), LAST_DAY);
}

function shiftMonths(number, count) {
  const start = civil(number);
  const months = 12 * start.year + start.month - 1 + count;
  const year = Math.floor(months / 12);
  const month = months - 12 * year + 1;
  if (year < 1) return 1;
  if (year > 9999) return LAST_DAY;
  return dayNumber(year, month, Math.min(start.day, monthLength(year, month)));
}

/** The first second of a window that opens at `moment` moved by one of `offsets` (none: at its own day); a strict edge
 *  leaves itself out. Of several offsets the farthest from the moment counts, else the nearest. */
export function edgeStart(moment, { offsets, strict, farthest }) {
  const opening = (day) => Math.min((day + (strict ? 1 : 0)) * DAY, FOREVER);
  const starts = offsets.map(([count, unit]) => {
    const seconds = CLOCK_UNITS[unit];
    if (!seconds) return opening(shiftDay(dayOf(moment), count, unit));
    return Math.min(Math.max(moment + count * seconds, BEGINNING) + (strict ? 1 : 0), FOREVER);
  });
  return offsets.length ? chosen(starts, offsets, farthest) : opening(dayOf(moment));
}

/** The last second of a window that closes at `moment` moved by one of `offsets`: as `edgeStart`. */
export function edgeEnd(moment, { offsets, strict, farthest }) {
  const closing = (day) => Math.max((day - (strict ? 1 : 0)) * DAY + DAY - 1, BEGINNING);
  const ends = offsets.map(([count, unit]) => {
    const seconds = CLOCK_UNITS[unit];
    if (!seconds) return closing(shiftDay(dayOf(moment), count, unit));
    return Math.max(Math.min(moment + count * seconds, FOREVER) - (strict ? 1 : 0), BEGINNING);
  });
  return offsets.length ? chosen(ends, offsets, farthest) : closing(dayOf(moment));
}

function chosen(moments, offsets, farthest) {
  const ahead = offsets.every(([count]) => count >= 0);
  return ahead === farthest ? Math.max(...moments) : Math.min(...moments);
}

/** Units completed on day `on` since the day of birth (day numbers). Born on 29 February, a year is completed on
 *  1 March in common years. Before birth the count is negative. */
export function completed(unit, birth, on) {
  if (unit === "day") return on - birth;
  if (unit === "week") return Math.floor((on - birth) / 7);
  const born = civil(birth);
  const now = civil(on);
  const early = now.day < born.day ? 1 : 0;
  const months = 12 * (now.year - born.year) + now.month - born.month - early;
  return unit === "month" ? months : Math.floor(months / 12);
}

/** The least and the greatest age in completed units; null when birth certainly comes after `on`. */
export function ageBounds(birth, on, unit) {
  const low = completed(unit, dayOf(birth.last), dayOf(on.first));
  const high = completed(unit, dayOf(birth.first), dayOf(on.last));
  return high < 0 ? null : [Math.max(low, 0), high];
}

/** The birth dates of a person who is `low` to `high` (null: any) completed years old on `on`. */
export function birthFromAge(low, high, on) {
  const last = shiftDay(dayOf(on.last), -low, "year");
  const first = high === null ? 1 : shiftDay(dayOf(on.first), -high - 1, "year") + 1;
  return days(Math.min(first, last), last);
}

const DATE = new RegExp(
  "^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})" +
    "(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,12})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?)?)?$",
);
const FORMS = "write a date as `2026`, `2026-03`, `2026-03-05` or `2026-03-05T14:30`";

/** A text that is no date: the reason, and what to write instead. */
export class DateError extends Error {
  constructor(reason, fix) {
    super(`${reason}; ${fix}`);
    this.reason = reason;
    this.fix = fix;
  }
}

/** The interval of moments an ISO date may mean: `2024`, `2024-03`, `2024-03-05`, `2024-03-05T14:30` (a minute) or
 *  with seconds. The written clock time is local time; a zone after it is read over. Throws DateError. */
export function parseWhen(text) {
  const found = text.length <= 64 ? DATE.exec(text.trim()) : null;
  if (!found) throw notADate(text.trim());
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => (part === undefined ? null : Number(part)));
  if (year < 1) throw new DateError("there is no year 0", "write a year from 0001 to 9999");
  if (month === null) return days(dayNumber(year, 1, 1), dayNumber(year, 12, 31));
  checkDay(year, month, day);
  if (day === null) return days(dayNumber(year, month, 1), dayNumber(year, month, monthLength(year, month)));
  const number = dayNumber(year, month, day);
  if (hour === null) return days(number, number);
  if (hour > 23 || minute > 59 || (second ?? 0) > 59) {
    throw new DateError("there is no such time of day", "times run from 00:00:00 to 23:59:59");
  }
  const start = number * DAY + hour * 3600 + minute * 60;
  return second === null ? when(start, start + 59) : when(start + second, start + second);
}

function checkDay(year, month, day) {
  if (month < 1 || month > 12) {
    const swapped = day !== null && day >= 1 && day <= 12 && month >= 1 && month <= monthLength(year, day);
    const fix = swapped ? `; did you mean \`${isoDate(year, day, month)}\`?` : "";
    throw new DateError(`there is no month ${month}`, `months run from 01 to 12${fix}`);
  }
  const length = monthLength(year, month);
  if (day !== null && (day < 1 || day > length)) {
    throw new DateError(
      `${MONTH_NAMES[month - 1]} ${year} has ${length} days, so there is no day ${day}`,
      `write a day from 01 to ${length}, or \`${isoMonth(year, month)}\` when the day is not known`,
    );
  }
}

function notADate(bare) {
  if (!bare) return new DateError("it is empty", FORMS);
  let found = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(bare);
  if (found) return new DateError("the date has no dashes", suggestion(found.slice(1)));
  found = /^([0-9]{4,9})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?$/.exec(bare);
  if (found && found[1].length > 4) {
    return new DateError(`the year ${found[1]} has ${found[1].length} digits`, "write a year from 0001 to 9999");
  }
  if (found) {
    return new DateError(
      "year, month and day are joined by dashes, months and days have two digits",
      suggestion(found.slice(1).filter(Boolean)),
    );
  }
  found = /^([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})$/.exec(bare);
  return found ? dayFirst(Number(found[1]), Number(found[3]), Number(found[4])) : new DateError("it is not a date", FORMS);
}

function dayFirst(one, other, year) {
  const readings = one === other ? [[one, other]] : [[one, other], [other, one]];
  const sound = readings.filter(
    ([day, month]) => year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month),
  );
  if (!sound.length) return new DateError("there is no such date", FORMS);
  const forms = sound.map(([day, month]) => `\`${isoDate(year, month, day)}\` for ${day} ${MONTH_NAMES[month - 1]}`);
  const reason = sound.length > 1 ? "it may be day or month first" : "a date begins with the year";
  return new DateError(reason, `write ${forms.join(" or ")}`);
}

function suggestion([year, ...rest]) {
  const iso = [year, ...rest.map((part) => padded(Number(part), 2))].join("-");
  try {
    parseWhen(iso);
    return `write \`${iso}\``;
  } catch (error) {
    return error.fix;
  }
}

const padded = (number, length) => String(number).padStart(length, "0");
const isoMonth = (year, month) => `${padded(year, 4)}-${padded(month, 2)}`;
const isoDate = (year, month, day) => `${isoMonth(year, month)}-${padded(day, 2)}`;

/** The shortest forms of a moment, from the year down to the second. */
function writings(moment) {
  const { year, month, day } = civil(dayOf(moment));
  const seconds = moment % DAY;
  const minute = `${isoDate(year, month, day)}T${padded(Math.floor(seconds / 3600), 2)}:${padded(Math.floor(seconds / 60) % 60, 2)}`;
  return [padded(year, 4), isoMonth(year, month), isoDate(year, month, day), minute, `${minute}:${padded(seconds % 60, 2)}`];
}

/** The shortest ISO form that means exactly this interval, or `from … to …`, `from … on`, `up to …`, `any time`. */
export function whenText(one) {
  if (isAnyTime(one)) return "any time";
  const firsts = writings(one.first);
  const whole = firsts.find((text) => sameWhen(parseWhen(text), one));
  if (whole) return whole;
  const lasts = writings(one.last);
  const place = firsts.findIndex((text, index) => parseWhen(text).first === one.first && parseWhen(lasts[index]).last === one.last);
  if (one.last === FOREVER) return `from ${firsts[place]} on`;
  return one.first === BEGINNING ? `up to ${lasts[place]}` : `from ${firsts[place]} to ${lasts[place]}`;
}
