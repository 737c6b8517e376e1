import { expect, it } from 'vitest';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { deskFactory, type SetupInput } from '../intake/desk.ts';
import { model } from '../intake/model.ts';
import { csv, profile, type Row, setup, WEEK1, WEEK2, WEEK3 } from '../intake/rows.ts';
import { giveRate, map, nameTypes, net, replayAll } from './learning.ts';
import fc from '../../../support/properties.ts';

/** Whatever is known from the start and whatever later, in whatever order: the end is that of the same files with all known, by the independent model. */
const openDesk = deskFactory();

const ticket = fc.constantFrom('', '1', '2', '3', '4', '5', '6');
const row: fc.Arbitrary<Row> = fc.oneof(
  { weight: 6, arbitrary: fc.record({
    ticket, account: fc.constantFrom('std', 'std', 'cent', 'bob', 'late', 'wait', 'nobody'), symbol: fc.constantFrom('EURUSD', 'EURUSDm', 'EURUSD.m', 'GBPJPY.pro', 'XAUUSD#', 'US30', 'WTI', 'NEWCOIN', 'x'),
    lots: fc.constantFrom('1.00', '2.50', '0.33333333', '0.00'), close: fc.constantFrom('2026-11-04T08:00:00Z', '2026-11-05T09:00:00Z', '2026-11-06T11:00:00Z', '2026-11-10T00:00:00Z', '2026-11-19T23:59:59Z', '2026-11-20T00:00:00Z'),
    seconds: fc.constantFrom(3600, 3600, 179), points: fc.constantFrom('100', '29'), status: fc.constantFrom('', '', 'fraud'),
  }).map(({ seconds, ...own }): Row => ({ kind: 'T', ...own, open: `${new Date(Date.parse(own.close) - seconds * 1000).toISOString().slice(0, 19)}Z` })) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('R'), account: fc.constant('std'), reference: fc.constantFrom('1', '2', '3', '4') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('A'), ticket, account: fc.constantFrom('std', 'wait'), amount: fc.constantFrom('5', '-7.25'), close: fc.constant('2026-11-06T12:00:00Z') }) },
);

/** What may be unknown at first. A symbol of its own beside one that a suffix leads to is not: without it the line is paid by the suffix at once, and does not wait. */
const UNKNOWNS = [...Object.keys(setup.broker.symbols).filter((symbol) => symbol !== 'EURUSD.m'), 'rates of forex', 'rates of metals', 'rates of indices', 'type cent', 'type standard'];
const learned = fc.subarray(UNKNOWNS);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ week: fc.constantFrom(WEEK1, WEEK1, WEEK2, WEEK3), rows: fc.array(row, { maxLength: 10 }), keep: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ learn: learned, replay: fc.boolean(), page: fc.constantFrom(1, 2, 100) }) },
);

const pinned: SetupInput & Parameters<typeof model>[0] = { ...setup, users: setup.users.map((user) => ({ tier: 'base', ...user })) };

it.each([['full', true], ['partial', false]])('%s reports: known from the start or later, the end is the same', async (_name, full) => {
  await fc.assert(fc.asyncProperty(learned, fc.array(step, { minLength: 1, maxLength: 5 }), async (unknown, steps) => {
    const late = new Set(unknown);
    const own = { ...pinned, profile: { ...profile, full } };
    const desk = await openDesk({
      ...own, broker: { ...own.broker, symbols: Object.fromEntries(Object.entries(own.broker.symbols).filter(([symbol]) => !late.has(symbol))) }, rates: own.rates.filter((rate) => !late.has(`rates of ${rate.class}`)),
    });
    const types = (): string[] => Object.keys(own.broker.accountTypes).filter((type) => !late.has(`type ${type}`));
    await nameTypes(desk, own, types());
    const oracle = model(own);
    const learn = async (what: readonly string[]): Promise<void> => {
      const news = what.filter((name) => late.delete(name));
      await map(desk, Object.fromEntries(Object.entries(own.broker.symbols).filter(([symbol]) => news.includes(symbol))));
      for (const rate of own.rates) if (news.includes(`rates of ${rate.class}`)) await giveRate(desk, rate);
      if (news.some((name) => name.startsWith('type '))) await nameTypes(desk, own, types());
    };
    let now = Date.parse('2026-11-23T12:00:00Z');
    let last: Row[] = [];
    for (const one of steps) {
      now += 3_600_000;
      const at = new Date(now).toISOString();
      if ('learn' in one) {
        await learn(one.learn);
        if (one.replay) await replayAll(desk, at, one.page);
        continue;
      }
      last = one.keep ? [...last, ...one.rows] : one.rows;
      await desk.submit({ file: csv(last), ...one.week, at, pageSize: 3 });
      oracle.post(one.week, last, full, now);
    }
    await learn(UNKNOWNS);
    await replayAll(desk, new Date(now + 3_600_000).toISOString(), 1);
    expect(net(await desk.figures())).toEqual(net(oracle.figures()));
    expect(await replayAll(desk, new Date(now + 7_200_000).toISOString())).toBe(0);
    expect((await verifyLedger(desk.pool)).differences).toEqual([]);
  }), { numRuns: 12 });
}, 300_000);
