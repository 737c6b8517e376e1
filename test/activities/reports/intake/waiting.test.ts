import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { replayWaiting } from '../../../../activities/reports/replayWaiting.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { endLink, listLinks, verifyLink } from '../../../../db/stores/accountLinks.ts';
import { explainAccrual } from '../../../../db/stores/explanation.ts';
import { receiveReport } from '../../../../db/stores/reports.ts';
import { type Desk, deskFactory } from './desk.ts';
import { adjustment, csv, type Row, setup, trade, WEEK1, WEEK2 } from './rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const LATER = '2026-11-12T10:00:00.000Z';

const pending = async (desk: Desk, user: string) => (await userBalances(desk.pool, desk.users.get(user)!)).total.pending;
const available = async (desk: Desk, user: string) => (await userBalances(desk.pool, desk.users.get(user)!)).total.available;
const linkOf = async (desk: Desk, login: string) => {
  const found = await desk.pool.query<{ id: string }>('SELECT k.id FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id WHERE a.broker_id = $1 AND a.login = $2', [desk.broker, login]);
  return found.rows[0]!.id;
};
const verify = async (desk: Desk, login: string) => verifyLink(drizzle(desk.pool), await linkOf(desk, login), LATER);
const periodOf = async (desk: Desk) => (await desk.pool.query<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1 ORDER BY period_from LIMIT 1', [desk.broker])).rows[0]!.id;
/** Replays until nothing waits, as the workflow does; answers how often there was something. */
async function replay(desk: Desk): Promise<number> {
  const period = await periodOf(desk);
  for (let times = 0; times < 10; times++) if (await replayWaiting(desk.pool, period, LATER) === null) return times;
  throw new Error('the replay has no end');
}

it('verifying a link judges its waiting lines again: paid as new entries with a window of their own, once', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1', 'wait'), trade('2', 'wait', { symbol: 'US30' }), trade('3', 'std')]), ...WEEK1, at: AT });
  expect([await pending(desk, 'cyd'), await replay(desk)]).toEqual(['0', 0]);
  await verify(desk, 'wait');
  expect([await replay(desk), await replay(desk), await pending(desk, 'cyd')]).toEqual([1, 0, '6']);
  const accrual = (await desk.pool.query<{ id: string; clears_at: Date }>('SELECT id, clears_at FROM accrual WHERE user_id = $1', [desk.users.get('cyd')])).rows[0]!;
  expect(accrual.clears_at.toISOString()).toBe('2026-11-19T10:00:00.000Z');
  expect(await explainAccrual(desk.pool, accrual.id)).toMatchObject({ agrees: true, recomputedSum: '6', entries: [{ ticket: '1', perLot: '6', recomputed: '6' }] });
  expect((await desk.figures()).reasons).toEqual({ INSTRUMENT_EXCLUDED: 1 });
  expect((await verifyLedger(desk.pool)).differences).toEqual([]);
});

it('a waiting line that turns out malformed does not hold up the others', async () => {
  const desk = await openDesk(setup);
  // With the rate, the second earns more than one line can: the lots alone were still plausible.
  await desk.submit({ file: csv([trade('1', 'wait'), trade('2', 'wait', { lots: '300000000' })]), ...WEEK1, at: AT });
  await verify(desk, 'wait');
  expect([await replay(desk), await pending(desk, 'cyd')]).toEqual([1, '6']);
  expect((await desk.figures()).reasons).toEqual({ MALFORMED: 1 });
});

it('money adjustments of a link that is not verified wait as well', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([adjustment('5', { account: 'wait' }), adjustment('-2', { account: 'wait' })]), ...WEEK1, at: AT });
  await verify(desk, 'wait');
  expect([await replay(desk), await pending(desk, 'cyd'), await available(desk, 'cyd')]).toEqual([1, '5', '-2']);
});

it('ending the link does not shake off a clawed-back adjustment when the report is issued again', async () => {
  const desk = await openDesk(setup);
  const bare: Row = { kind: 'A', account: 'std', amount: '-50' };
  await desk.submit({ file: csv([bare]), ...WEEK1, at: AT });
  expect(await available(desk, 'ann')).toBe('-50');
  await endLink(drizzle(desk.pool), await linkOf(desk, 'std'), LATER);
  await desk.submit({ file: csv([bare, trade('9', 'bob')]), ...WEEK1, at: LATER, version: 2 });
  expect([await available(desk, 'ann'), await pending(desk, 'ann')]).toEqual(['-50', '0']);
  expect((await listLinks(drizzle(desk.pool), { brokerId: desk.broker }, { limit: 50 })).filter((link) => link.status === 'ended')).toHaveLength(1);
});

it('rows summed into one aggregate bring all their commission to the margin, also when they waited', async () => {
  const aggregate = { format: 'csv' as const, dateFormat: 'yyyy-MM-dd', timeZone: 'UTC', level: 'account-day' as const, full: true, server: 'S', columns: { account: 'account', day: 'day', symbol: 'symbol', lots: 'lots', commission: 'commission' } };
  const file = ['account,day,symbol,lots,commission', ...['std', 'wait'].flatMap((account) => [`${account},2026-11-06,EURUSD,1.00,7`, `${account},2026-11-06,EURUSD,1.00,7`])].join('\n');
  const desk = await openDesk({ ...setup, profile: aggregate, broker: { ...setup.broker, rules: {} } });
  await desk.submit({ file, ...WEEK1, at: AT });
  await verify(desk, 'wait');
  expect(await replay(desk)).toBe(1);
  expect([await pending(desk, 'ann'), await pending(desk, 'cyd')]).toEqual(['13.2', '12']);
  expect((await desk.pool.query('SELECT 1 FROM hold h JOIN accrual a ON a.id = h.accrual_id WHERE a.broker_id = $1', [desk.broker])).rowCount).toBe(0);
});

it('a line that cannot be right neither supersedes nor repeats the good one with its ticket', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1'), trade('1', 'std', { lots: '-1.00' }), trade('1', 'std', { lots: '5000000000' })]), ...WEEK1, at: AT });
  expect([await pending(desk, 'ann'), (await desk.figures()).reasons]).toEqual(['6.6', { MALFORMED: 2 }]);
});

it('the same lines for an overlapping period are refused, not counted twice', async () => {
  const desk = await openDesk(setup);
  const file = csv([trade('', 'std')]);
  await desk.submit({ file, ...WEEK1, at: AT });
  const again = await desk.submit({ file, from: WEEK1.from, to: WEEK2.to, at: LATER });
  expect([again.state, again.refusal?.code, await pending(desk, 'ann')]).toEqual(['refused', 'CONTENT_OF_OTHER_PERIOD', '6.6']);
});

it('of two uploads at once the one that is complete first is the earlier version', async () => {
  const desk = await openDesk(setup);
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => { go = resolve; });
  const upload = (rows: Row[], wait: Promise<void>) => receiveReport(desk.pool, { brokerId: desk.broker, ...WEEK1, fileName: 'r.csv', declaredVersion: null, receivedBy: 'test', at: AT }, (async function* () {
    await wait;
    yield Buffer.from(csv(rows));
  })());
  const slow = upload([trade('1')], gate);
  const fast = await upload([trade('2')], Promise.resolve());
  go();
  expect(BigInt((await slow).no)).toBeGreaterThan(BigInt(fast.no));
});

it('a period without a methodology is refused with the reason on the report', async () => {
  const desk = await openDesk(setup);
  const report = await desk.submit({ file: csv([trade('1', 'std', { close: '1969-01-02T00:00:00Z', open: '1969-01-01T00:00:00Z' })]), from: '1969-01-01T00:00:00Z', to: '1969-01-08T00:00:00Z', at: AT });
  expect([report.state, report.refusal?.code]).toEqual(['refused', 'METHODOLOGY_MISSING']);
});
