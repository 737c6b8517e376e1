import { fundingWaits, NEXT_STEPS, shownToUser } from '../../domain/verification/nextSteps.ts';
import { type GateDecision, gateReasons, type PayeeVerdict, type Standing } from '../../domain/verification/gate.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { availableBeyondRoom } from './exposureFigures.ts';

/** The method in use of user `u.id`: the newest that was not removed. */
export const METHOD_SQL = 'SELECT id, rail, destination, payee FROM payout_method WHERE user_id = u.id AND removed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1';
/** Who has proved an account to be his, to be joined as `o`: once for all, because a look-up for each user is slow whenever the statistics are old. */
export const ownersSql = (among = ''): string => `(SELECT DISTINCT user_id FROM ownership_verification WHERE state = 'confirmed'${among})`;

/**
 * The branches of a CASE that name what first blocks user `u` with profile `p`, method `m` and ownership `o` at the instant `asOf`: the first of
 * `gateReasons`, in SQL, for a whole run at once. A test compares the two over every combination.
 */
export const gateSql = (asOf: string): string => `
       WHEN p.user_id IS NULL OR p.verification IN ('not_started', 'expired') THEN 'verification_missing'
       WHEN p.verification IN ('submitted', 'asked_again') THEN 'verification_pending'
       WHEN p.verification = 'rejected' THEN 'verification_rejected'
       WHEN p.screening IN ('hit', 'confirmed') THEN 'screening_hit'
       WHEN p.screening NOT IN ('clear', 'cleared') OR p.screened_until IS NULL OR p.screened_until <= ${asOf}::timestamptz THEN 'screening_due'
       WHEN m.payee IN ('differs', 'unjudged') THEN 'payee_name_differs'
       WHEN o.user_id IS NULL THEN 'ownership_missing'`;

/** Columns of a standing, of `p` (LEFT JOIN user_profile), `m` (METHOD_SQL) and `o` (ownersSql). */
export const STANDING_SQL = 'p.verification, p.screening, p.screened_until, m.payee, o.user_id IS NOT NULL AS confirmed';
export interface StandingRow { verification: Standing['verification'] | null; screening: Standing['screening'] | null; screened_until: Date | null; payee: PayeeVerdict | null; confirmed: boolean }
export const standingOf = (row: StandingRow): Standing => ({
  verification: row.verification ?? 'not_started', screening: row.screening ?? 'none', screenedUntil: row.screened_until?.toISOString() ?? null, payee: row.payee, ownershipConfirmed: row.confirmed,
});

export interface Readiness { userId: string; ready: boolean; reasons: { code: GateDecision | 'suspended' | 'no_method' | 'broker_funding'; why: string; nextStep: string }[] }

/**
 * Everything that would keep a user from being paid at `asOf`, whatever his balance, as the reader may know it; also what of it waits for a broker's payment. `ready`: something of
 * it can be paid. The user exists.
 */
export async function payoutReadiness(source: SqlSource, userId: string, asOf: string, reader: 'user' | 'operator'): Promise<Readiness> {
  const { rows: [row] } = await sqlOf(source).query<StandingRow & { active: boolean; method_id: string | null }>(
    `SELECT u.status = 'active' AS active, m.id AS method_id, ${STANDING_SQL}
     FROM app_user u LEFT JOIN user_profile p ON p.user_id = u.id LEFT JOIN LATERAL (${METHOD_SQL}) m ON true LEFT JOIN ${ownersSql(' AND user_id = $1')} o ON o.user_id = u.id WHERE u.id = $1`, [userId]);
  const codes: (GateDecision | 'suspended' | 'no_method')[] = row === undefined ? [] : [
    ...(row.active ? [] : ['suspended' as const]), ...(row.method_id === null ? ['no_method' as const] : []), ...gateReasons(standingOf(row), asOf).map((code) => (reader === 'user' ? shownToUser(code) : code)),
  ];
  const { waiting, rest } = await availableBeyondRoom(source, userId, asOf);
  return {
    userId, ready: codes.length === 0 && (waiting.length === 0 || rest),
    reasons: [...codes.map((code) => ({ code, ...NEXT_STEPS[code] })), ...waiting.map(({ name, amount }) => ({ code: 'broker_funding' as const, ...fundingWaits(name, amount) }))],
  };
}
