import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { requestLink, endLink, verifyLink } from '../../../../db/stores/accountLinks.ts';
import { listReportLines } from '../../../../db/stores/reportLines.ts';
import { createUser } from '../../../../db/stores/users.ts';
import { registerTradingAccount } from '../../../../db/stores/tradingAccounts.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { deskFactory, type Around, type Desk } from './desk.ts';
import { adjustment, csv, profile, reversal, type Row, setup, trade, WEEK1, WEEK2 } from './rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const partial = { ...setup, profile: { ...profile, full: false } };

async function outcomes(desk: Desk, rows: Row[], when = { ...WEEK1, at: AT }): Promise<(string | null)[]> {
  const report = await desk.submit({ file: csv(rows), ...when });
  return (await listReportLines(desk.pool, report.id, {}, { after: 0, limit: 100 })).map((line) => (line.outcome === 'paid' ? 'paid' : line.reason));
}
const ann = async (desk: Desk) => {
  const { pending, available } = (await desk.figures()).users['ann']!;
  return { pending, available };
};
const [A, B, C] = ['1.00', '2.00', '3.00'].map((lots) => trade('1', 'std', { lots }));

it.each([
  ['A A', [A, A], ['paid', 'DUPLICATE'], '6.6'], ['A A B', [A, A, B], ['SUPERSEDED', 'DUPLICATE', 'paid'], '13.2'], ['A B A', [A, B, A], ['SUPERSEDED', 'SUPERSEDED', 'paid'], '6.6'],
  ['A B C', [A, B, C], ['SUPERSEDED', 'SUPERSEDED', 'paid'], '19.8'], ['A B B', [A, B, B], ['SUPERSEDED', 'paid', 'DUPLICATE'], '13.2'],
])('one ticket as %s', async (_name, rows, want, pending) => {
  const desk = await openDesk(setup);
  expect(await outcomes(desk, rows as Row[])).toEqual(want);
  expect(await ann(desk)).toEqual({ pending, available: '0' });
});

it('one ticket under two accounts: the later line counts, also for whose it is', async () => {
  const desk = await openDesk(setup);
  expect(await outcomes(desk, [trade('1'), trade('1', 'bob')])).toEqual(['SUPERSEDED', 'paid']);
  expect((await desk.figures()).users).toMatchObject({ ann: { pending: '0' }, bob: { pending: '6' } });
});

it('a malformed line neither supersedes nor repeats', async () => {
  const desk = await openDesk(setup);
  expect(await outcomes(desk, [trade('1'), trade('1', 'std', { lots: 'x' }), trade('1')])).toEqual(['paid', 'MALFORMED', 'DUPLICATE']);
});

it('a name too long for an index is MALFORMED, and a report with one at every page end is posted', async () => {
  const desk = await openDesk(setup);
  const long = 'x'.repeat(5000);
  const rows = [trade(long), trade('1', long), trade('2', 'y'.repeat(128)), trade('3', 'std', { symbol: long }), { kind: 'I', account: long, ticket: long }, trade('4')];
  const report = await desk.submit({ file: csv(rows), ...WEEK1, at: AT, pageSize: 1 });
  expect(report.state).toBe('posted');
  expect((await desk.figures()).reasons).toEqual({ MALFORMED: 3, ACCOUNT_NOT_LINKED: 1 });
});

it('figures beyond all measure are quarantined and do not stop the report', async () => {
  const desk = await openDesk(setup);
  const rows = [trade('1', 'std', { lots: '999999999999999' }), trade('2', 'nobody', { lots: '999999999999999' }), adjustment('999999999999999'), trade('3', 'std', { lots: '300000000' }), trade('4')];
  expect(await outcomes(desk, rows)).toEqual(['MALFORMED', 'MALFORMED', 'MALFORMED', 'MALFORMED', 'paid']);
  expect((await desk.figures()).lots).toEqual({ paid: '1', excluded: '0', quarantined: '0' });
});

it('one ticket in two periods: the report that came last has it, without paying twice', async () => {
  const desk = await openDesk(setup);
  await outcomes(desk, [trade('1')]);
  await outcomes(desk, [trade('1', 'std', { lots: '1.50' })], { ...WEEK2, at: AT });
  expect(await ann(desk)).toEqual({ pending: '9.9', available: '0' });
  expect((await desk.figures()).reasons).toEqual({ SUPERSEDED: 1 });
  await outcomes(desk, [trade('2')]);
  expect(await ann(desk)).toEqual({ pending: '16.5', available: '0' });
});

it('a vanished line is taken back by a full report and kept, with its count, by a partial one', async () => {
  for (const [own, pending, paid] of [[setup, '6.6', '1'], [partial, '13.2', '2']] as const) {
    const desk = await openDesk(own);
    await outcomes(desk, [trade('1'), trade('2'), trade('3', 'std', { symbol: 'US30' })]);
    await outcomes(desk, [trade('1')]);
    expect(await desk.figures()).toMatchObject({ users: { ann: { pending } }, lots: { paid }, reasons: own === partial ? { INSTRUMENT_EXCLUDED: 1 } : {} });
  }
});

it('a line that vanished and came back earns again, once', async () => {
  const desk = await openDesk(setup);
  await outcomes(desk, [trade('1'), trade('2')]);
  await outcomes(desk, [trade('1')]);
  await outcomes(desk, [trade('1'), trade('2')]);
  expect(await ann(desk)).toEqual({ pending: '13.2', available: '0' });
});

it('identical rows without a ticket are two trades; one fewer takes one back', async () => {
  const desk = await openDesk(setup);
  expect(await outcomes(desk, [trade(''), trade(''), trade('')])).toEqual(['paid', 'paid', 'paid']);
  await outcomes(desk, [trade(''), trade('')]);
  expect(await ann(desk)).toEqual({ pending: '13.2', available: '0' });
});

it('reversals: same file, other file, twice, unknown, unpaid; a reversed ticket stays reversed in a re-issue', async () => {
  const desk = await openDesk(partial);
  expect(await outcomes(desk, [reversal('1'), trade('1'), trade('2'), trade('3', 'std', { symbol: 'US30' }), reversal('77'), reversal('3')])).toEqual(['BROKER_REVERSED', 'paid', 'paid', 'INSTRUMENT_EXCLUDED', 'BROKER_REVERSED', 'BROKER_REVERSED']);
  expect(await ann(desk)).toEqual({ pending: '6.6', available: '0' });
  await desk.clear('2026-11-16T10:00:00.000Z');
  await outcomes(desk, [reversal('2'), reversal('2'), reversal('1')], { ...WEEK2, at: '2026-11-16T11:00:00.000Z' });
  expect(await ann(desk)).toEqual({ pending: '0', available: '0' });
  await outcomes(desk, [trade('1', 'std', { lots: '5' }), trade('2', 'std', { lots: '5' })], { ...WEEK1, at: '2026-11-16T12:00:00.000Z' });
  expect(await ann(desk)).toEqual({ pending: '0', available: '0' });
  expect((await desk.figures()).reasons['BROKER_REVERSED']).toBe(6);
});

it('adjustments: positive ones pend, negative ones hit available at once; changed and vanished ones move the difference', async () => {
  const desk = await openDesk(setup);
  await outcomes(desk, [adjustment('10', { ticket: 'p' }), adjustment('-4', { ticket: 'n' }), adjustment('1'), adjustment('1'), adjustment('2', { account: 'wait' })]);
  expect(await ann(desk)).toEqual({ pending: '12', available: '-4' });
  await outcomes(desk, [adjustment('7', { ticket: 'p' }), adjustment('-6', { ticket: 'n' }), adjustment('1')]);
  expect(await ann(desk)).toEqual({ pending: '8', available: '-6' });
  await outcomes(desk, [adjustment('-5', { ticket: 'p' })]);
  // 7 of the pending 8 hold p; 5 more from available; −6 vanished comes back as pending.
  expect(await ann(desk)).toEqual({ pending: '6', available: '-11' });
  expect((await desk.figures()).reasons).toEqual({});
});

it('an adjustment that a re-issue names for another account moves there', async () => {
  const desk = await openDesk(partial);
  await outcomes(desk, [adjustment('5', { ticket: 'a', account: 'bob' })]);
  await outcomes(desk, [adjustment('5', { ticket: 'a' })]);
  expect((await desk.figures()).users).toMatchObject({ ann: { pending: '5' }, bob: { pending: '0', available: '0' } });
});

it('the profile’s share of an adjustment is the trader’s', async () => {
  const desk = await openDesk({ ...setup, profile: { ...profile, adjustmentShare: '0.7' } });
  await outcomes(desk, [adjustment('10'), adjustment('-1')]);
  expect(await ann(desk)).toEqual({ pending: '7', available: '-0.7' });
});

it('a reversal of a trade whose link has ended takes from him who earned it', async () => {
  const desk = await openDesk(setup);
  const db = drizzle(desk.pool);
  await outcomes(desk, [trade('1')]);
  const link = await desk.pool.query<{ id: string; account: string }>("SELECT k.id, a.id AS account FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id WHERE a.broker_id = $1 AND a.login = 'std'", [desk.broker]);
  await endLink(db, link.rows[0]!.id, '2026-11-09T00:00:00.000Z');
  const next = await requestLink(db, { tradingAccountId: link.rows[0]!.account, userId: desk.users.get('bob')!, requestedAt: '2026-11-09T00:00:00.000Z' });
  await verifyLink(db, next.id, AT);
  await outcomes(desk, [reversal('1'), trade('2', 'std', { open: '2026-11-09T10:00:00Z', close: '2026-11-09T11:00:00Z' })], { ...WEEK2, at: AT });
  expect((await desk.figures()).users).toMatchObject({ ann: { pending: '0', available: '0' }, bob: { pending: '6', available: '0' } });
});

it('a user who is linked while a report is being judged gets his tier; the report is not stuck', async () => {
  const desk = await openDesk(setup);
  const db = drizzle(desk.pool);
  let userId = '';
  const meanwhile: Around = async (step, run, pool) => {
    const answer = await run(pool);
    if (step === 'beginJudging') {
      ({ id: userId } = await createUser(db, { externalId: `${desk.broker}-new`, pinnedTier: null, at: AT }));
      const account = await registerTradingAccount(db, { brokerId: desk.broker, server: 'S', login: 'new', type: 'standard', at: AT });
      await verifyLink(db, (await requestLink(db, { tradingAccountId: account.id, userId, requestedAt: '2026-11-01T00:00:00.000Z' })).id, AT);
    }
    return answer;
  };
  await desk.submit({ file: csv([trade('1', 'new')]), ...WEEK1, at: AT, around: meanwhile });
  expect((await userBalances(desk.pool, userId)).total.pending).toBe('6');
});

it('a tier is fixed at the period’s first version and kept by re-issues', async () => {
  const desk = await openDesk(partial);
  const week1 = (lots: string) => [trade('1', 'bob', { lots })];
  const week2 = (lots: string) => [trade('2', 'bob', { lots, open: '2026-11-11T10:00:00Z', close: '2026-11-11T11:00:00Z' })];
  const later = { ...WEEK2, at: AT };
  await outcomes(desk, week1('2.99'));
  await outcomes(desk, week2('1'), later);
  await outcomes(desk, week1('8'));
  await outcomes(desk, week2('2'), later);
  // 8 × 6 at base, 2 × 5.5 still at base; a third week would be at the top tier.
  expect((await desk.figures()).users['bob']!.pending).toBe('59');
  await outcomes(desk, [trade('3', 'bob', { open: '2026-11-17T10:00:00Z', close: '2026-11-17T11:00:00Z' })], { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z', at: AT });
  expect((await desk.figures()).users['bob']!.pending).toBe('66.3315');
});

it('a report whose outcomes do not tie out is refused whole with the difference and posts nothing', async () => {
  const desk = await openDesk(setup);
  const losing: Around = async (step, run, pool) => {
    if (step === 'tieOut') await pool.query("UPDATE report SET lots = lots + 0.5 WHERE broker_id = $1", [desk.broker]);
    return run(pool);
  };
  const report = await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT, around: losing });
  expect(report).toMatchObject({ state: 'refused', refusal: { code: 'LOTS_DO_NOT_TIE_OUT', facts: { difference: '0.5' } } });
  expect(await desk.figures()).toMatchObject({ users: { ann: { pending: '0' } }, lots: { paid: '0' }, reasons: {} });
  await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
  expect(await ann(desk)).toEqual({ pending: '6.6', available: '0' });
});

it('a file whose own footer disagrees is refused and posts nothing; the right one is then the first version', async () => {
  const desk = await openDesk({ ...setup, profile: { ...profile, footer: '^Total' } });
  const wrong = `${csv([trade('1')])}Total,,,2.00,,,,,,,,\n`;
  expect(await desk.submit({ file: wrong, ...WEEK1, at: AT })).toMatchObject({ state: 'refused' });
  expect(await ann(desk)).toEqual({ pending: '0', available: '0' });
  expect((await desk.submit({ file: wrong.replace('2.00', '1.00'), ...WEEK1, at: AT })).state).toBe('posted');
  expect(await ann(desk)).toEqual({ pending: '6.6', available: '0' });
});

it('aggregates: one key in one file is one line, cut after summing; a re-issue replaces it per account, day and symbol', async () => {
  const columns = { account: 'account', symbol: 'symbol', lots: 'lots', day: 'close' };
  const desk = await openDesk({ ...setup, profile: { format: 'csv', dateFormat: 'yyyy-MM-dd', timeZone: '+02:00', level: 'account-day', full: false, server: 'S', columns } });
  const day = (lots: string, close = '2026-11-06', symbol = 'EURUSD'): Row => ({ account: 'cent', symbol, lots, close });
  await outcomes(desk, [day('0.0000001'), day('0.0000001'), day('1', '2026-11-07'), day('2', '2026-11-06', 'XAUUSD')]);
  expect(await ann(desk)).toEqual({ pending: '0.24200001', available: '0' });
  await outcomes(desk, [day('3')]);
  expect(await ann(desk)).toEqual({ pending: '0.44', available: '0' });
  expect((await desk.figures()).lots).toEqual({ paid: '0.06', excluded: '0', quarantined: '0' });
});
