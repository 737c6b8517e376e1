import { expect, it } from 'vitest';
import { compare } from '../../../../scripts/case/snapshot.ts';
import { deskFactory } from './desk.ts';
import { model } from './model.ts';
import { csv, profile, type Row, setup, WEEK1, WEEK2, WEEK3 } from './rows.ts';
import fc from '../../../support/properties.ts';

const openDesk = deskFactory();

/** Few tickets, accounts and instants, so that lines meet each other, and every bound that a rule has. */
const accounts = ['std', 'std', 'cent', 'bob', 'bob', 'late', 'demo', 'wait', 'nobody', ''];
const closes = ['2026-11-01T00:00:00Z', '2026-10-31T23:59:59Z', '2026-11-04T08:00:00Z', '2026-11-05T09:00:00Z', '2026-11-05T08:59:59Z', '2026-11-06T11:00:00Z',
  '2026-11-09T00:00:00Z', '2026-11-08T23:59:59Z', '2026-11-10T00:00:00Z', '2026-11-09T23:59:59Z', '2026-11-19T23:59:59Z', '2026-11-20T00:00:00Z', 'soon'];
const ticket = fc.constantFrom('', '', '1', '2', '3', '4', '5', '6', '7', '8', '9', '99999999999999999999');
const before = (close: string, seconds: number): string => (close === 'soon' ? close : `${new Date(Date.parse(close) - seconds * 1000).toISOString().slice(0, 19)}Z`);
const tradeRow = fc.record({
  kind: fc.constantFrom('', 'T', 'T', 'T', 'T', 'I', '?'), ticket, account: fc.constantFrom(...accounts),
  symbol: fc.constantFrom('EURUSD', 'EURUSD', 'EURUSD.m', 'EURUSDm', 'GBPJPY.pro', 'XAUUSD#', 'US30', 'WTI', 'NEWCOIN', ''),
  lots: fc.constantFrom('1.00', '2.50', '0.75', '0.33333333', '0.000123457', '0.00', '12', 'x', '1e3'), close: fc.constantFrom(...closes),
  seconds: fc.constantFrom(3600, 3600, 180, 179, 0), points: fc.constantFrom('100', '100', '-30', '-29', '30', '29.9', 'many'),
  status: fc.constantFrom('', '', 'ok', 'fraud', 'partial', 'new'), commission: fc.constantFrom('1000', '6.60', '0', 'n/a'),
}).map(({ seconds, ...row }): Row => ({ ...row, open: before(row.close, seconds) }));
const plainTrade = fc.record({
  ticket, account: fc.constantFrom('std', 'bob', 'cent', 'late'), lots: fc.constantFrom('1.00', '2.00', '0.50'), close: fc.constantFrom('2026-11-06T11:00:00Z', '2026-11-11T11:00:00Z'), commission: fc.constantFrom('1000', '1'),
}).map((row): Row => ({ kind: 'T', symbol: 'EURUSD', open: before(row.close, 600), points: '50', ...row }));
const otherRow = fc.oneof(
  fc.record({ kind: fc.constant('R'), account: fc.constantFrom('std', ''), reference: fc.constantFrom('1', '2', '3', '4', '77', '') }),
  fc.record({ kind: fc.constant('A'), ticket, account: fc.constantFrom('std', 'bob', 'wait', 'nobody'), amount: fc.constantFrom('5', '-7.25', '0.123456789', '-0.000000009', '0', '40', 'x'), close: fc.constantFrom('', '2026-11-06T12:00:00Z') }),
);
const row: fc.Arbitrary<Row> = fc.oneof({ weight: 3, arbitrary: tradeRow }, { weight: 4, arbitrary: plainTrade }, { weight: 2, arbitrary: otherRow });

/** A file, or an earlier one, as it was, for another week, or changed: some rows left out, some added, in another order. */
const step = fc.record({
  week: fc.constantFrom(WEEK1, WEEK1, WEEK2, WEEK3), rows: fc.oneof({ weight: 3, arbitrary: fc.array(row, { maxLength: 14 }) }, fc.constant<Row[]>([])), from: fc.option(fc.nat({ max: 4 }), { freq: 2 }),
  drop: fc.oneof(fc.array(fc.nat({ max: 20 }), { maxLength: 3 }), fc.constant<number[]>([])), hours: fc.constantFrom(1, 24, 167, 168, 400), pageSize: fc.constantFrom(1, 2, 7, 5000),
});

it.each([
  ['full reports', true, true], ['partial reports', false, true], ['full reports without a commission column', true, false],
])('%s end as an independent model says', async (_name, full, commission) => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
    const columns = { ...profile.columns, ...(commission ? { commission: 'commission' } : {}) };
    const own = { ...setup, profile: { ...profile, full, columns } };
    const desk = await openDesk(own);
    const oracle = model(own);
    const files: Row[][] = [];
    let now = Date.parse('2026-11-23T12:00:00Z');
    for (const [n, { week, rows, from, drop, hours, pageSize }] of steps.entries()) {
      const base = from === null ? [] : (files[files.length - 1 - from] ?? []).filter((_row, i) => !drop.includes(i));
      const file = [...rows, ...base];
      files.push(file);
      now += hours * 3_600_000;
      const at = new Date(now).toISOString();
      await desk.clear(at);
      oracle.clear(now);
      const report = await desk.submit({ file: csv(file), ...week, at, pageSize });
      const said = oracle.post(week, file, full, now);
      expect(report.state, `step ${n}`).toBe(said ? 'posted' : 'unchanged');
      const got = await desk.figures();
      const want = oracle.figures();
      const users = Object.fromEntries(Object.entries(want.users).map(([id, money]) => [id, { ...money, reserved: '0', paid: '0' }]));
      expect(compare(`step ${n}`, { ...want, users, payouts: [] }, got)).toEqual([]);
    }
  }), { numRuns: 12 });
}, 300_000);
