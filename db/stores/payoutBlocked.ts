import { type GateDecision, gateReasons, type Standing } from '../../domain/verification/gate.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { OWN_DESTINATION_SQL } from './payoutGate.ts';

interface Row extends Omit<Standing, 'screenedUntil' | 'verification' | 'screening'> { payoutId: string; active: boolean; disowned: boolean; verification: Standing['verification'] | null; screening: Standing['screening'] | null; screenedUntil: Date | null }

/** `destination_disowned`: it was said of the method that it is not the user's; one that was only removed is still paid. */
export type Blocked = GateDecision | 'suspended' | 'destination_disowned';

/**
 * What has come between payouts and their sending since they were planned, of several the first: payout id → reason; of those that may be paid nothing. Payee: that of the payout's own
 * method. A screening that became too old meanwhile is none.
 */
export async function blockedAmong(source: SqlSource, payoutIds: readonly string[], asOf: string): Promise<Map<string, Blocked>> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT t.id AS "payoutId", u.status = 'active' AS active, d.disowned_at IS NOT NULL AS disowned, p.verification, p.screening, p.screened_until AS "screenedUntil", d.payee, ${OWN_DESTINATION_SQL} AS "destinationOwn",
       EXISTS (SELECT FROM ownership_verification v WHERE v.user_id = u.id AND v.state = 'confirmed') AS "ownershipConfirmed"
     FROM payout t JOIN app_user u ON u.id = t.user_id JOIN payout_method d ON d.id = t.method_id LEFT JOIN user_profile p ON p.user_id = u.id WHERE t.id = ANY ($1)`, [payoutIds]);
  return new Map(rows.flatMap((row) => {
    const reason = reasonOf(row, asOf);
    return reason === null ? [] : [[row.payoutId, reason]];
  }));
}

/** The same of one payout; null: he may be paid. */
export const blockedSince = async (source: SqlSource, payoutId: string, asOf: string): Promise<Blocked | null> => (await blockedAmong(source, [payoutId], asOf)).get(payoutId) ?? null;

function reasonOf(row: Row, asOf: string): Blocked | null {
  if (!row.active) return 'suspended';
  if (row.disowned) return 'destination_disowned';
  const standing = { ...row, verification: row.verification ?? 'not_started', screening: row.screening ?? 'none', screenedUntil: row.screenedUntil?.toISOString() ?? null } as const;
  return gateReasons(standing, asOf).find((reason) => reason !== 'screening_due') ?? null;
}
