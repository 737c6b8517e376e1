import { expect, test } from 'vitest';
import { fitting } from '../../../activities/payouts/fitting.ts';
import { Problem } from '../../../domain/problem.ts';
import fc from '../../support/properties.ts';

test('whoever is in the way, and only he, is left out, in about 2·log₂ n tries for each; what fits keeps its order and is what was made last', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 64 }), fc.uniqueArray(fc.nat(63), { maxLength: 6 }), async (count, bad) => {
    const all = Array.from({ length: count }, (_one, n) => n);
    let tries = 0;
    const { made, fitted, left } = await fitting(all, async (some) => {
      tries++;
      if (some.some((one) => bad.includes(one))) throw new Problem('TORN', 'No.');
      return [...some];
    });
    const good = all.filter((one) => !bad.includes(one));
    expect([fitted, made, left.map(({ one }) => one)]).toEqual([good, good.length === 0 ? null : good, all.filter((one) => bad.includes(one))]);
    expect(tries).toBeLessThanOrEqual(1 + left.length * 2 * 6);
  }), { numRuns: 100 });
});

test('of those that exclude each other the first stays, and an adapter that breaks says no more than its name', async () => {
  const { fitted, left } = await fitting(['a', 'x1', 'b', 'x2', 'c'], async (some) => {
    if (some.filter((one) => one.startsWith('x')).length > 1) throw new TypeError('of Ann Example');
    return some;
  });
  expect(fitted).toEqual(['a', 'x1', 'b', 'c']);
  expect(left.map(({ one, problem }) => [one, problem.code, problem.message])).toEqual([['x2', 'RAIL_ADAPTER_FAILED', "The rail's adapter failed (TypeError)."]]);
});
