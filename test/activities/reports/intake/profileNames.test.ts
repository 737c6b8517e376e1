import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { withTransaction } from '../../../../db/connection.ts';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { addFigures, reportFigures } from '../../../../db/stores/dashboardFigures.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { rereadReport } from '../../../../db/stores/reportRereads.ts';
import { getReport, receiveReport, type Report } from '../../../../db/stores/reports.ts';
import { waitingGroups } from '../../../../db/stores/waitingGroups.ts';
import { figuresFile } from '../../../../domain/reports/dashboardFigures.ts';
import { bytesOf, type Desk, deskFactory, play } from './desk.ts';
import { csv, profile, setup, trade, WEEK1 } from './rows.ts';

const openDesk = deskFactory();
const at = (hour: number): string => new Date(Date.UTC(2026, 10, 9, hour)).toISOString();
const users = setup.users.map((user) => ({ ...user, tier: 'base' }));

/** A broker with two platforms: a file of each a week, both state their whole period. Ann trades on the one, Bob on the other. */
async function twoPlatforms(full = true): Promise<Desk> {
  const other = { login: 'std', server: 'M5', type: 'standard', user: 'bob', linkRequestedAt: '2026-01-01T00:00:00Z', link: 'verified' as const };
  const desk = await openDesk({ ...setup, users, broker: { ...setup.broker, servers: ['S', 'M5'] }, accounts: [...setup.accounts, other], profile: { ...profile, full } });
  await addProfile(drizzle(desk.pool), desk.broker, { ...profile, full, server: 'M5' }, 'mt5');
  return desk;
}
async function send(desk: Desk, profileName: string, file: string, hour: number): Promise<Report> {
  const { reportId } = await receiveReport(desk.pool, { brokerId: desk.broker, ...WEEK1, fileName: `${profileName}.csv`, declaredVersion: null, receivedBy: 'test', at: at(hour), profileName }, bytesOf(file));
  await play(desk.pool, reportId, at(hour));
  return getReport(desk.pool, reportId);
}
const money = async (desk: Desk): Promise<string[]> => {
  const { users: all } = await desk.figures();
  return ['ann', 'bob'].map((name) => all[name]!.pending);
};

it('files of two profile names, each of the whole period, take back nothing of each other', async () => {
  const desk = await twoPlatforms();
  await send(desk, 'default', csv([trade('1'), trade('2')]), 10);
  await send(desk, 'mt5', csv([trade('1'), trade('2'), trade('3')]), 11);
  expect(await money(desk)).toEqual(['12', '18']);
  // The same again is compared with what came last under its own name.
  expect([(await send(desk, 'default', csv([trade('2'), trade('1')]), 12)).state, await money(desk)]).toEqual(['unchanged', ['12', '18']]);
  // The same content under another name is another file.
  expect([(await send(desk, 'default', csv([trade('1'), trade('2'), trade('3')]), 13)).state, await money(desk)]).toEqual(['posted', ['18', '18']]);
  expect([(await send(desk, 'mt5', csv([trade('3')]), 14)).state, await money(desk)]).toEqual(['posted', ['18', '6']]);
  expect(await desk.figures()).toMatchObject({ lots: { paid: '4' } });
  expect((await verifyLedger(desk.pool)).differences).toEqual([]);
});

it('a file can be read again beside a later file of another; a later one of its own name cannot be passed', async () => {
  const desk = await twoPlatforms();
  const first = await send(desk, 'default', csv([trade('1', 'std', { status: 'new' }), trade('2')]), 10);
  await send(desk, 'mt5', csv([trade('7')]), 11);
  // Malformed lines of a name are listed until a later file of that name replaces them.
  expect(await waitingGroups(desk.pool, { brokerId: desk.broker, reason: 'MALFORMED' }, { after: null, limit: 10 })).toMatchObject([{ lines: 1, reportId: first.id }]);
  await addProfile(drizzle(desk.pool), desk.broker, { ...profile, statuses: { ...profile.statuses, new: null } });
  const again = await withTransaction(desk.pool, (tx) => rereadReport(tx, { reportId: first.id, profileId: null, by: 'op_2', at: at(12) }));
  await play(desk.pool, again.reportId, at(12));
  expect(await money(desk)).toEqual(['12', '6']);
  await send(desk, 'default', csv([trade('2')]), 13);
  expect(await money(desk)).toEqual(['6', '6']);
  await expect(withTransaction(desk.pool, (tx) => rereadReport(tx, { reportId: again.reportId, profileId: null, by: 'op_2', at: at(14) }))).rejects.toMatchObject({ code: 'REREAD_NOT_LATEST' });
});

it('a file handed in under the wrong name is read again under the right one, unless a later file of that name would lose by it', async () => {
  const desk = await twoPlatforms();
  const wrong = await send(desk, 'default', csv([trade('1')]), 10);
  const right = await addProfile(drizzle(desk.pool), desk.broker, { ...profile, server: 'M5' }, 'mt5');
  const again = await withTransaction(desk.pool, (tx) => rereadReport(tx, { reportId: wrong.id, profileId: right.id, by: 'op_2', at: at(11) }));
  await play(desk.pool, again.reportId, at(11));
  expect(await money(desk)).toEqual(['0', '6']);
  const other = await twoPlatforms();
  const misnamed = await send(other, 'default', csv([trade('1')]), 10);
  await send(other, 'mt5', csv([trade('8')]), 11);
  const mt5 = await addProfile(drizzle(other.pool), other.broker, { ...profile, server: 'M5' }, 'mt5');
  await expect(withTransaction(other.pool, (tx) => rereadReport(tx, { reportId: misnamed.id, profileId: mt5.id, by: 'op_2', at: at(12) }))).rejects.toMatchObject({ code: 'REREAD_NOT_LATEST' });
});

it.each([true, false])('figures typed from a dashboard stand in for any file (full: %s)', async (full) => {
  const desk = await twoPlatforms(full);
  const typed = figuresFile({ level: 'account-day', timeZone: 'UTC', full: true, totalLots: '2', rows: [{ account: 'std', server: 'S', symbol: 'EURUSD', at: '2026-11-06', lots: '2' }] });
  const { reportId } = await withTransaction(desk.pool, async (tx) => {
    const { id } = await addFigures(tx, { brokerId: desk.broker, ...WEEK1, ...typed, lines: 1, screenshotType: 'image/png', note: null, typedBy: 'op_1', typedAt: at(9), screenshot: Buffer.from('x') });
    return reportFigures(tx, id, at(9));
  });
  await play(desk.pool, reportId, at(9));
  expect(await money(desk)).toEqual(['12', '0']);
  expect((await send(desk, 'mt5', csv([trade('1')]), 10)).notices).toMatchObject([{ code: 'REPLACES_FIGURES', lines: 1 }]);
  expect(await money(desk)).toEqual(['0', '6']);
  await send(desk, 'default', csv([trade('1'), trade('2'), trade('3')]), 11);
  expect(await money(desk)).toEqual(['18', '6']);
});
