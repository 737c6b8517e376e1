import { Decimal } from 'decimal.js';
import { expect, it } from 'vitest';
import { differences, type EarnedSoFar } from '../../../domain/restatement/difference.ts';
import { takeBack, type Holding } from '../../../domain/restatement/takeBack.ts';
import fc from '../../support/properties.ts';

const Exact = Decimal.clone({ precision: 80 });
const units = (most: number) => fc.integer({ min: 0, max: most }).map((n) => new Exact(n).div('1e8').toFixed());
const total = (parts: readonly string[]): string => parts.reduce((sum, part) => sum.plus(part), new Exact(0)).toFixed();

const holdings: fc.Arbitrary<Holding[]> = fc.uniqueArray(
  fc.record({ accrualSeq: fc.bigInt({ min: 1n, max: 2n ** 60n }).map(String), state: fc.constantFrom('pending' as const, 'held' as const), holds: units(2_000_000_000) }),
  { selector: (h) => h.accrualSeq, maxLength: 6 });

it('what is taken back adds up, comes newest first from pending, then held, never more than an accrual holds, the rest from available', () => {
  fc.assert(fc.property(units(5_000_000_000), holdings, (amount, held) => {
    const parts = takeBack(amount, held);
    expect(total(parts.map((p) => p.amount))).toBe(new Exact(amount).toFixed());
    for (const part of parts) {
      expect(new Exact(part.amount).gt(0)).toBe(true);
      if (part.accrualSeq !== null) expect(new Exact(part.amount).lte(held.find((h) => h.accrualSeq === part.accrualSeq)!.holds)).toBe(true);
    }
    const order = parts.map((p) => ['pending', 'held', 'available'].indexOf(p.from));
    expect(order).toEqual([...order].sort());
    for (const from of ['pending', 'held']) {
      const seqs = parts.filter((p) => p.from === from).map((p) => BigInt(p.accrualSeq!));
      expect(seqs).toEqual([...seqs].sort((a, b) => (a < b ? 1 : -1)));
    }
    // Available is touched only when nothing is left elsewhere.
    const all = total(held.map((h) => h.holds));
    const fromAvailable = parts.find((p) => p.from === 'available')?.amount ?? '0';
    expect(new Exact(fromAvailable).toFixed()).toBe(Exact.max(new Exact(amount).minus(all), 0).toFixed());
  }));
});

it('any sequence of versions nets to what the last one alone would give; a repeat changes nothing', () => {
  const version = fc.record({ accountLinkId: fc.constantFrom('lnk_1', 'lnk_2', null), units: fc.integer({ min: -3_000_000_000, max: 3_000_000_000 }), reversed: fc.boolean() })
    .map((v) => ({ accountLinkId: v.accountLinkId, amount: v.accountLinkId === null ? '0' : new Exact(v.units).div('1e8').toFixed(), reversed: v.reversed }));
  fc.assert(fc.property(fc.array(version, { minLength: 1, maxLength: 8 }), (versions) => {
    const net = new Map<string, Decimal>();
    let before: EarnedSoFar | null = null;
    let reversed = false;
    for (const now of versions) {
      for (const part of differences(before, now)) {
        expect(new Exact(part.change).isZero()).toBe(false);
        net.set(part.accountLinkId, (net.get(part.accountLinkId) ?? new Exact(0)).plus(part.change));
      }
      before = { accountLinkId: now.accountLinkId, earned: reversed ? '0' : now.amount, reversed };
      expect(differences(before, now)).toEqual([]);
      if (now.reversed && !reversed) {
        reversed = true;
        if (now.accountLinkId !== null) net.set(now.accountLinkId, net.get(now.accountLinkId)?.minus(before.earned) ?? new Exact(0));
        before = { ...before, earned: '0', reversed };
      }
    }
    const last = versions.at(-1)!;
    for (const id of ['lnk_1', 'lnk_2']) expect((net.get(id) ?? new Exact(0)).toFixed()).toBe(new Exact(!reversed && last.accountLinkId === id ? last.amount : 0).toFixed());
  }));
});

it('money that belongs to no link is a fault, not a loss', () => {
  expect(() => differences(null, { accountLinkId: null, amount: '1' })).toThrow('without an account link');
});
