/**
 * Text that files, mails and names bring may hold what the database keeps in no text and no jsonb: a NUL, or half a character
 * (also one that our own cut leaves). Whatever is shown or kept passes here.
 */
export function storableText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed();
}

/** The beginning of a text, at most `length` UTF-16 units, which does not end in the middle of a character. */
export function beginning(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** Every text in a value of arrays and plain objects, cleaned; anything else in it stays as it is. */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return storableText(value) as T;
  if (Array.isArray(value)) return value.map((item) => storable<unknown>(item)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable<unknown>(item)])) as T;
}

/** An escape of JSON: NUL, half a character (`JSON.stringify` escapes just these), or any other. */
const ESCAPE = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/** A value as JSON that jsonb takes, its keys cleaned too. */
export function storableJson(value: object): string {
  return JSON.stringify(value).replace(ESCAPE, (escape) => (escape === '\\u0000' ? '' : escape.length === 6 && escape.startsWith('\\ud') ? '\ufffd' : escape));
}
