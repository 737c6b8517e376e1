import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { createPool, withTransaction } from '../../db/connection.ts';
import { clearCondition, clearConditions, noteCondition, railConditions } from '../../db/stores/railConditions.ts';
import { ALL_RAILS, readSwitch, setSwitch, stoppedReason, switches } from '../../db/stores/railSwitch.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

const AT = '2026-11-23T09:00:00.000Z';
const LATER = '2026-11-23T10:00:00.000Z';
let database: FreshDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.appUrl);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const set = (rail: string, stopped: boolean, reason = 'why', at = AT) => withTransaction(pool, (tx) => setSwitch(tx, { rail, stopped, reason, by: 'psn_1', at }));
const told = async (kind: string): Promise<Record<string, string>[]> => (await pool.query<{ facts: Record<string, string> }>('SELECT facts FROM notification WHERE kind = $1 ORDER BY id', [kind])).rows.map(({ facts }) => facts);

test('one rail or all: either stops it, and each is released by itself; every word about it is kept', async () => {
  expect(await stoppedReason(pool, 'bank')).toBeNull();
  await set('bank', true, 'the bank looks odd');
  expect([await stoppedReason(pool, 'bank'), await stoppedReason(pool, 'usdt')]).toEqual(['the bank looks odd', null]);
  await set(ALL_RAILS, true, 'an incident');
  expect([await stoppedReason(pool, 'bank'), await stoppedReason(pool, 'usdt')]).toEqual(['an incident', 'an incident']);
  expect((await set(ALL_RAILS, false, 'over')).before).toEqual({ rail: '*', stopped: true, reason: 'an incident', by: 'psn_1', at: AT });
  expect([await stoppedReason(pool, 'bank'), await stoppedReason(pool, 'usdt')]).toEqual(['the bank looks odd', null]);
  await set('bank', false, 'it was us', LATER);
  expect(await stoppedReason(pool, 'bank')).toBeNull();
  expect(await switches(pool)).toEqual([{ rail: '*', stopped: false, reason: 'over', by: 'psn_1', at: AT }, { rail: 'bank', stopped: false, reason: 'it was us', by: 'psn_1', at: LATER }]);
  expect((await pool.query('SELECT FROM rail_switch')).rowCount).toBe(4);
  expect(await told('rail_switched')).toEqual([['bank', 'true'], ['*', 'true'], ['*', 'false'], ['bank', 'false']].map(([rail, stopped]) => ({ rail, stopped, by: 'psn_1' })));
});

test('stopped twice it is told once', async () => {
  await set('twice', true, 'first');
  await set('twice', true, 'second', LATER);
  expect(await stoppedReason(pool, 'twice')).toBe('second');
  expect((await told('rail_switched')).filter(({ rail }) => rail === 'twice')).toHaveLength(1);
});

test('a stop waits for sends that are being counted, and is seen by each that is counted after it', async () => {
  const order: string[] = [];
  let counted = (): void => {};
  const until = new Promise<void>((resolve) => { counted = resolve; });
  let reading = (): void => {};
  const read = new Promise<void>((resolve) => { reading = resolve; });
  const sender = withTransaction(pool, async (tx) => {
    expect(await stoppedReason(tx, 'race')).toBeNull();
    reading();
    await until;
    order.push('counted');
  });
  await read;
  const stop = set('race', true).then(() => { order.push('stopped'); });
  // The stop stands in the queue; whoever comes after it waits behind it.
  await expect.poll(async () => (await pool.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND NOT granted")).rowCount, { timeout: 10_000, interval: 20 }).toBe(1);
  const next = withTransaction(pool, (tx) => stoppedReason(tx, 'race'));
  counted();
  await Promise.all([sender, stop]);
  expect(order).toEqual(['counted', 'stopped']);
  expect(await next).toBe('why');
  expect(await readSwitch(pool, 'race')).toMatchObject({ stopped: true });
});

test('a condition is told when it begins and when it comes back, and only seen in between', async () => {
  const note = (detail: string, at: string) => withTransaction(pool, (tx) => noteCondition(tx, { rail: 'usdt', code: 'HOT_WALLET_LOW', detail, at }));
  expect(await note('40 USDT', AT)).toEqual({ isNew: true });
  expect(await note('30 USDT', LATER)).toEqual({ isNew: false });
  expect(await railConditions(pool, 'usdt')).toEqual([{ rail: 'usdt', code: 'HOT_WALLET_LOW', detail: '30 USDT', since: AT, seenAt: LATER }]);
  await withTransaction(pool, (tx) => noteCondition(tx, { rail: 'usdt', code: 'TOKEN_PAUSED', detail: 'paused', at: LATER }));
  await withTransaction(pool, (tx) => clearConditions(tx, 'usdt', LATER, ['HOT_WALLET_LOW']));
  expect((await railConditions(pool)).map(({ code }) => code)).toEqual(['HOT_WALLET_LOW']);
  await withTransaction(pool, (tx) => clearCondition(tx, { rail: 'usdt', code: 'HOT_WALLET_LOW', at: LATER }));
  expect(await railConditions(pool)).toEqual([]);
  expect(await note('20 USDT', '2026-11-24T09:00:00.000Z')).toEqual({ isNew: true });
  expect(await railConditions(pool)).toMatchObject([{ since: '2026-11-24T09:00:00.000Z', detail: '20 USDT' }]);
  expect((await told('rail_condition')).map(({ code, detail }) => `${code} ${detail}`)).toEqual(['HOT_WALLET_LOW 40 USDT', 'TOKEN_PAUSED paused', 'HOT_WALLET_LOW 20 USDT']);
});
