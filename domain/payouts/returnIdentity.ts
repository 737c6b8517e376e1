import { Decimal } from '../decimal.ts';

/** A credit of returned money as one kind of message tells it. `channel`: the kind of message; `reference`: the bank's own name for the booking, null where it gives none. ISO instant. */
export interface ToldReturn { channel: string; reference: string | null; amount: string | null; currency: string | null; at: string }
/** One that is kept. `part`: the id of the first word about it, its own id where it is that. */
export interface KnownReturn extends ToldReturn { part: string }

/**
 * Which part that is known of a payment a credit is; null: none, it is a part of its own (docs/decisions/bank-transfers.md "What comes back"). Every kind of message tells each part once, so two credits
 * of one kind are two parts; across kinds it is the one with the bank's own reference, else one of the same amount that this kind has not told yet, else one whose amount is told in another currency.
 */
export function partOf(known: readonly KnownReturn[], told: ToldReturn): string | null {
  const parts = [...Map.groupBy(known, ({ part }) => part)].filter(([, words]) => !words.some(({ channel }) => channel === told.channel));
  const first = (test: (word: KnownReturn) => boolean): string | null => parts.find(([, words]) => words.some(test))?.[0] ?? null;
  const equal = ({ amount, currency }: KnownReturn): boolean => amount !== null && told.amount !== null && currency === told.currency && new Decimal(amount).equals(told.amount);
  return first(({ reference }) => reference !== null && reference === told.reference)
    ?? first((word) => equal(word) && word.at.slice(0, 10) === told.at.slice(0, 10))
    ?? first(equal)
    ?? parts.find(([, words]) => words.every(({ amount, currency }) => amount === null || told.amount === null || currency !== told.currency))?.[0] ?? null;
}
