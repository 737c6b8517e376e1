import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { replayWaiting } from '../../../../activities/reports/replayWaiting.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { endLink, verifyLink } from '../../../../db/stores/accountLinks.ts';
import { recordAudit } from '../../../../db/stores/audit.ts';
import { endGate } from '../../../../db/stores/changeGates.ts';
import type { Change } from '../../../../db/stores/changes.ts';
import { waitingGroups } from '../../../../db/stores/waitingGroups.ts';
import { periodsWithWaitingLines } from '../../../../db/stores/waitingLines.ts';
import { type Desk, deskFactory } from '../intake/desk.ts';
import { csv, setup, trade, WEEK1 } from '../intake/rows.ts';
import { map } from './learning.ts';

const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const LATER = '2026-11-12T10:00:00.000Z';

const money = async (desk: Desk) => (await userBalances(desk.pool, desk.users.get('ann')!)).total.pending;
/** What the period's workflow does, asking where it is needed. */
async function replay(desk: Desk): Promise<Change[]> {
  const { rows: [period] } = await desk.pool.query<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1', [desk.broker]);
  const asked: Change[] = [];
  for (let times = 0; times < 20; times++) {
    const replayed = await replayWaiting(desk.pool, period!.id, LATER, 'asked');
    if (replayed === null) return asked;
    asked.push(...replayed.changes);
  }
  throw new Error('the replay has no end');
}
const learn = async (desk: Desk, symbols: Record<string, string>, by: string): Promise<void> => {
  await map(desk, symbols);
  await recordAudit(desk.pool, { at: AT, actor: { kind: 'session', id: 'ses_1', principalId: by, role: 'admin' }, operation: 'putSymbols', subject: { type: 'broker', id: desk.broker } });
};
const decide = (desk: Desk, change: Change, to: 'approved' | 'rejected' | 'withdrawn') => withTransaction(desk.pool, (tx) => endGate(tx, change, to, { by: 'psn_second', at: LATER, reason: 'looked at' }));
const limit = (desk: Desk, amount: number) => desk.pool.query("UPDATE approval_policy SET over_amount = $1 WHERE kind = 'report_over_limit'", [amount]);
const waits = async (desk: Desk) => (await periodsWithWaitingLines(desk.pool, { brokerId: desk.broker })).length;

it('above the limit a second operator is asked, not whoever mapped the symbol; an approval is good for one replay; the others go on', async () => {
  const desk = await openDesk(setup);
  await desk.pool.query("UPDATE approval_policy SET over_amount = 20 WHERE kind = 'report_over_limit'");
  await desk.submit({ file: csv([trade('1', 'std', { symbol: 'ONE', lots: '10' }), trade('2', 'std', { symbol: 'TWO', lots: '5' }), trade('3', 'cent', { symbol: 'ONE', lots: '100' })]), ...WEEK1, at: AT });
  await learn(desk, { ONE: 'forex' }, 'psn_mapper');
  const [asked, ...more] = await replay(desk);
  expect([asked, more]).toMatchObject([{ kind: 'report_over_limit', state: 'requested', amount: '66', requestedBy: 'psn_mapper', payload: { account: 'std', earned: '66' } }, []]);
  // The cent account's 6.60 are below the limit; the asked-about lines wait and are not asked about again.
  expect([await money(desk), await replay(desk), await waits(desk)]).toEqual(['6.6', [], 1]);
  await decide(desk, asked!, 'approved');
  expect([await replay(desk), await money(desk)]).toEqual([[], '72.6']);
  // 33 USD are less than what was approved before: that approval is used up.
  await learn(desk, { TWO: 'forex' }, 'psn_other');
  const [second] = await replay(desk);
  expect([second, await money(desk)]).toMatchObject([{ amount: '33', requestedBy: 'psn_other' }, '72.6']);
  await decide(desk, second!, 'rejected');
  expect([await replay(desk), await money(desk), await waits(desk)]).toEqual([[], '72.6', 0]);
});

it('an approval that its replay did not need passes no other lines of the account', async () => {
  const desk = await openDesk(setup);
  await limit(desk, 20);
  await desk.submit({ file: csv([trade('1', 'std', { symbol: 'ONE', lots: '10' }), trade('2', 'std', { symbol: 'TWO', lots: '10' })]), ...WEEK1, at: AT });
  await learn(desk, { ONE: 'forex' }, 'psn_mapper');
  const [asked] = await replay(desk);
  await decide(desk, asked!, 'approved');
  await limit(desk, 100);
  expect([await replay(desk), await money(desk)]).toEqual([[], '66']);
  await limit(desk, 20);
  await learn(desk, { TWO: 'forex' }, 'psn_other');
  expect([await replay(desk), await money(desk)]).toMatchObject([[{ amount: '66', requestedBy: 'psn_other' }], '66']);
});

it.each(['rejected', 'withdrawn'] as const)('a question that was %s is asked again when something is learned, with what is known then, and not before', async (end) => {
  const desk = await openDesk(setup);
  await limit(desk, 20);
  await desk.submit({ file: csv([trade('1', 'std', { symbol: 'ONE', lots: '10' }), trade('2', 'std', { symbol: 'TWO', lots: '1' })]), ...WEEK1, at: AT });
  await learn(desk, { ONE: 'metals' }, 'psn_mapper');
  const [asked] = await replay(desk);
  await decide(desk, asked!, end);
  const group = async () => (await waitingGroups(desk.pool, { brokerId: desk.broker }, { after: null, limit: 9 })).find(({ unknown }) => unknown === 'ONE')!;
  expect([await replay(desk), await replay(desk), await waits(desk), await group()]).toMatchObject([[], [], 0, { refused: 1, asked: 0 }]);
  await learn(desk, { ONE: 'forex', TWO: 'forex' }, 'psn_mapper');
  const [second] = await replay(desk);
  expect([second, await group()]).toMatchObject([{ amount: '72.6' }, { refused: 0, asked: 1 }]);
  await decide(desk, second!, 'approved');
  expect([await replay(desk), await money(desk)]).toEqual([[], '72.6']);
});

it('lines that waited for their link and were refused are asked about again when the links or the rates change', async () => {
  const desk = await openDesk(setup);
  await limit(desk, 20);
  await desk.submit({ file: csv([trade('1', 'wait', { lots: '10' })]), ...WEEK1, at: AT });
  const { rows: [link] } = await desk.pool.query<{ id: string }>("SELECT k.id FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id WHERE a.broker_id = $1 AND a.login = 'wait'", [desk.broker]);
  await verifyLink(drizzle(desk.pool), link!.id, LATER);
  const [first] = await replay(desk);
  await decide(desk, first!, 'rejected');
  expect([await replay(desk), await waits(desk)]).toEqual([[], 0]);
  await map(desk, { OTHER: 'forex' });
  const [second] = await replay(desk);
  expect([first, second]).toMatchObject([{ amount: '60', payload: { waitedFor: 'link' } }, { amount: '60' }]);
  await decide(desk, second!, 'rejected');
  expect(await replay(desk)).toEqual([]);
  await endLink(drizzle(desk.pool), link!.id, LATER);
  expect(await replay(desk)).toMatchObject([{ amount: '60' }]);
});
