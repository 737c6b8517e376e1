import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { withTransaction } from '../../../../db/connection.ts';
import { earnedByReport } from '../../../../db/stores/earnedByReport.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { rereadReport } from '../../../../db/stores/reportRereads.ts';
import { lockReport } from '../../../../db/stores/reportWork.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { type Desk, deskFactory, play } from './desk.ts';
import { adjustment, csv, profile, reversal, setup, trade, WEEK1, WEEK2 } from './rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-23T12:00:00.000Z';
const LATER = '2026-11-24T12:00:00.000Z';
const MONTH = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

interface Again { id: string; /** USD that the gate is shown. */ asked: string }

/** Reads it again by a changed profile, and says what the gate would have been shown. */
async function again(desk: Desk, reportId: string, changed: FileProfile): Promise<Again> {
  await addProfile(drizzle(desk.pool), desk.broker, changed);
  const { reportId: id } = await withTransaction(desk.pool, (tx) => rereadReport(tx, { reportId, profileId: null, by: 'op_2', at: LATER }));
  let asked = '';
  await play(desk.pool, id, LATER, 5000, async (step, run, pool) => {
    if (step === 'tieOut') asked = await withTransaction(pool, async (tx) => earnedByReport(tx, await lockReport(tx, id)));
    return run(pool);
  });
  return { id, asked };
}
const ann = async (desk: Desk): Promise<string> => Object.values((await desk.figures()).users)[0]!.pending;
const standing = (desk: Desk, key: string) => desk.pool.query<{ report: string; earned: string }>(
  'SELECT r.id AS report, trim_scale(e.earned)::text AS earned FROM earning e JOIN report r ON r.no = e.report_no WHERE e.broker_id = $1 AND e.key LIKE $2', [desk.broker, key]).then(({ rows }) => rows[0]);

it('what a later report of another period has corrected stays as that one says, in figures too; the rest is read anew', async () => {
  const desk = await openDesk(setup);
  const old = await desk.submit({ file: csv([trade('1'), trade('2', 'std', { status: 'new' })]), ...WEEK1, at: AT });
  const month = await desk.submit({ file: csv([trade('1', 'std', { lots: '0.10' })]), ...MONTH, at: AT });
  expect(await ann(desk)).toBe('0.66');
  const first = await again(desk, old.id, { ...profile, statuses: { ...profile.statuses, new: 'BROKER_FRAUD' } });
  expect([await ann(desk), first.asked, await standing(desk, 'ticket:%:1')]).toEqual(['0.66', '0', { report: month.id, earned: '0.66' }]);
  expect(await desk.figures()).toMatchObject({ lots: { paid: '0.1', excluded: '1' }, reasons: { BROKER_FRAUD: 1, SUPERSEDED: 1 } });
  // A third reading is as old as the first.
  const second = await again(desk, first.id, { ...profile, statuses: { ...profile.statuses, new: null } });
  expect([await ann(desk), second.asked, await standing(desk, 'ticket:%:1')]).toEqual(['7.26', '6.6', { report: month.id, earned: '0.66' }]);
});

it('a correction by a later report gets back what the old one took for a reversal', async () => {
  const desk = await openDesk(setup);
  const old = await desk.submit({ file: csv([trade('1'), trade('2'), reversal('1')]), ...WEEK1, at: AT });
  const month = await desk.submit({ file: csv([trade('1', 'std', { lots: '0.10' })]), ...MONTH, at: AT });
  expect(await ann(desk)).toBe('6.6');
  const { asked } = await again(desk, old.id, { ...profile, kinds: { ...profile.kinds, reversal: ['V'], ignore: ['I', 'R'] } });
  expect([await ann(desk), asked, await standing(desk, 'ticket:%:1')]).toEqual(['7.26', '0.66', { report: month.id, earned: '0.66' }]);
});

const partial: FileProfile = { ...profile, full: false };
const noTrades: FileProfile = { ...partial, kinds: { ...partial.kinds, trade: [''], adjustment: [], ignore: ['I', 'T', 'A'] } };

it('a line that another upload of the period states falls back to that one; only the others are taken back', async () => {
  const desk = await openDesk({ ...setup, profile: partial });
  const first = await desk.submit({ file: csv([trade('1'), trade('3', 'std', { status: 'fraud' }), adjustment('5', { ticket: 'A1' }), trade('')]), ...WEEK1, at: AT });
  const second = await desk.submit({ file: csv([trade('1', 'std', { lots: '0.10' }), trade('2'), trade('3'), adjustment('4', { ticket: 'A1' }), trade('')]), ...WEEK1, at: AT });
  // 0.66 + 6.6 + 6.6 + 4 + 6.6
  expect(await ann(desk)).toBe('24.46');
  const { asked } = await again(desk, second.id, noTrades);
  // 6.6 + 0 + 0 + 5 + 6.6; credited were 5.94 and 1.
  expect([await ann(desk), asked]).toEqual(['18.2', '6.94']);
  expect([await standing(desk, 'ticket:%:1'), await standing(desk, 'ticket:%:2'), await standing(desk, 'ticket:%:3')]).toEqual([
    { report: first.id, earned: '6.6' }, { report: second.id, earned: '0' }, { report: first.id, earned: '0' }]);
  expect(await desk.figures()).toMatchObject({ lots: { paid: '2', excluded: '1' }, reasons: { BROKER_FRAUD: 1 } });
});

it('an upload that a later one of the whole period has replaced, or that was itself read again since, is none to fall back to', async () => {
  const desk = await openDesk({ ...setup, profile });
  await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: AT });
  await desk.submit({ file: csv([trade('2')]), ...WEEK1, at: AT });
  await addProfile(drizzle(desk.pool), desk.broker, partial);
  const third = await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: AT });
  expect(await ann(desk)).toBe('13.2');
  await again(desk, third.id, noTrades);
  expect(await ann(desk)).toBe('6.6');
});

it('of two files that are read again the one that came later is the newer word, whichever is read again last', async () => {
  const desk = await openDesk(setup);
  const old = await desk.submit({ file: csv([trade('1', 'std', { status: 'new' }), trade('2')]), ...WEEK2, at: AT });
  const week = await desk.submit({ file: csv([trade('1', 'std', { lots: '0.50', status: 'new' })]), ...WEEK1, at: AT });
  const changed: FileProfile = { ...profile, statuses: { ...profile.statuses, new: null } };
  const first = await again(desk, old.id, changed);
  expect([first.asked, await standing(desk, 'ticket:%:1')]).toEqual(['6.6', { report: first.id, earned: '6.6' }]);
  const second = await again(desk, week.id, changed);
  expect([second.asked, await standing(desk, 'ticket:%:1')]).toEqual(['0', { report: second.id, earned: '3.3' }]);
  expect(await ann(desk)).toBe('9.9');
});
