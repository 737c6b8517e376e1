import { type SqlSource, sqlOf } from '../connection.ts';

export interface OwnTradingAccountQuestion { userId: string; brokerId: string; server: string; login: string; /** ISO instant. */ asOf: string }
export type OwnTradingAccount = { ok: true; tradingAccountId: string } | { ok: false; code: 'DESTINATION_NOT_OWN'; reason: string };

interface Row { id: string; requested: boolean; verified: boolean; ended: boolean; rejected: boolean }

/**
 * Whether a trading account may be credited with a user's money at `asOf`: it is registered, a link of his own with it was verified by then and has not ended by then, and his
 * ownership of it was not rejected when it was last decided. Nothing is said of other people's links: the account of another is one that is not linked.
 */
export async function ownTradingAccount(source: SqlSource, { userId, brokerId, server, login, asOf }: OwnTradingAccountQuestion): Promise<OwnTradingAccount> {
  const { rows: [row] } = await sqlOf(source).query<Row>(
    `SELECT t.id, coalesce(bool_or(l.status = 'requested'), false) AS requested,
            coalesce(bool_or(l.status IN ('verified', 'ended') AND coalesce(l.decided_at, l.requested_at) <= $5 AND (l.ended_at IS NULL OR l.ended_at > $5)), false) AS verified,
            coalesce(bool_or(l.status = 'ended'), false) AS ended,
            coalesce((SELECT o.state = 'rejected' FROM ownership_verification o JOIN account_link ol ON ol.id = o.account_link_id
                      WHERE o.user_id = $1 AND ol.trading_account_id = t.id AND o.state IN ('confirmed', 'rejected') AND o.decided_at <= $5
                      ORDER BY o.decided_at DESC, o.id DESC LIMIT 1), false) AS rejected
     FROM trading_account t LEFT JOIN account_link l ON l.trading_account_id = t.id AND l.user_id = $1
     WHERE t.broker_id = $2 AND t.server = $3 AND t.login = $4 GROUP BY t.id`, [userId, brokerId, server, login, asOf]);
  if (row?.verified === true && !row.rejected) return { ok: true, tradingAccountId: row.id };
  return { ok: false, code: 'DESTINATION_NOT_OWN', reason: why(row, `The trading account ${login} on ${server}`) };
}

function why(row: Row | undefined, account: string): string {
  if (row?.verified) return `${account} is linked with you, but your proof that it is yours was rejected; give new evidence for it.`;
  if (row?.requested) return `${account} is not verified as yours yet; it can be credited once your link with it is confirmed.`;
  if (row?.ended) return `${account} is no longer linked with you; link it again, or choose another account.`;
  return `${account} is not linked with you; link it first, or choose one of your verified accounts.`;
}
