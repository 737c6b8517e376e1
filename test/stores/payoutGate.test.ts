import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { createPool, withTransaction } from '../../db/connection.ts';
import { gateSql, methodSql, ownersSql } from '../../db/stores/payoutGate.ts';
import { lockCandidates } from '../../db/stores/payoutPlanning.ts';
import { PAYEE_VERDICTS } from '../../domain/verification/gate.ts';
import { SCREENING_STATES } from '../../domain/verification/screenings.ts';
import { VERIFICATION_STATES } from '../../domain/verification/states.ts';
import { seedBase, seedUser } from '../../scripts/chaos/seed.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

const AS_OF = '2026-11-23T09:00:00.000Z';
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

/** Written out here once more, as the table of who is paid. */
function expected(verification: string | null, screening: string, fresh: boolean, payee: string, owns: boolean): string {
  if (verification === null || verification === 'not_started' || verification === 'expired') return 'verification_missing';
  if (verification === 'submitted' || verification === 'asked_again') return 'verification_pending';
  if (verification === 'rejected') return 'verification_rejected';
  if (screening === 'hit' || screening === 'confirmed') return 'screening_hit';
  if ((screening !== 'clear' && screening !== 'cleared') || !fresh) return 'screening_due';
  if (payee === 'differs' || payee === 'unjudged') return 'payee_name_differs';
  return owns ? 'to_pay' : 'ownership_missing';
}

test('freezing (SQL) and planning (domain) say the same of every combination, and it is what the table says', async () => {
  await seedBase(pool);
  const cases: { id: string; wanted: string }[] = [];
  for (const verification of [null, ...VERIFICATION_STATES]) {
    // What comes after the verification matters only where it is approved.
    const whole = verification === 'approved';
    for (const screening of whole ? ['none', ...SCREENING_STATES] : ['clear']) for (const until of whole ? [null, AS_OF, '2026-11-23T09:00:00.001Z'] : ['2027-01-01T00:00:00.000Z']) {
      for (const payee of whole ? PAYEE_VERDICTS : ['matches']) for (const owns of whole ? [true, false] : [true]) {
        const { userId } = await seedUser(pool, { verified: false, ownership: owns ? 'confirmed' : 'missing' });
        if (verification !== null) await pool.query('INSERT INTO user_profile (user_id, verification, screening, screened_until, changed_at) VALUES ($1, $2, $3, $4, $5)', [userId, verification, screening, until, AS_OF]);
        await pool.query('UPDATE payout_method SET payee = $2 WHERE user_id = $1', [userId, payee]);
        cases.push({ id: userId, wanted: expected(verification, screening, until !== null && until > AS_OF, payee, owns) });
      }
    }
  }
  const wanted = Object.fromEntries(cases.map(({ id, wanted: decision }) => [id, decision]));
  expect(new Set(Object.values(wanted)).size).toBe(8);
  const { rows } = await pool.query<{ id: string; decision: string }>(
    `SELECT u.id, CASE ${gateSql('$1')} ELSE 'to_pay' END AS decision FROM app_user u LEFT JOIN user_profile p ON p.user_id = u.id LEFT JOIN LATERAL (${methodSql('$1')}) m ON true LEFT JOIN ${ownersSql()} o ON o.user_id = u.id`, [AS_OF]);
  expect(Object.fromEntries(rows.map((row) => [row.id, row.decision]))).toEqual(wanted);
  const candidates = await withTransaction(pool, (tx) => lockCandidates(tx, cases.map(({ id }) => id), AS_OF));
  expect(Object.fromEntries([...candidates].map(([id, { blockedBy }]) => [id, blockedBy[0] ?? 'to_pay']))).toEqual(wanted);
});
