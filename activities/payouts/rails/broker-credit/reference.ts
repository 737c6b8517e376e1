import { Problem } from '../../../../domain/problem.ts';

/** The engine's keys: a payout's id and the attempt's number. */
const KEY = /^pay_([0-9a-f]{32})-([1-9]\d{0,2})$/;
const SHORT = /^([0-9a-z]{25})-([1-9]\d{0,2})$/;
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
/** A trading platform's comment takes 31 characters at most, so the short form fits there: 25 and the attempt's number. */
export const SHORTEST_REFERENCE = 29;

/**
 * The reference that a credit carries: the attempt's idempotency key where the broker takes that many characters, else the same in base 36 (25 characters, and the attempt's number),
 * which reads back exactly and survives a broker that writes everything in capitals. Throws `Problem` RAIL_REFERENCE_TOO_LONG.
 */
export function referenceOf(idempotencyKey: string, longest: number): string {
  if (idempotencyKey.length <= longest) return idempotencyKey;
  const [, hex, no] = KEY.exec(idempotencyKey) ?? [];
  const short = hex === undefined ? null : `${BigInt(`0x${hex}`).toString(36).padStart(25, '0')}-${no}`;
  if (short === null || short.length > longest) throw new Problem('RAIL_REFERENCE_TOO_LONG', `The key ${idempotencyKey} does not fit into the ${longest} characters that the broker takes as a reference.`);
  return short;
}

/** The idempotency key of a reference; null: it is not one of ours. */
export function keyOf(reference: string): string | null {
  const text = reference.trim();
  const lower = text.toLowerCase();
  if (KEY.test(lower)) return lower;
  const [, digits, no] = SHORT.exec(lower) ?? [];
  if (digits === undefined) return text === '' ? null : text;
  let value = 0n;
  for (const digit of digits) value = value * 36n + BigInt(ALPHABET.indexOf(digit));
  return `pay_${value.toString(16).padStart(32, '0')}-${no}`;
}

/** The payout of a key; null where the key is not of the engine's form. */
export function payoutOf(idempotencyKey: string | null): string | null {
  return idempotencyKey !== null && KEY.test(idempotencyKey) ? idempotencyKey.slice(0, idempotencyKey.lastIndexOf('-')) : null;
}

/** The keys of the attempts before this one, which were proven not executed; none where the key is not of the engine's form. */
export function earlierKeys(idempotencyKey: string): string[] {
  const payoutId = payoutOf(idempotencyKey);
  const no = Number(KEY.exec(idempotencyKey)?.[2] ?? 1);
  return Array.from({ length: no - 1 }, (_, n) => `${payoutId ?? ''}-${n + 1}`);
}

/** Whether a booking's reference is ours, or what became of ours on the way: capitals, blanks; `cut`: its beginning only, which is never taken for a match nor for none. */
export function compareReference(ours: string, theirs: string): 'same' | 'cut' | 'other' {
  const [a, b] = [ours.trim().toLowerCase(), theirs.trim().toLowerCase()];
  if (a === b) return 'same';
  return b.length >= 12 && a.startsWith(b) && !/-\d+$/.test(b) ? 'cut' : 'other';
}
