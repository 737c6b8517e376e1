import { type SqlSource, sqlOf } from '../connection.ts';

/**
 * USD that other runs froze on the UTC day of `at`, and what was planned on it by runs frozen on another day (approved late). What a run froze counts whole, for all of it may be paid;
 * a refused run counts nothing.
 */
export async function paidOutOn(source: SqlSource, at: string, exceptRunId: string): Promise<string> {
  const from = `${at.slice(0, 10)}T00:00:00.000Z`;
  const to = new Date(Date.parse(from) + 86_400_000).toISOString();
  const { rows } = await sqlOf(source).query<{ total: string }>(
    `SELECT trim_scale(coalesce((SELECT sum(r.total) FROM payout_run r WHERE r.frozen_at >= $1 AND r.frozen_at < $2 AND r.state <> 'refused' AND r.id <> $3), 0)
       + coalesce((SELECT sum(p.amount) FROM payout p JOIN payout_run r ON r.id = p.run_id WHERE p.planned_at >= $1 AND p.planned_at < $2 AND r.id <> $3
           AND (r.frozen_at IS NULL OR r.frozen_at < $1 OR r.frozen_at >= $2)), 0))::text AS total`, [from, to, exceptRunId]);
  return rows[0]!.total;
}
