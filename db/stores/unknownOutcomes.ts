import type { Pool } from 'pg';
import type { AttemptState, PayoutState } from '../../domain/payouts/states.ts';
import { type SqlSource, sqlOf, withTransaction } from '../connection.ts';
import { keepDifferences } from './reconciliationCases.ts';

/** A lost answer is looked up within seconds: only what is unknown for longer than this after its last send is somebody's work. */
const AFTER_MINUTES = 10;

/**
 * Opens a case for every payout whose outcome is unknown and that has none, without asking any rail, and closes those whose outcome has come. Between two reconciliations nobody has to wait for the next one.
 * `at`: ISO instant.
 */
export async function noteUnknownOutcomes(pool: Pool, at: string): Promise<void> {
  const { rows } = await pool.query<{ id: string; rail: string; detail: string | null; attempts: number; attemptId: string }>(
    `SELECT p.id, p.rail, a.detail, a.no AS attempts, a.id AS "attemptId" FROM payout p
     CROSS JOIN LATERAL (SELECT id, no, detail, last_sent_at FROM payout_attempt WHERE payout_id = p.id ORDER BY open DESC, no DESC LIMIT 1) a
     WHERE p.state = 'unknown' AND a.last_sent_at < $1::timestamptz - make_interval(mins => $2)
       AND NOT EXISTS (SELECT FROM reconciliation_case c WHERE c.rail = p.rail AND c.code = 'UNKNOWN_OUTCOME' AND c.subject = p.id AND c.closed_at IS NULL) ORDER BY p.rail, p.id`, [at, AFTER_MINUTES]);
  for (const [rail, of] of Map.groupBy(rows, (row) => row.rail)) {
    const differences = of.map(({ id, detail, attempts, attemptId }) => ({
      code: 'UNKNOWN_OUTCOME' as const, subject: id, payoutId: id, detail: `Nobody knows whether it was paid.${detail === null ? '' : ` Last answer: ${detail}`}`, facts: { state: 'unknown', attempts: String(attempts), attemptId },
    }));
    await withTransaction(pool, (tx) => keepDifferences(tx, { rail, at, differences, judged: [] }));
  }
  await pool.query(
    `UPDATE reconciliation_case c SET closed_at = $1, closed_by = 'system:sweep', close_reason = 'Its outcome is known: ' || p.state FROM payout p
     WHERE c.code = 'UNKNOWN_OUTCOME' AND c.closed_at IS NULL AND p.id = c.payout_id AND p.state <> 'unknown'`, [at]);
}

/** A payout's latest attempt as far as deciding about it goes. ISO instants. */
export interface LatestAttempt { id: string; payoutId: string; payoutState: PayoutState; state: AttemptState; firstSentAt: string | null; lastSentAt: string | null; acceptedAt: string | null; expiresAt: string | null }

/** By payout id; none of a payout without attempts. */
export async function latestAttempts(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, LatestAttempt>> {
  type Row = Omit<LatestAttempt, 'firstSentAt' | 'lastSentAt' | 'acceptedAt' | 'expiresAt'> & Record<'firstSentAt' | 'lastSentAt' | 'acceptedAt' | 'expiresAt', Date | null>;
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT DISTINCT ON (a.payout_id) a.id, a.payout_id AS "payoutId", p.state AS "payoutState", a.state, a.first_sent_at AS "firstSentAt", a.last_sent_at AS "lastSentAt", a.accepted_at AS "acceptedAt", a.expires_at AS "expiresAt"
     FROM payout_attempt a JOIN payout p ON p.id = a.payout_id WHERE a.payout_id = ANY ($1) ORDER BY a.payout_id, a.open DESC, a.no DESC`, [payoutIds]);
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return new Map(rows.map((row) => [row.payoutId, { ...row, firstSentAt: iso(row.firstSentAt), lastSentAt: iso(row.lastSentAt), acceptedAt: iso(row.acceptedAt), expiresAt: iso(row.expiresAt) }]));
}

/** A payout as a case shows it. `amount`: USD. */
export interface PayoutOfCase { state: PayoutState; amount: string; payAmount: string; payCurrency: string; userId: string; detail: string | null; railReference: string | null }

/** By payout id. */
export async function payoutsOfCases(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, PayoutOfCase>> {
  const { rows } = await sqlOf(source).query<PayoutOfCase & { id: string }>(
    `SELECT id, state, amount, coalesce(pay_amount, amount) AS "payAmount", pay_currency AS "payCurrency", user_id AS "userId", detail, rail_reference AS "railReference" FROM payout WHERE id = ANY ($1)`, [payoutIds]);
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}
