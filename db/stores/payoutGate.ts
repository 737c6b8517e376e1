import type { PayeeVerdict, Standing } from '../../domain/verification/gate.ts';

/** Whether a method `d`, where it is a trading account, is one of a verified link of its user, and his ownership of it was not rejected since (`ownTradingAccount` says it when it is added). */
export const OWN_DESTINATION_SQL = `(d.trading_account_id IS NULL OR EXISTS (SELECT FROM account_link l WHERE l.trading_account_id = d.trading_account_id AND l.user_id = d.user_id AND l.status = 'verified')
  AND coalesce((SELECT v.state <> 'rejected' FROM ownership_verification v JOIN account_link k ON k.id = v.account_link_id WHERE v.user_id = d.user_id AND k.trading_account_id = d.trading_account_id
    AND v.state IN ('confirmed', 'rejected') ORDER BY v.decided_at DESC, v.id DESC LIMIT 1), true))`;
/** Methods `d` that can be used at `asOf` (an SQL expression): the rule of domain/payouts/destinations.ts; a test compares the two. */
export const usableSql = (asOf: string): string => `d.removed_at IS NULL AND d.confirmed_at IS NOT NULL AND d.usable_from <= ${asOf}::timestamptz`;
/** The method in use of user `u.id` at `asOf`: the newest that is confirmed, has cooled down and was not removed. */
export const methodSql = (asOf: string): string =>
  `SELECT d.id, d.rail, d.destination, d.payee, ${OWN_DESTINATION_SQL} AS own FROM payout_method d WHERE d.user_id = u.id AND ${usableSql(asOf)} ORDER BY d.created_at DESC, d.id DESC LIMIT 1`;
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
       WHEN NOT m.own THEN 'destination_not_own'
       WHEN o.user_id IS NULL THEN 'ownership_missing'`;

/** Columns of a standing, of `p` (LEFT JOIN user_profile), `m` (methodSql) and `o` (ownersSql). */
export const STANDING_SQL = 'p.verification, p.screening, p.screened_until, m.payee, m.own, o.user_id IS NOT NULL AS confirmed';
export interface StandingRow { verification: Standing['verification'] | null; screening: Standing['screening'] | null; screened_until: Date | null; payee: PayeeVerdict | null; own: boolean | null; confirmed: boolean }
export const standingOf = (row: StandingRow): Standing => ({
  verification: row.verification ?? 'not_started', screening: row.screening ?? 'none', screenedUntil: row.screened_until?.toISOString() ?? null, payee: row.payee, destinationOwn: row.own ?? true, ownershipConfirmed: row.confirmed,
});
