import { Readable } from 'node:stream';
import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { withTransaction } from '../../../../db/connection.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { rereadReport } from '../../../../db/stores/reportRereads.ts';
import { getReport, openReportFile, type Report } from '../../../../db/stores/reports.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { type Desk, deskFactory, play } from './desk.ts';
import { csv, profile, reversal, setup, trade, WEEK1, WEEK2 } from './rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-23T12:00:00.000Z';
const LATER = '2026-11-24T12:00:00.000Z';

const next = async (desk: Desk, changed: FileProfile): Promise<string> => (await addProfile(drizzle(desk.pool), desk.broker, changed)).id;
const ask = (desk: Desk, reportId: string, profileId: string | null = null) => withTransaction(desk.pool, (tx) => rereadReport(tx, { reportId, profileId, by: 'op_2', at: LATER }));
async function again(desk: Desk, reportId: string): Promise<Report> {
  const reread = await ask(desk, reportId);
  await play(desk.pool, reread.reportId, LATER);
  return getReport(desk.pool, reread.reportId);
}
const money = async (desk: Desk) => (await desk.figures()).users;
const ann = async (desk: Desk): Promise<string> => Object.values(await money(desk))[0]!.pending;

it('a refused report is read again from its kept bytes and posted', async () => {
  const desk = await openDesk({ ...setup, profile: { ...profile, columns: { ...profile.columns, lots: 'volume' } } });
  const refused = await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
  expect(refused).toMatchObject({ state: 'refused', refusal: { code: 'COLUMNS_MISSING' } });
  const profileId = await next(desk, profile);
  const posted = await again(desk, refused.id);
  expect(posted).toMatchObject({ state: 'posted', rereads: refused.id, profileId, sha256: refused.sha256, size: refused.size, receivedBy: 'op_2', lines: 1 });
  expect(await ann(desk)).toBe('6.6');
  expect(Buffer.concat(await Readable.from(openReportFile(desk.pool, posted.id)).toArray()).toString()).toBe(csv([trade('1')]));
});

it('malformed lines are mended and only the difference is posted; a third reading goes back to the first file', async () => {
  const desk = await openDesk({ ...setup, profile: { ...profile, full: false } });
  const first = await desk.submit({ file: csv([trade('1'), trade('2', 'std', { status: 'new' })]), ...WEEK1, at: AT });
  expect(await ann(desk)).toBe('6.6');
  await next(desk, { ...profile, full: false, statuses: { ...profile.statuses, new: null } });
  const second = await again(desk, first.id);
  expect([second.state, await ann(desk)]).toEqual(['posted', '13.2']);
  const { rows } = await desk.pool.query('SELECT amount::text FROM accrual WHERE report_no = $1', [(await desk.pool.query('SELECT no FROM report WHERE id = $1', [second.id])).rows[0].no]);
  expect(rows).toEqual([{ amount: '6.6' }]);
  await next(desk, { ...profile, full: false, statuses: { ...profile.statuses, new: 'BROKER_FRAUD' } });
  const third = await again(desk, second.id);
  expect([third.state, third.rereads, await ann(desk)]).toEqual(['posted', second.id, '6.6']);
});

it('the same cells read otherwise are no unchanged report, and the same file handed in after it is one', async () => {
  const desk = await openDesk(setup);
  const first = await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
  await next(desk, { ...profile, lotUnit: '0.01' });
  expect((await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT })).state).toBe('unchanged');
  const second = await again(desk, first.id);
  expect([second.state, await ann(desk)]).toEqual(['posted', '0.066']);
  expect((await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT })).state).toBe('unchanged');
});

it('what only the earlier reading gave is taken back, also where the file does not state its whole period, and nothing else is', async () => {
  const partial = { ...profile, full: false };
  const desk = await openDesk({ ...setup, profile: partial });
  await desk.submit({ file: csv([trade('90')]), ...WEEK1, at: AT });
  const wrong = await desk.submit({ file: csv([trade('1', 'std', { reference: '71' }), trade('2', 'std', { reference: '72' })]), ...WEEK1, at: AT });
  expect(await ann(desk)).toBe('19.8');
  // The tickets stand in another column: all keys are others.
  await next(desk, { ...partial, columns: { ...partial.columns, ticket: 'reference', reference: 'ticket' } });
  expect((await again(desk, wrong.id)).state).toBe('posted');
  expect(await ann(desk)).toBe('19.8');
});

it('what was taken for a reversal by mistake is given back, in this file and in another period; what still is one stays taken', async () => {
  const ignoring = { ...profile, kinds: { ...profile.kinds, reversal: ['V'], ignore: ['I', 'R'] } };
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: AT });
  const close = { open: '2026-11-13T10:00:00Z', close: '2026-11-13T11:00:00Z' };
  const wrong = await desk.submit({ file: csv([trade('3', 'std', close), trade('4', 'std', close), reversal('1'), reversal('3'), reversal('2', { kind: 'V' })]), ...WEEK2, at: AT });
  // The line that reverses ticket 2 is malformed as yet; 1 and 3 are reversed.
  expect(await ann(desk)).toBe('12.65');
  await next(desk, ignoring);
  const second = await again(desk, wrong.id);
  expect([second.state, await ann(desk)]).toEqual(['posted', '18.7']);
  await next(desk, { ...ignoring, statuses: { ...ignoring.statuses, odd: null } });
  expect([(await again(desk, second.id)).state, await ann(desk)]).toEqual(['posted', '18.7']);
});

it.each<[string, string, (desk: Desk) => Promise<string>]>([
  ['by the version that read it', 'REREAD_SAME_PROFILE', async (desk) => (await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT })).id],
  ['of which there is a later one', 'REREAD_NOT_LATEST', async (desk) => {
    const { id } = await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
    await desk.submit({ file: csv([trade('2')]), ...WEEK1, at: AT });
    return id;
  }],
  ['that is unchanged', 'REREAD_NOT_LATEST', async (desk) => {
    await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
    return (await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT })).id;
  }],
  ['that is still worked on', 'REREAD_TOO_EARLY', (desk) => desk.receive({ file: csv([reversal('1')]), ...WEEK1, at: AT })],
  ['that nobody knows', 'REPORT_UNKNOWN', async () => 'rpt_none'],
])('refuses a report %s', async (_what, code, arrange) => {
  const desk = await openDesk(setup);
  await expect(ask(desk, await arrange(desk))).rejects.toMatchObject({ code });
});

it("refuses another broker's profile", async () => {
  const [desk, other] = [await openDesk(setup), await openDesk(setup)];
  const { id } = await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
  await expect(ask(desk, id, await next(other, profile))).rejects.toMatchObject({ code: 'PROFILE_UNKNOWN' });
});
