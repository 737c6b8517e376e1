import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { replayWaiting } from '../../../../activities/reports/replayWaiting.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { endLink, rejectLink, requestLink, verifyLink } from '../../../../db/stores/accountLinks.ts';
import { periodsWithWaitingLines } from '../../../../db/stores/waitingLines.ts';
import { waitingWork } from '../../../../db/stores/workQueue.ts';
import { type Desk, deskFactory } from '../intake/desk.ts';
import { adjustment, csv, profile, setup, trade, WEEK1 } from '../intake/rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const LATER = '2026-11-12T10:00:00.000Z';
const LAST = '2026-11-14T10:00:00.000Z';

const money = async (desk: Desk, user = 'cyd') => (await userBalances(desk.pool, desk.users.get(user)!)).total;
const accountOf = async (desk: Desk, login: string) => (await desk.pool.query<{ id: string; link: string }>(
  'SELECT a.id, k.id AS link FROM trading_account a JOIN account_link k ON k.trading_account_id = a.id WHERE a.broker_id = $1 AND a.login = $2 ORDER BY k.requested_at LIMIT 1', [desk.broker, login])).rows[0]!;
const verify = async (desk: Desk, login: string) => verifyLink(drizzle(desk.pool), (await accountOf(desk, login)).link, LATER);
const claim = async (desk: Desk, login: string, user: string, requestedAt: string) => {
  const { id } = await accountOf(desk, login);
  return withTransaction(desk.pool, (tx) => requestLink(tx.db, { tradingAccountId: id, userId: desk.users.get(user)!, requestedAt }));
};
/** What the workflows of the broker's periods do, until nothing is left to try; answers how often there was something. */
async function replayAll(desk: Desk, at: string): Promise<number> {
  const { rows } = await desk.pool.query<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1 ORDER BY period_from', [desk.broker]);
  let times = 0;
  for (const { id } of rows) while (await replayWaiting(desk.pool, id, at, 'asked') !== null) if (++times > 20) throw new Error('the replay has no end');
  return times;
}
const reasons = async (desk: Desk) => (await desk.figures()).reasons;

it.each([true, false])('an adjustment waits for its link until it is taken back: a report that omits it (full: %s)', async (full) => {
  const desk = await openDesk({ ...setup, profile: { ...profile, full } });
  await desk.submit({ file: csv([trade('1', 'wait'), adjustment('5', { account: 'wait', ticket: 'A1' }), adjustment('-2', { account: 'wait', ticket: 'A2' })]), ...WEEK1, at: AT });
  await desk.submit({ file: csv([trade('9', 'bob')]), ...WEEK1, at: AT });
  await verify(desk, 'wait');
  await replayAll(desk, LATER);
  expect(await money(desk)).toMatchObject(full ? { pending: '0', available: '0' } : { pending: '11', available: '-2' });
});

it('an adjustment that was taken back waits again when a later report has it again', async () => {
  const desk = await openDesk(setup);
  const own = adjustment('5', { account: 'wait', ticket: 'A1' });
  for (const rows of [[own], [trade('9', 'bob')], [own]]) await desk.submit({ file: csv(rows), ...WEEK1, at: AT });
  await verify(desk, 'wait');
  await replayAll(desk, LATER);
  expect((await money(desk)).pending).toBe('5');
});

it('a link that has ended before its lines were judged again pays for what it covered', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1', 'wait'), adjustment('5', { account: 'wait' })]), ...WEEK1, at: AT });
  const { link } = await verify(desk, 'wait').then(async () => accountOf(desk, 'wait'));
  await endLink(drizzle(desk.pool), link, LATER);
  await replayAll(desk, LATER);
  expect([(await money(desk)).pending, await reasons(desk)]).toEqual(['11', {}]);
  expect((await verifyLedger(desk.pool)).differences).toEqual([]);
});

it('what an ended link does not cover waits for the other claim, is tried once for the links as they are, and again when they change', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1', 'wait'), trade('2', 'wait', { close: '2026-11-07T11:00:00Z' })]), ...WEEK1, at: AT });
  await verify(desk, 'wait');
  await endLink(drizzle(desk.pool), (await accountOf(desk, 'wait')).link, '2026-11-07T00:00:00Z');
  const other = await claim(desk, 'wait', 'bob', '2026-11-07T00:00:00Z');
  expect([await replayAll(desk, LATER), await replayAll(desk, LATER), await reasons(desk), (await money(desk)).pending]).toEqual([1, 0, { LINK_NOT_VERIFIED: 1 }, '6']);
  await verifyLink(drizzle(desk.pool), other.id, LATER);
  expect([await replayAll(desk, LAST), await replayAll(desk, LAST), await reasons(desk), (await money(desk, 'bob')).pending]).toEqual([1, 0, {}, '6']);
});

it('a claim that is rejected leaves what the ended link does not cover to nobody', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('2', 'wait', { close: '2026-11-07T11:00:00Z' })]), ...WEEK1, at: AT });
  await verify(desk, 'wait');
  await endLink(drizzle(desk.pool), (await accountOf(desk, 'wait')).link, '2026-11-07T00:00:00Z');
  const other = await claim(desk, 'wait', 'bob', '2026-11-07T00:00:00Z');
  await replayAll(desk, LATER);
  await rejectLink(drizzle(desk.pool), other.id, LATER);
  await replayAll(desk, LAST);
  expect([await reasons(desk), (await periodsWithWaitingLines(desk.pool, null)).filter(({ brokerId }) => brokerId === desk.broker)]).toEqual([{ ACCOUNT_NOT_LINKED: 1 }, []]);
});

it('a profile whose status says LINK_NOT_VERIFIED is noted on the account, and the others of the period are judged again', async () => {
  const desk = await openDesk(setup);
  await desk.pool.query("INSERT INTO profile_version (id, broker_id, version, profile) SELECT $2, broker_id, 2, jsonb_set(profile, '{statuses,unv}', '\"LINK_NOT_VERIFIED\"') FROM profile_version WHERE broker_id = $1", [desk.broker, `prf_${desk.broker}`]);
  await desk.submit({ file: csv([trade('1', 'std', { status: 'unv' }), trade('2', 'wait')]), ...WEEK1, at: AT });
  await verify(desk, 'wait');
  expect([await replayAll(desk, LATER), (await money(desk)).pending, await reasons(desk)]).toEqual([2, '6', { LINK_NOT_VERIFIED: 1 }]);
  const { rows } = await desk.pool.query("SELECT account, problem FROM waiting_account w JOIN report r ON r.no = w.report_no WHERE r.broker_id = $1 ORDER BY 1", [desk.broker]);
  expect(rows).toEqual([{ account: 'std', problem: expect.stringContaining('one line of the account the reason LINK_NOT_VERIFIED') }, { account: 'wait', problem: null }]);
  const [group] = await waitingWork(desk.pool, { brokerId: desk.broker }, { after: null, limit: 9 });
  expect(group).toMatchObject({ what: 'account', unknown: 'std', nextStep: { operation: 'addProfile', text: expect.stringMatching(/LINK_NOT_VERIFIED.*Mend the profile's statuses/) } });
});
