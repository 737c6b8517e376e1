import type { AttemptState } from '../../domain/payouts/states.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** An attempt as people may see it: without the bytes that were signed. Instants ISO. */
export interface AttemptView {
  id: string; no: number; state: AttemptState; railReference: string | null; detail: string | null; sends: number; looks: number;
  preparedAt: string; firstSentAt: string | null; lastSentAt: string | null; closedAt: string | null;
}

/** What each payout's latest attempt keeps for its rail: payout id → facts. */
export async function latestFacts(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, Record<string, string>>> {
  const { rows } = await sqlOf(source).query<{ payoutId: string; facts: Record<string, string> }>('SELECT DISTINCT ON (payout_id) payout_id AS "payoutId", facts FROM payout_attempt WHERE payout_id = ANY ($1) ORDER BY payout_id, open DESC, no DESC', [payoutIds]);
  return new Map(rows.map(({ payoutId, facts }) => [payoutId, facts]));
}

/** A payout's attempts, oldest first. */
export async function listAttempts(source: SqlSource, payoutId: string): Promise<AttemptView[]> {
  return (await attemptsOf(source, [payoutId])).get(payoutId) ?? [];
}

/** The same of many payouts in one statement: payout id → attempts. */
export async function attemptsOf(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, AttemptView[]>> {
  type Row = Omit<AttemptView, 'preparedAt' | 'firstSentAt' | 'lastSentAt' | 'closedAt'> & { payoutId: string; preparedAt: Date; firstSentAt: Date | null; lastSentAt: Date | null; closedAt: Date | null };
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT id, payout_id AS "payoutId", no, state, rail_reference AS "railReference", detail, sends, looks, prepared_at AS "preparedAt", first_sent_at AS "firstSentAt", last_sent_at AS "lastSentAt", closed_at AS "closedAt"
     FROM payout_attempt WHERE payout_id = ANY ($1) ORDER BY no`, [payoutIds]);
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  const shown = rows.map(({ payoutId, ...row }) => ({ payoutId, attempt: { ...row, preparedAt: row.preparedAt.toISOString(), firstSentAt: iso(row.firstSentAt), lastSentAt: iso(row.lastSentAt), closedAt: iso(row.closedAt) } }));
  return new Map([...Map.groupBy(shown, ({ payoutId }) => payoutId)].map(([id, list]) => [id, list.map(({ attempt }) => attempt)]));
}
