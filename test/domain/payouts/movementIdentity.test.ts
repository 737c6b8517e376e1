import { expect, test } from 'vitest';
import { bookingOf, type KnownMovement, partOf, type ToldMovement } from '../../../domain/payouts/movementIdentity.ts';
import fc from '../../support/properties.ts';

const told = (channel: string, amount: string | null, set: Partial<ToldMovement> = {}): ToldMovement => ({ channel, amount, currency: amount === null ? null : 'EUR', reference: null, at: '2026-11-24T00:00:00.000Z', ...set });
/** Parts after all these words, in this order: the indexes of the words about each. */
function parts(words: readonly ToldMovement[], identity = partOf): number[][] {
  const known: KnownMovement[] = [];
  for (const [i, word] of words.entries()) known.push({ ...word, part: identity(known, word) ?? String(i) });
  return [...Map.groupBy(known.keys(), (i) => known[i]!.part).values()];
}

test('the notification and the statement tell one credit: by the bank\'s reference, or by its amount', () => {
  expect(parts([told('camt.054', '6', { reference: 'R1' }), told('camt.053', '6', { reference: 'R1' }), told('camt.053', '10', { reference: 'R2' }), told('camt.054', '10', { reference: 'R2' })])).toEqual([[0, 1], [2, 3]]);
  expect(parts([told('pacs.004', '6', { reference: 'RTR-1' }), told('camt.054', '6', { reference: 'R1' }), told('camt.053', '6.00', { reference: 'S1' })])).toEqual([[0, 1, 2]]);
});
test('two equal credits of one kind of message are two parts, whoever else tells them', () => {
  expect(parts([told('camt.054', '8', { reference: 'R1' }), told('camt.054', '8', { reference: 'R2' }), told('camt.053', '8', { reference: 'R2' }), told('camt.053', '8', { reference: 'R1' })])).toEqual([[0, 3], [1, 2]]);
});
test('told in another currency, or without an amount: the first that this kind has not told', () => {
  expect(parts([told('pacs.004', '8'), told('camt.053', '8.6', { currency: 'USD' }), told('camt.053', '8.7', { currency: 'USD' }), told('camt.054', null)])).toEqual([[0, 1, 3], [2]]);
});
test('of several of one amount it is the one of that day', () => {
  const day = '2026-11-26T00:00:00.000Z';
  expect(parts([told('camt.054', '8', { reference: 'R1' }), told('camt.054', '8', { reference: 'R2', at: day }), told('camt.053', '8', { reference: 'S2', at: day }), told('camt.053', '8', { reference: 'S1' })])).toEqual([[0, 3], [1, 2]]);
});

test('however the words of three kinds of messages are mixed, there are as many parts of an amount as the kind that told most has told', () => {
  const word = fc.record({ channel: fc.constantFrom('camt.053', 'camt.054', 'pacs.004'), amount: fc.constantFrom('5', '8'), reference: fc.constantFrom(null, 'own') });
  fc.assert(fc.property(fc.array(word, { maxLength: 12 }), (words) => {
    const all = words.map(({ channel, amount, reference }, i) => told(channel, amount, { reference: reference === null ? null : `${channel}-${i}` }));
    const found = parts(all);
    for (const amount of ['5', '8']) {
      const most = Math.max(...['camt.053', 'camt.054', 'pacs.004'].map((channel) => all.filter((one) => one.channel === channel && one.amount === amount).length));
      expect(found.filter(([first]) => all[first!]!.amount === amount)).toHaveLength(most);
    }
  }));
});

const bookings = (words: readonly ToldMovement[]): number[][] => parts(words, bookingOf);
test('a debit that the notification tells by one reference and the statement by another is one; of another day it is another', () => {
  expect(bookings([told('camt.054', '16', { reference: 'TX-9' }), told('camt.053', '16.00', { reference: 'STM-77' })])).toEqual([[0, 1]]);
  expect(bookings([told('camt.054', '16', { reference: 'B1' }), told('camt.053', '16', { reference: 'B3', at: '2026-11-25T00:00:00.000Z' })])).toEqual([[0], [1]]);
  expect(bookings([told('camt.054', '16', { reference: 'B1' }), told('camt.053', '16', { reference: 'B1', at: '2026-11-25T00:00:00.000Z' })])).toEqual([[0, 1]]);
  expect(bookings([told('camt.054', '16', { reference: 'B1' }), told('camt.054', '16', { reference: 'B2' }), told('camt.053', '16', { reference: 'B2' }), told('camt.053', '16', { reference: 'B1' })])).toEqual([[0, 3], [1, 2]]);
  expect(bookings([told('camt.054', '16'), told('camt.053', '17')])).toEqual([[0], [1]]);
  expect(bookings([told('camt.054', '16'), told('camt.053', '20.5', { currency: 'USD' })])).toEqual([[0, 1]]);
});
test('the day of a debit, told with its time in Berlin and without: 00:10 there is the day before in UTC', () => {
  expect(bookings([told('camt.054', '16', { at: '2026-11-23T23:10:00.000Z' }), told('camt.053', '16')])).toEqual([[0, 1]]);
  expect(bookings([told('camt.054', '16', { at: '2026-11-22T09:10:00.000Z' }), told('camt.053', '16')])).toEqual([[0], [1]]);
  expect(bookings([told('camt.054', '16', { at: '2026-11-23T09:10:00.000Z' }), told('camt.053', '16', { at: '2026-11-24T08:10:00.000Z' })])).toEqual([[0], [1]]);
});
