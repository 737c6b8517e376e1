import { Decimal } from '../decimal.ts';

/** A debit, or a credit of returned money, as one kind of message tells it. `channel`: the kind of message; `reference`: the bank's own name for the booking, null where it gives none. ISO instant. */
export interface ToldMovement { channel: string; reference: string | null; amount: string | null; currency: string | null; at: string }
/** One that is kept. `part`: the id of the first word about it, its own id where it is that. */
export interface KnownMovement extends ToldMovement { part: string }

const DAY_MS = 86_400_000;

/**
 * Which part that is known of a payment a credit is; null: none, it is a part of its own (docs/decisions/bank-transfers.md "What comes back"). Every kind of message tells each part once, so two credits
 * of one kind are two parts; across kinds it is the one with the bank's own reference, else one of the same amount that this kind has not told yet, else one whose amount is told in another currency.
 */
export function partOf(known: readonly KnownMovement[], told: ToldMovement): string | null {
  const parts = untold(known, told);
  return byReference(parts, told)
    ?? first(parts, (word) => equal(word, told) && word.at.slice(0, 10) === told.at.slice(0, 10))
    ?? first(parts, (word) => equal(word, told))
    ?? parts.find(([, words]) => words.every((word) => !comparable(word, told)))?.[0] ?? null;
}

/**
 * Which booking that is known of a payment a debit is; null: none, it is another one. A bank that takes its debit back books it again, so one of another day is another: across kinds of messages it is the one with the
 * bank's own reference, else one of that day that this kind has not told yet, of that amount as far as both name one in one currency.
 */
export function bookingOf(known: readonly KnownMovement[], told: ToldMovement): string | null {
  const bookings = untold(known, told);
  return byReference(bookings, told) ?? first(bookings, (word) => isOneDay(word.at, told.at) && equal(word, told)) ?? first(bookings, (word) => isOneDay(word.at, told.at) && !comparable(word, told));
}

type Words = readonly [part: string, words: readonly KnownMovement[]];
const untold = (known: readonly KnownMovement[], { channel }: ToldMovement): Words[] => [...Map.groupBy(known, ({ part }) => part)].filter(([, words]) => !words.some((word) => word.channel === channel));
const first = (parts: readonly Words[], test: (word: KnownMovement) => boolean): string | null => parts.find(([, words]) => words.some(test))?.[0] ?? null;
const byReference = (parts: readonly Words[], told: ToldMovement): string | null => first(parts, ({ reference }) => reference !== null && reference === told.reference);

type Amount = Pick<ToldMovement, 'amount' | 'currency'>;
const comparable = (a: Amount, b: Amount): boolean => a.amount !== null && b.amount !== null && a.currency === b.currency;
const equal = (a: Amount, b: Amount): boolean => comparable(a, b) && new Decimal(a.amount!).equals(b.amount!);

/** Where one message names the day alone and the other an instant, whose day may be another one in UTC: any instant that is of that day somewhere. */
function isOneDay(a: string, b: string): boolean {
  if (a.slice(0, 10) === b.slice(0, 10)) return true;
  const [x, y] = [Date.parse(a), Date.parse(b)];
  if ((x % DAY_MS === 0) === (y % DAY_MS === 0)) return false;
  const [day, instant] = x % DAY_MS === 0 ? [x, y] : [y, x];
  return instant >= day - DAY_MS * 14 / 24 && instant < day + DAY_MS * 36 / 24;
}
