const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const EXACT = 15;
/** Up to 15 digits come through a double unchanged, so such a text is its own shortest decimal. */
const ITS_OWN = /^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

/**
 * Text of a number cell, null where it is none. Such a cell holds a double, so its value is the double's shortest decimal, written
 * without exponent (cases/README: "XLSX numbers are read as their shortest decimal"): `1.1000000000000001` → `1.1`.
 *
 * A whole number above 2^53 keeps the digits that the file writes. Where they are only a float's (with an exponent, or filled up
 * with zeros), it is written with an exponent, so that no reader takes it for a ticket or a figure.
 */
export function cellNumber(source: string): string | null {
  if (source.length <= EXACT + 1 && ITS_OWN.test(source) && (source.length <= EXACT || source.includes('.'))) return source;
  const text = source.trim();
  if (!NUMBER.test(text)) return null;
  // Here a double is what the format itself stores; nothing is reckoned with it.
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return plain(String(value));
  if (/^-?\d+$/.test(text) && !isFilledUp(text)) return text;
  return value.toExponential();
}

/** Digits as a program writes that only has the float: 18 or more of which all but 15 to 17 are zeros, and the shortest for that float. */
function isFilledUp(text: string): boolean {
  const digits = text.replace('-', '');
  const significant = digits.replace(/0+$/, '').length;
  return digits.length >= 18 && significant >= EXACT && significant <= 17 && BigInt(digits) === BigInt(plain(String(Number(digits))));
}

/** `1e-7` → `0.0000001`, `1.5e+21` → `1500000000000000000000`. */
function plain(text: string): string {
  const at = text.indexOf('e');
  if (at < 0) return text;
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', decimals = ''] = text.slice(sign.length, at).split('.');
  const exponent = Number(text.slice(at + 1));
  const digits = whole + decimals;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length ? sign + digits.padEnd(point, '0') : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A day number of the 1904 system as one of the 1900 system, exactly; other texts as they are. */
export function serialFrom1904(text: string): string {
  const parts = /^(\d{1,15})(\.\d+)?$/.exec(text);
  return parts === null ? text : `${BigInt(parts[1] ?? '0') + 1462n}${parts[2] ?? ''}`;
}
