// Numbers as records write them (`342`, `"<40"`), converted exactly and rounded once. A number known exactly is a
// number; one that is only bounded is a range `{low, high}`, both inclusive: "<40" ends at the double below 40.

const NUMERAL = /^(<=|>=|=<|=>|≤|≥|<|>|=|)\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?)$/;
const RELATIONS = { "": "=", "=<": "<=", "≤": "<=", "=>": ">=", "≥": ">=" };
const LONGEST = 400;
const LARGEST_READING = 1e100;
const WRITE_ONE = "write a number such as `1.5`, or a bound such as `<40`";

export const range = (low, high) => ({ low, high });
export const isRange = (value) => typeof value === "object" && value !== null && "low" in value;

/** A limit of normal that is recorded and that nobody can make sense of: any number, and not absent. */
export const illegible = () => range(-Infinity, Infinity);
export const isIllegible = (value) => isRange(value) && value.low === -Infinity && value.high === Infinity;

/** The number that lies from `low` to `high`: exact when they are equal, null when nothing bounds it. */
export function between(low, high) {
  if (low === high) return low;
  return low === -Infinity && high === Infinity ? null : range(low, high);
}

/** The two ends of a number as far as it is known. */
export const ends = (value) => (isRange(value) ? value : range(value, value));

/** What is written is no usable number: the reason, and what to write instead. */
export class NumeralError extends Error {
  constructor(reason, fix) {
    super(`${reason}; ${fix}`);
    this.reason = reason;
    this.fix = fix;
  }
}

/** The number written, by its decimal text (0.1 is one tenth), as `{relation, top, bottom}`. Throws NumeralError. */
export function parseNumeral(raw) {
  if (typeof raw === "boolean") throw new NumeralError("a yes or no is not a number", WRITE_ONE);
  if (typeof raw === "number") {
    if (!Number.isFinite(raw)) throw new NumeralError("it is not a finite number", "leave it out when the value is not known");
    return { relation: "=", ...fraction(String(raw)) };
  }
  if (typeof raw !== "string") throw new NumeralError("one number belongs here", WRITE_ONE);
  const text = raw.trim();
  const found = text.length <= LONGEST ? NUMERAL.exec(text) : null;
  if (found) return { relation: RELATIONS[found[1]] ?? found[1], ...fraction(found[2]) };
  throw notANumber(text);
}

function notANumber(text) {
  if (text.length <= LONGEST && /^[<>=≤≥]*\s*[+-]?[0-9.]+(?:,[0-9]+)+(?:\.[0-9]+)?$/.test(text)) {
    const [plain, pointed] = [`\`${text.replaceAll(",", "")}\``, `\`${text.replaceAll(",", ".")}\``];
    // Three digits behind the comma may be thousands; any other number of them are decimals.
    let fix = `${plain} or ${pointed}, whichever is meant`;
    if (/^[^,.]*,(?!\d{3}$)\d+$/.test(text)) fix = pointed;
    else if (text.split(",").length > 2 || text.includes(".")) fix = plain;
    return new NumeralError("a comma may part thousands or decimals", `write ${fix}`);
  }
  const found = /^([<>=≤≥]*\s*[+-]?[0-9.]+)\s*([\p{L}%/°[{(].{0,30})/u.exec(text.slice(0, LONGEST));
  if (found) {
    return new NumeralError("a number stands alone", `give the unit apart: {"value": ${found[1]}, "unit": "${found[2].trim()}"}`);
  }
  return new NumeralError("it is not a number", WRITE_ONE);
}

/** A decimal text as a fraction of whole numbers. */
function fraction(text) {
  const [, sign, whole, decimals = "", exponent = "0"] = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/.exec(text);
  const digits = BigInt(`${whole}${decimals}` || "0") * (sign === "-" ? -1n : 1n);
  const places = Number(exponent) - decimals.length;
  const power = 10n ** BigInt(Math.abs(places));
  return places < 0 ? { top: digits, bottom: power } : { top: digits * power, bottom: 1n };
}

/** The numeral in the fact's unit: exact arithmetic (value * n/d + m/e), then the nearest double. A strict bound leaves
 *  its double out. Throws NumeralError for one that is too large to be a reading. */
export function converted(numeral, [n, d, m, e]) {
  const top = numeral.top * BigInt(n) * BigInt(e) + BigInt(m) * BigInt(d) * numeral.bottom;
  const double = nearest(top, numeral.bottom * BigInt(d) * BigInt(e));
  if (Math.abs(double) > LARGEST_READING) throw new NumeralError("the number is too large", "check the value and its unit");
  if (numeral.relation === "=") return double;
  const strict = numeral.relation.length === 1;
  if (numeral.relation[0] === "<") return range(-Infinity, strict ? nextBelow(double) : double);
  return range(strict ? nextAbove(double) : double, Infinity);
}

/** The double nearest to a fraction, ties to even. */
export function nearest(top, bottom) {
  if (top < 0n) return -nearest(-top, bottom);
  if (top === 0n) return 0;
  // A quotient of 66 bits and more, its last bit set when something is left over, rounds once as the fraction would.
  const length = (number) => number.toString(2).length;
  const shift = Math.min(Math.max(0, 66 - length(top) + length(bottom)), 1074);
  const shifted = top << BigInt(shift);
  let quotient = shifted / bottom;
  const rest = shifted % bottom;
  if (shift === 1074) {
    if (2n * rest > bottom || (2n * rest === bottom && quotient % 2n === 1n)) quotient += 1n;
  } else if (rest) {
    quotient = (quotient << 1n) | 1n;
    return scaledDown(Number(quotient), shift + 1);
  }
  return scaledDown(Number(quotient), shift);
}

function scaledDown(double, shift) {
  // Two steps, because 2^-1074 is the least double there is.
  const half = Math.min(shift, 537);
  return double * 2 ** -half * 2 ** -(shift - half);
}

const bits = new DataView(new ArrayBuffer(8));

function beside(value, step) {
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + step);
  return bits.getFloat64(0);
}

/** The next double above. */
export function nextAbove(value) {
  if (value === 0) return Number.MIN_VALUE;
  return beside(value, value > 0 ? 1n : -1n);
}

/** The next double below. */
export const nextBelow = (value) => -nextAbove(-value);

/** The nearest integer, halves away from zero. */
export function rounded(value) {
  const whole = Math.floor(value);
  // Exact: both are doubles of one magnitude.
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && value > 0) ? whole + 1 : whole;
}
