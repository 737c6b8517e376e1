import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { createPool, withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { methodSql } from '../../db/stores/payoutGate.ts';
import { insertMembers } from '../../db/stores/payoutRuns.ts';
import { type DestinationTimes, methodInUse, whyNoMethod } from '../../domain/payouts/destinations.ts';
import { LONG_AGO, money, seedBase } from '../../scripts/chaos/seed.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

const AS_OF = '2026-11-23T09:00:00.000Z';
const DAYS_AGO = '2026-11-20T09:00:00.000Z';
const HOUR_AGO = '2026-11-23T08:00:00.000Z';
let database: FreshDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.appUrl);
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** Every way in which a method can stand at AS_OF, to the millisecond. */
const STANDINGS: Record<string, Pick<DestinationTimes, 'confirmedAt' | 'usableFrom' | 'removedAt'>> = {
  unconfirmed: { confirmedAt: null, usableFrom: null, removedAt: null },
  'a millisecond too early': { confirmedAt: HOUR_AGO, usableFrom: '2026-11-23T09:00:00.001Z', removedAt: null },
  'just usable': { confirmedAt: HOUR_AGO, usableFrom: AS_OF, removedAt: null },
  'usable since': { confirmedAt: DAYS_AGO, usableFrom: HOUR_AGO, removedAt: null },
  'removed, was usable': { confirmedAt: DAYS_AGO, usableFrom: HOUR_AGO, removedAt: HOUR_AGO },
  'removed, never confirmed': { confirmedAt: null, usableFrom: null, removedAt: HOUR_AGO },
};
/** Nothing, one, two or three methods, the later ones newer or made at the same instant. */
const names = Object.keys(STANDINGS);
const lists = [[], ...names.map((a) => [a]), ...names.flatMap((a) => names.map((b) => [a, b])), ...names.flatMap((a) => names.flatMap((b) => names.map((c) => [a, b, c])))];

test('which method is used, and why none: SQL, for one user and for a whole run, says what the rule says, over every combination', async () => {
  await seedBase(pool);
  const users = lists.map((list, index) => {
    const userId = `usr_m${String(index).padStart(4, '0')}`;
    const methods = list.map((name, no): DestinationTimes => ({ id: `pmt_${index}_${no}`, createdAt: `2026-11-0${1 + (index % 2 === 0 ? no : 0)}T00:00:00.000Z`, ...STANDINGS[name]! }));
    return { userId, methods };
  });
  expect(users).toHaveLength(259);
  await withTransaction(pool, async (tx) => {
    await tx.client.query("INSERT INTO app_user (id, external_id, status, created_at) SELECT u, u, 'active', $2 FROM unnest($1::text[]) u", [users.map(({ userId }) => userId), LONG_AGO]);
    for (const { userId, methods } of users) for (const { id, createdAt, confirmedAt, usableFrom, removedAt } of methods) {
      await tx.client.query("INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from, removed_at) VALUES ($1, $2, 'sandbox', '{}', $3, $4, $5, $6)", [id, userId, createdAt, confirmedAt, usableFrom, removedAt]);
    }
    await postJournals(tx, users.flatMap(({ userId }) => money(userId, 'ava', '20')));
    await tx.client.query("INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state) VALUES ('run_m', 'm', 'm', $1, 'open')", [AS_OF]);
    await insertMembers(tx, 'run_m', '10', AS_OF);
  });
  const used = await pool.query<{ user: string; method: string | null }>(`SELECT u.id AS user, m.id AS method FROM app_user u LEFT JOIN LATERAL (${methodSql('$1')}) m ON true`, [AS_OF]);
  expect(Object.fromEntries(used.rows.map(({ user, method }) => [user, method]))).toEqual(Object.fromEntries(users.map(({ userId, methods }) => [userId, methodInUse(methods, AS_OF)?.id ?? null])));
  // Who has one is blocked by the next thing in the way: he was never verified.
  const frozen = await pool.query<{ user_id: string; decision: string }>("SELECT user_id, decision FROM payout_run_member WHERE run_id = 'run_m'");
  const wanted = users.map(({ userId, methods }) => [userId, whyNoMethod(methods, AS_OF)?.reason ?? 'verification_missing'] as const);
  expect(Object.fromEntries(frozen.rows.map(({ user_id, decision }) => [user_id, decision]))).toEqual(Object.fromEntries(wanted));
  expect(new Set(wanted.map(([, reason]) => reason)).size).toBe(4);
});

test('from when the first of those that cool down can be used', () => {
  const cooling = (id: string, usableFrom: string): DestinationTimes => ({ id, createdAt: LONG_AGO, confirmedAt: DAYS_AGO, usableFrom, removedAt: null });
  expect(whyNoMethod([cooling('a', '2026-11-25T00:00:00.000Z'), cooling('b', '2026-11-24T00:00:00.000Z')], AS_OF)).toEqual({ reason: 'destination_cooling_down', until: '2026-11-24T00:00:00.000Z' });
});
