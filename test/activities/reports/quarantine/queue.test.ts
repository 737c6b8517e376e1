import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { withTransaction } from '../../../../db/connection.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { quarantinedLines } from '../../../../db/stores/quarantinedLines.ts';
import { rereadReport } from '../../../../db/stores/reportRereads.ts';
import { getReport, type Report } from '../../../../db/stores/reports.ts';
import { workQueueSections } from '../../../../db/stores/workQueueSections.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { type Desk, deskFactory, play } from '../intake/desk.ts';
import { csv, profile, setup, trade, WEEK1 } from '../intake/rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-23T12:00:00.000Z';
const LATER = '2026-11-24T12:00:00.000Z';
const partial = { ...profile, full: false };
const mended = { ...partial, statuses: { ...partial.statuses, new: null } };
const unread = (ticket: string, lots = '1.00') => trade(ticket, 'std', { status: 'new', lots });

const malformed = async (desk: Desk) => (await quarantinedLines(desk.pool, { brokerId: desk.broker, reason: 'MALFORMED' }, { after: null, limit: 50 })).map(({ ticket }) => ticket);
const money = async (desk: Desk) => (await userBalances(desk.pool, desk.users.get('ann')!)).total.pending;
const learn = (desk: Desk, changed: FileProfile) => addProfile(drizzle(desk.pool), desk.broker, changed);
async function again(desk: Desk, reportId: string): Promise<Report> {
  const reread = await withTransaction(desk.pool, (tx) => rereadReport(tx, { reportId, profileId: null, by: 'op_2', at: LATER }));
  await play(desk.pool, reread.reportId, LATER);
  return getReport(desk.pool, reread.reportId);
}

it('malformed lines of reports that stand beside each other are listed until each is read again, which leaves what came later', async () => {
  const desk = await openDesk({ ...setup, profile: partial });
  const first = await desk.submit({ file: csv([trade('1'), unread('2'), unread('3')]), ...WEEK1, at: AT });
  const second = await desk.submit({ file: csv([trade('1', 'std', { lots: '3.00' }), unread('3', '2.00')]), ...WEEK1, at: AT });
  const third = await desk.submit({ file: csv([trade('4')]), ...WEEK1, at: AT });
  expect([third.state, await malformed(desk), await money(desk)]).toEqual(['posted', ['2', '3', '3'], '26.4']);
  await learn(desk, mended);
  expect([(await again(desk, first.id)).state, await malformed(desk), await money(desk)]).toEqual(['posted', ['3'], '39.6']);
  // The second file came after the first one, though it is read again after it: ticket 3 has 2 lots.
  expect([(await again(desk, second.id)).state, await malformed(desk), await money(desk)]).toEqual(['posted', [], '46.2']);
  await expect(again(desk, first.id)).rejects.toMatchObject({ code: 'REREAD_NOT_LATEST' });
});

it('a malformed line whose ticket a later report has waits no more', async () => {
  const desk = await openDesk({ ...setup, profile: partial });
  await desk.submit({ file: csv([unread('2'), unread('a:b\\c')]), ...WEEK1, at: AT });
  await desk.submit({ file: csv([trade('2'), trade('a:b\\c')]), ...WEEK1, at: AT });
  expect([await malformed(desk), await money(desk)]).toEqual([[], '13.2']);
});

it('a report that states its whole period replaces the earlier ones, and an earlier one is read again by no profile that says so', async () => {
  const desk = await openDesk({ ...setup, profile: partial });
  const first = await desk.submit({ file: csv([trade('1'), unread('2')]), ...WEEK1, at: AT });
  await desk.submit({ file: csv([trade('3')]), ...WEEK1, at: AT });
  await learn(desk, { ...mended, full: true });
  await expect(again(desk, first.id)).rejects.toMatchObject({ code: 'REREAD_NOT_LATEST' });
  await desk.submit({ file: csv([trade('3'), trade('4')]), ...WEEK1, at: AT });
  expect(await malformed(desk)).toEqual([]);
  await learn(desk, mended);
  await expect(again(desk, first.id)).rejects.toMatchObject({ code: 'REREAD_NOT_LATEST' });
});

it('a refused re-issue waits for somebody until another version is posted: not one that is refused too, nor the old file once more', async () => {
  const desk = await openDesk(setup);
  const refusals = async () => (await workQueueSections(desk.pool, desk.broker, AT)).find(({ section }) => section === 'reports_refused')!.count;
  await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
  expect((await desk.submit({ file: 'nonsense\n1\n', ...WEEK1, at: AT })).state).toBe('refused');
  expect(await refusals()).toBe(1);
  expect((await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT })).state).toBe('unchanged');
  expect(await refusals()).toBe(1);
  await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: AT });
  expect(await refusals()).toBe(0);
});
