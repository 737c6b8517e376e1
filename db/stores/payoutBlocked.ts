import { type GateDecision, gateReasons, type Standing } from '../../domain/verification/gate.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { OWN_DESTINATION_SQL } from './payoutGate.ts';

interface Row extends Omit<Standing, 'screenedUntil' | 'verification' | 'screening'> { active: boolean; verification: Standing['verification'] | null; screening: Standing['screening'] | null; screenedUntil: Date | null }

/**
 * What has come between a payout and its sending since it was planned, of several the first; null: nothing. Payee: that of the payout's
 * own method. A screening that became too old meanwhile is none.
 */
export async function blockedSince(source: SqlSource, payoutId: string, asOf: string): Promise<GateDecision | 'suspended' | null> {
  const { rows: [row] } = await sqlOf(source).query<Row>(
    `SELECT u.status = 'active' AS active, p.verification, p.screening, p.screened_until AS "screenedUntil", d.payee, ${OWN_DESTINATION_SQL} AS "destinationOwn",
       EXISTS (SELECT FROM ownership_verification v WHERE v.user_id = u.id AND v.state = 'confirmed') AS "ownershipConfirmed"
     FROM payout t JOIN app_user u ON u.id = t.user_id JOIN payout_method d ON d.id = t.method_id LEFT JOIN user_profile p ON p.user_id = u.id WHERE t.id = $1`, [payoutId]);
  if (row === undefined) return null;
  if (!row.active) return 'suspended';
  const standing = { ...row, verification: row.verification ?? 'not_started', screening: row.screening ?? 'none', screenedUntil: row.screenedUntil?.toISOString() ?? null } as const;
  return gateReasons(standing, asOf).find((reason) => reason !== 'screening_due') ?? null;
}
