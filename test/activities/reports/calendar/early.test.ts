import { expect, test } from 'vitest';
import { nextReport } from '../../../../activities/reports/nextReport.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { closePeriod } from '../../../../db/stores/closePeriod.ts';
import { expectationOf, isExpected, openPeriods, periodsToLookBeside } from '../../../../db/stores/expectedPeriods.ts';
import { countMissingDays } from '../../../../db/stores/missingDays.ts';
import { noteLateness } from '../../../../db/stores/periodLateness.ts';
import { addCalendar } from '../../../../db/stores/reportCalendars.ts';
import { getReportPeriod } from '../../../../db/stores/reportPeriods.ts';
import { addSource } from '../../../../db/stores/reportSources.ts';
import { newId } from '../../../../domain/ids.ts';
import { type Desk, deskFactory, type SetupInput } from '../intake/desk.ts';
import { csv, setup, trade, WEEK1 } from '../intake/rows.ts';

const openDesk = deskFactory();
const WITHIN = '2026-11-03T00:00:00.000Z';
const AFTER = '2026-11-09T05:00:00.000Z';
const LATE = '2026-11-20T00:00:00.000Z';
const monday = trade('1', 'std', { open: '2026-11-02T10:00:00Z', close: '2026-11-02T11:00:00Z' });

/** A week's calendar; a report was handed in on its second day, and the week is over. */
async function begun(): Promise<{ desk: Desk; periodId: string }> {
  const desk = await openDesk(setup);
  await withTransaction(desk.pool, (tx) => addCalendar(tx, { brokerId: desk.broker, effectiveFrom: '2026-11-02T00:00:00.000Z', cadence: 'week', firstWeekday: 'Mon', zone: 'UTC', expectedAfter: 'PT6H', overdueAfter: 'PT12H', escalatedAfter: 'P2D', by: 'x', at: WITHIN }));
  const { periodId } = await desk.submit({ file: csv([monday]), ...WEEK1, at: WITHIN });
  await withTransaction(desk.pool, (tx) => openPeriods(tx, desk.broker, '2026-11-09T00:00:00.000Z', 10));
  return { desk, periodId };
}
const source = (desk: Desk, kind: 'api' | 'sftp', settings: Record<string, unknown>) => withTransaction(desk.pool, (tx) =>
  addSource(tx, { id: newId('source'), brokerId: desk.broker, kind, name: kind, settings, profileName: 'default', pollSeconds: 60, sealedSecret: null, at: WITHIN }));

test('a report handed in within its period does not end the waiting for the whole one, nor its lateness; one after the end does', async () => {
  const { desk, periodId } = await begun();
  expect([await isExpected(desk.pool, periodId), await nextReport(desk.pool, periodId)]).toEqual([true, { reportId: null, expected: true, begun: true }]);
  expect(await getReportPeriod(desk.pool, periodId, LATE)).toMatchObject({ state: 'escalated' });
  expect((await getReportPeriod(desk.pool, periodId, WITHIN)).state).toBe('posted');
  await noteLateness(desk.pool, periodId, LATE);
  expect(await expectationOf(desk.pool, periodId, LATE)).toMatchObject({ noted: 3 });
  await desk.submit({ file: csv([monday, trade('2')]), ...WEEK1, at: LATE });
  expect([await isExpected(desk.pool, periodId), await nextReport(desk.pool, periodId), (await getReportPeriod(desk.pool, periodId, LATE)).state]).toEqual([false, null, 'posted']);
});

test('the same again after the end is the whole report', async () => {
  const { desk, periodId } = await begun();
  expect((await desk.submit({ file: csv([monday]), ...WEEK1, at: AFTER })).state).toBe('unchanged');
  expect(await isExpected(desk.pool, periodId)).toBe(false);
});

test('an operator can say that the beginning was all', async () => {
  const { desk, periodId } = await begun();
  for (let times = 0; times < 2; times++) await withTransaction(desk.pool, (tx) => closePeriod(tx, periodId, { by: 'op', reason: 'nothing more comes', at: LATE }));
  expect([await isExpected(desk.pool, periodId), (await getReportPeriod(desk.pool, periodId, LATE)).state]).toEqual([false, 'posted']);
});

test('that a report is due is told once an API that is asked from then on was asked', async () => {
  const { desk, periodId } = await begun();
  const { id } = await source(desk, 'api', {});
  const due = '2026-11-09T06:00:01.000Z';
  const noted = async (): Promise<number> => {
    await noteLateness(desk.pool, periodId, due);
    return (await expectationOf(desk.pool, periodId, due))!.noted;
  };
  expect(await noted()).toBe(0);
  await desk.pool.query('UPDATE report_source SET looked_at = $2 WHERE id = $1', [id, due]);
  expect(await noted()).toBe(1);
});

test('mailboxes and drops are looked at beside the waiting: not while a period waits, not twice within their pace, and APIs never', async () => {
  const { desk, periodId } = await begun();
  const beside = async (at: string) => (await periodsToLookBeside(desk.pool, at)).filter(({ brokerId }) => brokerId === desk.broker).map((period) => period.periodId);
  const { id } = await source(desk, 'sftp', {});
  expect(await beside(LATE)).toEqual([]);
  await desk.submit({ file: csv([monday, trade('2')]), ...WEEK1, at: AFTER });
  expect(await beside(LATE)).toEqual([periodId]);
  await desk.pool.query('UPDATE report_source SET looked_at = $2 WHERE id = $1', [id, '2026-11-19T23:59:30.000Z']);
  expect([await beside(LATE), await beside('2026-11-20T00:00:31.000Z')]).toEqual([[], [periodId]]);
  await desk.pool.query("UPDATE report_source SET kind = 'api' WHERE id = $1", [id]).catch(() => desk.pool.query("UPDATE report_source SET state = 'paused' WHERE id = $1", [id]));
  await source(desk, 'api', {});
  expect(await beside('2026-11-20T00:00:31.000Z')).toEqual([]);
});

test.each(['UTC', '+03:00', '-05:00'])('sums of days (zone %s): a whole week misses nothing, a day without one is missed', async (timeZone) => {
  const profile = { format: 'csv', dateFormat: 'yyyy-MM-dd', timeZone, level: 'account-day', full: false, server: 'S', columns: { account: 'account', day: 'day', symbol: 'symbol', lots: 'lots' } };
  const desk = await openDesk({ ...setup, broker: { ...setup.broker, rules: {} }, profile } as unknown as SetupInput);
  const days = (...of: string[]): string => `account,day,symbol,lots\n${of.map((day) => `std,2026-11-${day},EURUSD,1\n`).join('')}`;
  const shift = timeZone === 'UTC' ? '' : timeZone;
  const [from, to] = [WEEK1.from, WEEK1.to].map((at) => new Date(shift === '' ? at : at.replace(/\.000Z|Z$/, shift)).toISOString()) as [string, string];
  const { id } = await desk.submit({ file: days('02', '03', '04', '05', '06'), from, to, at: LATE });
  expect(await countMissingDays(desk.pool, id)).toEqual({ days: 0, accountDays: 0 });
  const again = await desk.submit({ file: days('02', '03', '04', '05').replace('05,EURUSD,1', '05,EURUSD,2'), from, to, at: LATE });
  expect(await countMissingDays(desk.pool, again.id)).toEqual({ days: 1, accountDays: 0 });
});
