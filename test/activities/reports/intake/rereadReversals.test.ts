import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { beginJudging, judgePage } from '../../../../activities/reports/judgeReport.ts';
import { stageReport } from '../../../../activities/reports/stageReport.ts';
import { tieOut } from '../../../../activities/reports/tieOut.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { earnedByReport } from '../../../../db/stores/earnedByReport.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { receivableOf } from '../../../../db/stores/receivable.ts';
import { rereadReport } from '../../../../db/stores/reportRereads.ts';
import { lockReport } from '../../../../db/stores/reportWork.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { type Desk, deskFactory, play } from './desk.ts';
import { csv, profile, reversal, setup, trade, WEEK1, WEEK2, WEEK3 } from './rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-23T12:00:00.000Z';
const LATER = '2026-11-24T12:00:00.000Z';
const W2 = { open: '2026-11-09T10:00:00Z', close: '2026-11-09T11:00:00Z' };
/** What stood for a reversal is none: its lines are left out. */
const ignoring = (of: FileProfile): FileProfile => ({ ...of, kinds: { ...profile.kinds, reversal: ['V'], ignore: ['I', 'R'] } });

const ann = async (desk: Desk): Promise<string> => (await userBalances(desk.pool, desk.users.get('ann')!)).total.pending;
const ask = async (desk: Desk, reportId: string, changed: FileProfile): Promise<string> => {
  await addProfile(drizzle(desk.pool), desk.broker, changed);
  return (await withTransaction(desk.pool, (tx) => rereadReport(tx, { reportId, profileId: null, by: 'op_2', at: LATER }))).reportId;
};
async function again(desk: Desk, reportId: string, changed: FileProfile): Promise<string> {
  const id = await ask(desk, reportId, changed);
  await play(desk.pool, id, LATER);
  return id;
}
/** Up to the gate: null where nobody has to be asked, else the amount that the second operator is shown. */
async function gate(desk: Desk, reportId: string, over: string): Promise<{ state: string; amount: string | null }> {
  await stageReport(desk.pool, reportId, () => undefined);
  await beginJudging(desk.pool, reportId);
  while (!(await judgePage(desk.pool, reportId, 5000)).done);
  await desk.pool.query("UPDATE approval_policy SET over_amount = $1 WHERE kind = 'report_over_limit'", [over]);
  const state = await tieOut(desk.pool, reportId, { asOf: LATER });
  const { rows } = await desk.pool.query<{ amount: string }>("SELECT trim_scale(amount)::text AS amount FROM change WHERE subject_id = $1", [reportId]);
  return { state, amount: rows[0]?.amount ?? null };
}

it('a trade that its own report has taken back meanwhile gives nothing again, and is reversed no more', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: AT });
  const wrong = await desk.submit({ file: csv([trade('3', 'std', W2), reversal('1')]), ...WEEK2, at: AT });
  await desk.submit({ file: csv([trade('2')]), ...WEEK1, at: AT });
  expect(await ann(desk)).toBe('13.2');
  await again(desk, wrong.id, ignoring(profile));
  expect(await ann(desk)).toBe('13.2');
  await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: LATER });
  expect(await ann(desk)).toBe('19.8');
});

it('a trade that another report reverses too stays reversed, until that one is read again as well', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: AT });
  const wrong = await desk.submit({ file: csv([trade('3', 'std', W2), reversal('1')]), ...WEEK2, at: AT });
  const other = await desk.submit({ file: csv([trade('4', 'std', W2), reversal('1')]), ...WEEK3, at: AT });
  expect(await ann(desk)).toBe('19.8');
  await again(desk, wrong.id, ignoring(profile));
  expect(await ann(desk)).toBe('19.8');
  const { rows } = await desk.pool.query("SELECT r.id, e.reversed_by_row AS row FROM earning e JOIN report r ON r.no = e.reversed_by_report_no WHERE e.broker_id = $1", [desk.broker]);
  expect(rows).toEqual([{ id: other.id, row: 2 }]);
  await again(desk, other.id, ignoring(profile));
  expect(await ann(desk)).toBe('26.4');
});

it('a reversal that came before its trade moved nothing, and keeps nothing reversed', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('4', 'std', W2), reversal('1')]), ...WEEK3, at: AT });
  await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
  const wrong = await desk.submit({ file: csv([trade('3', 'std', W2), reversal('1')]), ...WEEK2, at: AT });
  expect(await ann(desk)).toBe('13.2');
  await again(desk, wrong.id, ignoring(profile));
  expect(await ann(desk)).toBe('19.8');
});

it('the commission of a trade that is given back is owed again, also where another period has it', async () => {
  const p: FileProfile = { ...profile, columns: { ...profile.columns, commission: 'commission' } };
  const desk = await openDesk({ ...setup, profile: p });
  const commission = { commission: '10' };
  await desk.submit({ file: csv([trade('1', 'std', commission), trade('2', 'std', commission)]), ...WEEK1, at: AT });
  const wrong = await desk.submit({ file: csv([trade('3', 'std', { ...W2, ...commission }), reversal('1')]), ...WEEK2, at: AT });
  const owed = async (): Promise<string> => (await receivableOf(desk.pool, desk.broker)).owed;
  expect(await owed()).toBe('20');
  await again(desk, wrong.id, ignoring(p));
  expect(await owed()).toBe('30');
});

it('what a reading gives back counts at the limit: to its own trades and to those of other reports', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1', 'std', { lots: '1000' })]), ...WEEK1, at: AT });
  const wrong = await desk.submit({ file: csv([trade('3', 'std', { ...W2, lots: '1000' }), reversal('1'), reversal('3')]), ...WEEK2, at: AT });
  expect(await gate(desk, await ask(desk, wrong.id, ignoring(profile)), '13199.99')).toEqual({ state: 'awaiting_approval', amount: '13200' });
});

it('counts at the limit what then is posted, not more', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: AT });
  const wrong = await desk.submit({ file: csv([trade('3', 'std', W2), trade('5', 'std', W2), reversal('1'), reversal('2', { kind: 'V' }), reversal('3'), reversal('5')]), ...WEEK2, at: AT });
  await desk.submit({ file: csv([trade('4', 'std', W2), reversal('5'), reversal('2')]), ...WEEK3, at: AT });
  const before = await ann(desk);
  const id = await ask(desk, wrong.id, ignoring(profile));
  expect(await gate(desk, id, '1000')).toEqual({ state: 'tied_out', amount: null });
  const earned = await withTransaction(desk.pool, async (tx) => earnedByReport(tx, await lockReport(tx, id)));
  expect([before, earned]).toEqual(['6.6', '13.2']);
  await play(desk.pool, id, LATER);
  expect(await ann(desk)).toBe('19.8');
});
