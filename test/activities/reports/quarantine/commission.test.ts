import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { receivableOf } from '../../../../db/stores/receivable.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { deskFactory } from '../intake/desk.ts';
import { setup, WEEK1, WEEK2 } from '../intake/rows.ts';
import { replayAll } from './learning.ts';

// A line that is known by its class since that was mapped is one line: the broker owes its commission once.

const openDesk = deskFactory();
const AT = '2026-11-23T12:00:00.000Z';
const LATER = '2026-11-24T12:00:00.000Z';
const profile = {
  format: 'csv' as const, dateFormat: 'yyyy-MM-dd', timeZone: 'UTC', level: 'account-day' as const, full: true, server: 'S',
  columns: { account: 'account', day: 'day', class: 'class', lots: 'lots', commission: 'commission' }, classes: { Forex: 'forex' },
};
const days = (...rows: [string, string, string][]): string => `account,day,class,lots,commission\n${rows.map(([name, lots, commission]) => `std,2026-11-06,${name},${lots},${commission}`).join('\n')}\n`;
const ONE_DAY = { from: '2026-11-06T00:00:00Z', to: '2026-11-07T00:00:00Z' };

it.each<[string, Record<string, string>, [string, string, string]]>([
  ['alone', { Forex: 'forex', Gold: 'metals' }, ['Devisen', '1', '10']],
  ['beside rows of its class', { Forex: 'forex', Devisen: 'forex' }, ['Gold', '1', '20']],
  ['in several rows', { Forex: 'forex', Silver: 'metals' }, ['Devisen', '1', '10']],
])('commission of a class text that is mapped later, %s, when its period is worked out anew', async (_how, classes, taken) => {
  const desk = await openDesk({ ...setup, broker: { ...setup.broker, rules: {} }, profile });
  await desk.submit({ file: days(['Forex', '1', '10'], ['Devisen', '1', '10'], ['Gold', '1', '20'], ['Silver', '1', '3'], ['Silver', '2', '4']), ...WEEK1, at: AT });
  expect((await receivableOf(desk.pool, desk.broker)).owed).toBe('47');
  await addProfile(drizzle(desk.pool), desk.broker, { ...profile, classes } as FileProfile);
  await replayAll(desk, LATER);
  // Another period takes one line over, with the same figures: nothing of the whole changes.
  await desk.submit({ file: days(taken), ...ONE_DAY, at: LATER });
  expect((await receivableOf(desk.pool, desk.broker)).owed).toBe('47');
});

// Before anything else of the broker is posted: another period would only mend it by chance.
it.each([
  ['the later report has the day by its class', WEEK2, WEEK1],
  ['the waiting report is the later one', WEEK1, WEEK2],
])('commission of a row that two periods have, posted when it is judged again: %s', async (how, first, second) => {
  const desk = await openDesk({ ...setup, broker: { ...setup.broker, rules: {} }, profile });
  const learned = { ...profile, classes: { Forex: 'forex', FX: 'forex' } } as FileProfile;
  if (how === 'the waiting report is the later one') {
    await desk.submit({ file: days(['Forex', '1', '40']), ...first, at: AT });
    await desk.submit({ file: days(['FX', '1', '40']), ...second, at: AT });
    await addProfile(drizzle(desk.pool), desk.broker, learned);
  } else {
    await desk.submit({ file: days(['FX', '1', '40']), ...first, at: AT });
    await addProfile(drizzle(desk.pool), desk.broker, learned);
    await desk.submit({ file: days(['FX', '1', '40']), ...second, at: AT });
  }
  expect((await receivableOf(desk.pool, desk.broker)).owed).toBe('80');
  await replayAll(desk, LATER);
  expect(await receivableOf(desk.pool, desk.broker)).toMatchObject({ reported: '40', owed: '40' });
  const { rows } = await desk.pool.query('SELECT p.period_from AS "from", sum(e.amount)::text AS owed FROM commission_entry e JOIN report_period p ON p.id = e.period_id WHERE e.broker_id = $1 GROUP BY 1 HAVING sum(e.amount) <> 0', [desk.broker]);
  expect(rows).toEqual([{ from: new Date(second.from), owed: '40' }]);
  expect((await verifyLedger(desk.pool)).differences).toEqual([]);
});

it('commission of rows that are a sum only together, posted when their text is mapped', async () => {
  const desk = await openDesk({ ...setup, broker: { ...setup.broker, rules: {} }, profile });
  await desk.submit({ file: days(['Forex', '-1', '10'], ['FX', '1', '5'], ['FX', '2', '7']), ...WEEK1, at: AT });
  expect((await receivableOf(desk.pool, desk.broker)).owed).toBe('12');
  await addProfile(drizzle(desk.pool), desk.broker, { ...profile, classes: { Forex: 'forex', FX: 'forex' } } as FileProfile);
  await replayAll(desk, LATER);
  expect((await receivableOf(desk.pool, desk.broker)).owed).toBe('22');
});
