import { expect, it } from 'vitest';
import { compareReference, keyOf, payoutOf, referenceOf, SHORTEST_REFERENCE } from '../../../../../activities/payouts/rails/broker-credit/reference.ts';
import fc from '../../../../support/properties.ts';

const key = fc.tuple(fc.stringMatching(/^[0-9a-f]{32}$/), fc.integer({ min: 1, max: 999 })).map(([hex, no]) => `pay_${hex}-${no}`);

it('a reference reads back as its key, in full or short, also in capitals and with blanks around it', () => {
  fc.assert(fc.property(key, fc.constantFrom(SHORTEST_REFERENCE, 31, 64), (idempotencyKey, longest) => {
    const reference = referenceOf(idempotencyKey, longest);
    expect(reference.length).toBeLessThanOrEqual(longest);
    expect(keyOf(` ${reference.toUpperCase()} `)).toBe(idempotencyKey);
    expect(payoutOf(keyOf(reference))).toBe(idempotencyKey.slice(0, 36));
    expect(compareReference(reference, ` ${reference.toUpperCase()}`)).toBe('same');
  }));
});

it('two keys never share a short reference', () => {
  fc.assert(fc.property(key, key, (a, b) => { expect(referenceOf(a, 31) === referenceOf(b, 31)).toBe(a === b); }));
});

it('what is cut off is neither ours nor not ours; another attempt is another reference', () => {
  const ours = `pay_${'a'.repeat(32)}-12`;
  expect(compareReference(ours, ours.slice(0, 31))).toBe('cut');
  expect(compareReference(ours, `pay_${'a'.repeat(32)}-1`)).toBe('other');
  expect(compareReference(ours, 'pay_a')).toBe('other');
});

it('a key that fits in no form is refused', () => {
  expect(() => referenceOf('x'.repeat(40), 31)).toThrow(expect.objectContaining({ code: 'RAIL_REFERENCE_TOO_LONG' }));
  expect(referenceOf('x'.repeat(31), 31)).toBe('x'.repeat(31));
  expect(payoutOf(keyOf('DEPOSIT 12'))).toBe(null);
});
