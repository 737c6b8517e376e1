import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { replayWaiting } from '../../../../activities/reports/replayWaiting.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { verifyLink } from '../../../../db/stores/accountLinks.ts';
import { explainAccrual } from '../../../../db/stores/explanation.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { listReportLines } from '../../../../db/stores/reportLines.ts';
import { periodsWithWaitingLines } from '../../../../db/stores/waitingLines.ts';
import { type Desk, deskFactory, play, type SetupInput } from '../intake/desk.ts';
import { breakingAt } from '../intake/faults.ts';
import { adjustment, csv, profile, reversal, type Row, setup, trade, WEEK1, WEEK2 } from '../intake/rows.ts';
import { giveRate, map, nameTypes, replayAll } from './learning.ts';

const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const LATER = '2026-11-12T10:00:00.000Z';
const LAST = '2026-11-14T10:00:00.000Z';
const unknown = (ticket: string, account = 'std', more: Row = {}): Row => trade(ticket, account, { symbol: 'NEWCOIN', ...more });

const money = async (desk: Desk, user = 'ann') => (await userBalances(desk.pool, desk.users.get(user)!)).total.pending;
const reasons = async (desk: Desk) => (await desk.figures()).reasons;
const revisions = async (desk: Desk) => (await desk.pool.query<{ n: number }>(
  'SELECT count(*)::int AS n FROM line_outcome o JOIN report r ON r.no = o.report_no WHERE r.broker_id = $1 AND o.revision > 1', [desk.broker])).rows[0]!.n;

it('a mapped symbol is paid at the rate and tier of its trade date, as a new entry with a window of its own; the others wait on and nothing else is touched', async () => {
  const desk = await openDesk(setup);
  const report = await desk.submit({ file: csv([unknown('1', 'std', { lots: '2' }), trade('2'), unknown('3', 'std', { symbol: 'OTHER' }), unknown('4', 'std', { symbol: 'XAGUSD.pro' }), unknown('5', 'nobody')]), ...WEEK1, at: AT });
  expect(await money(desk)).toBe('6.6');
  await giveRate(desk, { class: 'crypto', perLot: '4', from: '2026-01-01T00:00:00Z' });
  await giveRate(desk, { class: 'crypto', perLot: '9', from: '2026-11-07T00:00:00Z' });
  await map(desk, { NEWCOIN: 'crypto', XAGUSD: 'metals' });
  await replayAll(desk, LATER);
  expect([await money(desk), await reasons(desk), await revisions(desk)]).toEqual(['24.2', { UNKNOWN_SYMBOL: 1, ACCOUNT_NOT_LINKED: 1 }, 2]);
  const accruals = (await desk.pool.query<{ id: string; clears_at: Date }>('SELECT id, clears_at FROM accrual WHERE broker_id = $1 ORDER BY seq', [desk.broker])).rows;
  expect(accruals.map((row) => row.clears_at.toISOString())).toEqual(['2026-11-16T10:00:00.000Z', '2026-11-19T10:00:00.000Z']);
  expect(await explainAccrual(desk.pool, accruals[1]!.id)).toMatchObject({ agrees: true, recomputedSum: '17.6', entries: [{ ticket: '1', class: 'crypto', perLot: '4', recomputed: '8.8' }, { ticket: '4', class: 'metals', perLot: '8' }] });
  expect((await listReportLines(desk.pool, report.id, {}, { after: 0, limit: 9 })).map((line) => line.reason ?? line.outcome)).toEqual(['paid', 'paid', 'UNKNOWN_SYMBOL', 'paid', 'ACCOUNT_NOT_LINKED']);
  expect((await verifyLedger(desk.pool)).differences).toEqual([]);
});

it('what is still unknown is tried once for each thing learned, and not again', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([unknown('1')]), ...WEEK1, at: AT });
  // A class without a rate, then a rate that begins too late: the line is tried and waits on.
  await map(desk, { NEWCOIN: 'crypto' });
  expect([await replayAll(desk, LATER), await replayAll(desk, LATER)]).toEqual([0, 0]);
  await giveRate(desk, { class: 'crypto', perLot: '4', from: '2026-11-07T00:00:00Z' });
  expect([await replayAll(desk, LATER), await replayAll(desk, LATER), await reasons(desk), await revisions(desk)]).toEqual([1, 0, { UNKNOWN_SYMBOL: 1 }, 0]);
  await giveRate(desk, { class: 'crypto', perLot: '5', from: '2026-11-01T00:00:00Z' });
  expect([await replayAll(desk, LATER), await money(desk)]).toEqual([1, '5.5']);
});

it('a class that is excluded excludes the lines; mapping a known symbol to another class changes nothing that is posted', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([unknown('1'), trade('2'), trade('3', 'std', { symbol: 'US30' })]), ...WEEK1, at: AT });
  await map(desk, { NEWCOIN: 'indices', EURUSD: 'metals', US30: 'forex' });
  await replayAll(desk, LATER);
  expect([await money(desk), await reasons(desk), await revisions(desk)]).toEqual(['6.6', { INSTRUMENT_EXCLUDED: 2 }, 1]);
});

it('an account type that the terms at the close do not name waits, also in periods whose work has ended, until terms name it', async () => {
  const desk = await openDesk(setup);
  await nameTypes(desk, setup, ['standard', 'demo']);
  await desk.submit({ file: csv([trade('1', 'cent', { lots: '100' }), trade('2')]), ...WEEK1, at: AT });
  await desk.submit({ file: csv([unknown('3', 'cent', { lots: '100' }), trade('4', 'demo')]), ...WEEK2, at: AT });
  expect([await money(desk), await reasons(desk)]).toEqual(['6.6', { UNKNOWN_ACCOUNT_TYPE: 2, ACCOUNT_TYPE_EXCLUDED: 1 }]);
  expect((await desk.figures()).lots).toEqual({ paid: '1', excluded: '1', quarantined: '200' });
  await nameTypes(desk, setup, ['standard', 'demo', 'cent']);
  expect((await periodsWithWaitingLines(desk.pool, { brokerId: desk.broker })).map((period) => period.from)).toEqual(['2026-11-02T00:00:00.000Z', '2026-11-09T00:00:00.000Z']);
  await replayAll(desk, LATER);
  expect([await money(desk), await reasons(desk)]).toEqual(['13.2', { UNKNOWN_SYMBOL: 1, ACCOUNT_TYPE_EXCLUDED: 1 }]);
  await map(desk, { NEWCOIN: 'forex' });
  await replayAll(desk, LATER);
  expect([await money(desk), await revisions(desk)]).toEqual(['19.8', 3]);
});

it('a link that is verified while the symbol is unknown leaves the line waiting for the symbol, then pays it once', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([unknown('1', 'wait')]), ...WEEK1, at: AT });
  await map(desk, { OTHER: 'forex' });
  await replayAll(desk, AT);
  const { rows: [link] } = await desk.pool.query<{ id: string; account: string }>("SELECT k.id, k.trading_account_id AS account FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id WHERE a.broker_id = $1 AND a.login = 'wait'", [desk.broker]);
  await verifyLink(drizzle(desk.pool), link!.id, LATER);
  for (const { periodId } of await periodsWithWaitingLines(desk.pool, { tradingAccountId: link!.account })) while (await replayWaiting(desk.pool, periodId, LATER) !== null);
  expect(await reasons(desk)).toEqual({ UNKNOWN_SYMBOL: 1 });
  await map(desk, { NEWCOIN: 'forex' });
  await replayAll(desk, LAST);
  expect([await money(desk, 'cyd'), await reasons(desk), await revisions(desk)]).toEqual(['6', {}, 2]);
});

it('a ticket that was reversed while it waited earns nothing, in whatever file the reversal came; a repeated or replaced line pays once', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([unknown('1'), unknown('2'), reversal('1'), unknown('3'), unknown('3', 'std', { lots: '2' }), unknown('4'), unknown('4')]), ...WEEK1, at: AT });
  await desk.submit({ file: csv([reversal('2')]), ...WEEK2, at: AT });
  await map(desk, { NEWCOIN: 'forex' });
  await replayAll(desk, LATER);
  expect([await money(desk), await reasons(desk)]).toEqual(['19.8', { BROKER_REVERSED: 2, SUPERSEDED: 1, DUPLICATE: 1 }]);
  expect((await verifyLedger(desk.pool)).differences).toEqual([]);
});

it('of a ticket that stands in another period, or in a later version, only the line that counts is judged again', async () => {
  const desk = await openDesk({ ...setup, profile: { ...profile, full: false } });
  await desk.submit({ file: csv([unknown('1'), unknown('2'), unknown('3')]), ...WEEK1, at: AT });
  await desk.submit({ file: csv([unknown('1', 'std', { lots: '3' })]), ...WEEK2, at: AT });
  // A partial re-issue: ticket 3 keeps its older waiting line.
  await desk.submit({ file: csv([unknown('2', 'std', { lots: '2' })]), ...WEEK1, at: AT, version: 2 });
  await map(desk, { NEWCOIN: 'forex' });
  await replayAll(desk, LATER);
  expect([await money(desk), (await desk.figures()).lots.paid, await reasons(desk)]).toEqual(['39.6', '6', {}]);
});

it('adjustments and everything that did not wait stay as they are when their account is judged again', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([unknown('1'), adjustment('5'), trade('', 'std'), trade('', 'std'), trade('9', 'std', { status: 'fraud' })]), ...WEEK1, at: AT });
  const journals = async () => (await desk.pool.query("SELECT 1 FROM journal WHERE cause_type = 'accrual'")).rowCount!;
  const before = await journals();
  await map(desk, { NEWCOIN: 'forex', EURUSD: 'metals' });
  await replayAll(desk, LATER);
  expect([await money(desk), await journals() - before, await revisions(desk)]).toEqual(['24.8', 1, 1]);
});

const aggregate: SetupInput = {
  ...setup, broker: { ...setup.broker, rules: {} },
  profile: { format: 'csv', dateFormat: 'yyyy-MM-dd', timeZone: 'UTC', level: 'account-day', full: true, server: 'S', columns: { account: 'account', day: 'day', class: 'class', lots: 'lots' }, classes: { Forex: 'forex' } },
};
const days = (...rows: [string, string][]): string => `account,day,class,lots\n${rows.map(([name, lots]) => `std,2026-11-06,${name},${lots}`).join('\n')}\n`;
const mended = (desk: Desk, full = true, classes: Record<string, string> = { Forex: 'forex', Devisen: 'forex', Gold: 'metals' }) => addProfile(drizzle(desk.pool), desk.broker, { ...aggregate.profile, full, classes } as never);

it.each([
  ['alone', [['Devisen', '1'], ['Gold', '1']], '15.4'],
  ['in several rows', [['Devisen', '0.333333333'], ['Devisen', '0.333333333'], ['Other', '1']], '4.39999999'],
  ['beside rows of its class', [['Forex', '0.333333333'], ['Devisen', '0.333333333'], ['Devisen', '0.333333333']], '6.59999999'],
  ['before rows of its class', [['Devisen', '0.333333333'], ['Forex', '0.333333333']], '4.39999999'],
] as [string, [string, string][], string][])('a class text that a newer profile maps, %s, is one line with its class, cut after summing, as if it had been known', async (_name, rows, pending) => {
  const [late, known] = [await openDesk(aggregate), await openDesk(aggregate)];
  await mended(known);
  for (const desk of [late, known]) await desk.submit({ file: days(...rows), ...WEEK1, at: AT });
  await mended(late);
  await replayAll(late, LATER);
  expect(await money(known)).toBe(pending);
  expect(await late.figures()).toEqual(await known.figures());
  for (const { id } of (await late.pool.query<{ id: string }>('SELECT id FROM accrual WHERE broker_id = $1', [late.broker])).rows) expect(await explainAccrual(late.pool, id)).toMatchObject({ agrees: true });
  // The next version finds each of them under its class: nothing counts twice.
  for (const desk of [late, known]) await desk.submit({ file: days(...rows, ['Gold', '0.5']), ...WEEK1, at: LAST, version: 2 });
  expect((await late.figures()).users).toEqual((await known.figures()).users);
});

it('a class that a later version has counted already is not counted again by the line that waited', async () => {
  const desk = await openDesk({ ...aggregate, profile: { ...aggregate.profile, full: false } as typeof aggregate.profile });
  await desk.submit({ file: days(['Devisen', '1']), ...WEEK1, at: AT });
  await mended(desk, false);
  await desk.submit({ file: days(['Forex', '2']), ...WEEK1, at: AT, version: 2 });
  await replayAll(desk, LATER);
  expect([await money(desk), await reasons(desk)]).toEqual(['13.2', {}]);
  expect((await verifyLedger(desk.pool)).differences).toEqual([]);
});

it('the margin is that of the account’s whole report, with what was paid at first', async () => {
  const desk = await openDesk({ ...setup, profile: { ...profile, columns: { ...profile.columns, commission: 'commission' } } });
  await desk.submit({ file: csv([trade('1', 'std', { commission: '20' }), unknown('2', 'std', { commission: '0' }), trade('3', 'bob', { commission: '6' }), unknown('4', 'bob', { commission: '0' })]), ...WEEK1, at: AT });
  await map(desk, { NEWCOIN: 'forex' });
  await replayAll(desk, LATER);
  const held = await desk.pool.query<{ user_id: string; note: string }>('SELECT a.user_id, h.note FROM hold h JOIN accrual a ON a.id = h.accrual_id WHERE a.broker_id = $1', [desk.broker]);
  expect(held.rows).toEqual([{ user_id: desk.users.get('bob'), note: 'Cashback 12 USD exceeds the reported commission 6 USD.' }]);
});

it('two workers at once, kills before and after every query, pages of one account: the figures are those of one quiet run', async () => {
  const file = csv([unknown('1'), unknown('2', 'bob'), unknown('4', 'late', { symbol: 'OTHER' }), trade('5')]);
  const ready = async (): Promise<Desk> => {
    const desk = await openDesk(setup);
    await desk.submit({ file, ...WEEK1, at: AT });
    await map(desk, { NEWCOIN: 'forex' });
    return desk;
  };
  const quiet = await ready();
  await replayAll(quiet, LATER);
  const want = await quiet.figures();
  expect(want.users).toMatchObject({ ann: { pending: '13.2' }, bob: { pending: '6' } });
  const racing = await ready();
  const { rows: [period] } = await racing.pool.query<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1', [racing.broker]);
  for (;;) {
    const both = await Promise.all([replayWaiting(racing.pool, period!.id, LATER, null, 1), replayWaiting(racing.pool, period!.id, LATER, null, 2)]);
    if (both.every((one) => one === null)) break;
  }
  expect(await racing.figures()).toEqual(want);
  for (const after of [false, true]) {
    const dying = await ready();
    const { rows: [own] } = await dying.pool.query<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1', [dying.broker]);
    let breaks = 0;
    for (let n = 0; ; n++) {
      const faulty = breakingAt(dying.pool, n, after);
      try {
        if (await replayWaiting(faulty.pool, own!.id, LATER, null, 1) === null && !faulty.broke()) break;
      } catch (error) {
        if (!faulty.broke()) throw error;
        breaks++;
      }
      if (n > 400) throw new Error('the replay never ended');
    }
    expect(breaks).toBeGreaterThan(10);
    expect(await dying.figures()).toEqual(want);
    expect((await verifyLedger(dying.pool)).differences).toEqual([]);
  }
});

it('lines of a version that is being posted wait for it to end', async () => {
  const desk = await openDesk(setup);
  const id = await desk.receive({ file: csv([unknown('1')]), ...WEEK1, at: AT });
  await map(desk, { NEWCOIN: 'forex' });
  await play(desk.pool, id, AT, 5000, async (step, run, pool) => {
    const done = await run(pool);
    if (step === 'postPage') expect(await periodsWithWaitingLines(desk.pool, { brokerId: desk.broker })).toEqual([]);
    return done;
  });
  expect(await money(desk)).toBe('6.6');
});
