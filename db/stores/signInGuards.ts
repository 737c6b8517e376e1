import type { LockStep } from '../../domain/identity/limits.ts';
import { FAILURES_FORGOTTEN_HOURS } from '../../domain/identity/limits.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

export interface Attempt { failures: number; /** Set where a failure of this attempt locks. */ lockedUntil: string | null }

/**
 * Counts an attempt as failed before it is made: many at once cannot slip in before the first has failed. Null: locked, it must not
 * be made. Whoever succeeds takes it back.
 */
export async function beginAttempt(source: SqlSource, subject: string, steps: readonly LockStep[], at: string): Promise<Attempt | null> {
  const { rows } = await sqlOf(source).query<{ failures: number; locked_until: Date | null }>(
    `INSERT INTO sign_in_guard AS g (subject, failures, last_at) VALUES ($1, 1, $2)
     ON CONFLICT (subject) DO UPDATE SET last_at = $2::timestamptz,
       failures = CASE WHEN g.last_at < $2::timestamptz - make_interval(hours => $5) THEN 1 ELSE g.failures + 1 END,
       locked_until = $2::timestamptz + make_interval(mins => (SELECT max(s.minutes) FROM unnest($3::int[], $4::int[]) AS s(failures, minutes)
         WHERE s.failures <= CASE WHEN g.last_at < $2::timestamptz - make_interval(hours => $5) THEN 1 ELSE g.failures + 1 END))
     WHERE g.locked_until IS NULL OR g.locked_until <= $2::timestamptz
     RETURNING failures, locked_until`,
    [subject, at, steps.map((step) => step.failures), steps.map((step) => step.minutes), FAILURES_FORGOTTEN_HOURS]);
  const row = rows[0];
  return row === undefined ? null : { failures: row.failures, lockedUntil: row.locked_until?.toISOString() ?? null };
}

/** It did not fail: as if it had not been made. A lock that another attempt has set meanwhile stays. */
export async function takeBackAttempt(source: SqlSource, subject: string, attempt: Attempt): Promise<void> {
  await sqlOf(source).query('UPDATE sign_in_guard SET failures = greatest(failures - 1, 0), locked_until = CASE WHEN locked_until = $2 THEN NULL ELSE locked_until END WHERE subject = $1',
    [subject, attempt.lockedUntil]);
}

/** No failure counts any more. */
export async function clearAttempts(source: SqlSource, subjects: readonly string[]): Promise<void> {
  await sqlOf(source).query('DELETE FROM sign_in_guard WHERE subject = ANY($1)', [subjects]);
}

/** Until when it is locked, null: not. */
export async function lockedUntil(source: SqlSource, subject: string, at: string): Promise<string | null> {
  const { rows } = await sqlOf(source).query<{ locked_until: Date }>('SELECT locked_until FROM sign_in_guard WHERE subject = $1 AND locked_until > $2', [subject, at]);
  return rows[0]?.locked_until.toISOString() ?? null;
}

/** Removes guards that have been quiet for so long that they count for nothing; answers how many. */
export async function forgetQuietGuards(source: SqlSource, at: string): Promise<number> {
  const { rowCount } = await sqlOf(source).query(
    'DELETE FROM sign_in_guard WHERE last_at < $1::timestamptz - make_interval(hours => $2) AND (locked_until IS NULL OR locked_until <= $1::timestamptz)', [at, FAILURES_FORGOTTEN_HOURS]);
  return rowCount ?? 0;
}
