import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { Hold } from './holds.ts';
import type { Page } from './page.ts';

export type AccrualState = 'pending' | 'available' | 'held' | 'reversed';

/** What one trading account earned in one report version; amounts in USD, instants ISO. */
export interface Accrual {
  id: string;
  seq: string;
  reportId: string;
  brokerId: string;
  periodId: string;
  /** The report period [from, to). */
  periodFrom: string;
  periodTo: string;
  userId: string;
  tradingAccountId: string;
  accountLinkId: string;
  amount: string;
  takenBack: string;
  heldAmount: string;
  state: AccrualState;
  onHold: boolean;
  postedAt: string;
  clearsAt: string;
  clearedAt: string | null;
}

type Raw = Omit<Accrual, 'postedAt' | 'clearsAt' | 'clearedAt' | 'periodFrom' | 'periodTo'> & { periodFrom: Date; periodTo: Date; postedAt: Date; clearsAt: Date; clearedAt: Date | null };

const SELECT = `SELECT a.id, a.seq, r.id AS "reportId", a.broker_id AS "brokerId", a.period_id AS "periodId", p.period_from AS "periodFrom", p.period_to AS "periodTo", a.user_id AS "userId", a.trading_account_id AS "tradingAccountId",
    a.account_link_id AS "accountLinkId", trim_scale(a.amount)::text AS amount, trim_scale(a.taken_back)::text AS "takenBack", trim_scale(a.held_amount)::text AS "heldAmount", a.state,
    EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.released_at IS NULL) AS "onHold",
    a.posted_at AS "postedAt", a.clears_at AS "clearsAt", a.cleared_at AS "clearedAt"
  FROM accrual a JOIN report r ON r.no = a.report_no JOIN report_period p ON p.id = a.period_id`;

const asAccrual = (row: Raw): Accrual => ({ ...row, periodFrom: row.periodFrom.toISOString(), periodTo: row.periodTo.toISOString(), postedAt: row.postedAt.toISOString(), clearsAt: row.clearsAt.toISOString(), clearedAt: row.clearedAt?.toISOString() ?? null });

/** @throws Problem ACCRUAL_UNKNOWN */
export async function getAccrual(source: SqlSource, accrualId: string): Promise<Accrual> {
  const found = await sqlOf(source).query<Raw>(`${SELECT} WHERE a.id = $1`, [accrualId]);
  const row = found.rows[0];
  if (row === undefined) throw new Problem('ACCRUAL_UNKNOWN', `No accrual "${accrualId}" exists.`, { status: 404 });
  return asAccrual(row);
}

/** `from` and `to` (ISO instants, `to` exclusive) are about when it was posted. */
export interface AccrualFilter {
  userId?: string; brokerId?: string; reportId?: string; periodId?: string; accountLinkId?: string; tradingAccountId?: string; state?: AccrualState; onHold?: boolean; from?: string; to?: string;
}

/** Newest first; `before` is the `seq` to continue after. */
export async function listAccruals(source: SqlSource, filter: AccrualFilter, page: { before: string | null; limit: number }): Promise<Accrual[]> {
  const found = await sqlOf(source).query<Raw>(
    `${SELECT} WHERE ($1::text IS NULL OR a.user_id = $1) AND ($2::text IS NULL OR a.broker_id = $2) AND ($3::text IS NULL OR r.id = $3) AND ($4::text IS NULL OR a.state = $4)
       AND ($5::boolean IS NULL OR $5 = EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.released_at IS NULL)) AND ($6::bigint IS NULL OR a.seq < $6)
       AND ($8::text IS NULL OR a.period_id = $8) AND ($9::text IS NULL OR a.account_link_id = $9) AND ($10::text IS NULL OR a.trading_account_id = $10)
       AND ($11::timestamptz IS NULL OR a.posted_at >= $11) AND ($12::timestamptz IS NULL OR a.posted_at < $12)
     ORDER BY a.seq DESC LIMIT $7`,
    [filter.userId ?? null, filter.brokerId ?? null, filter.reportId ?? null, filter.state ?? null, filter.onHold ?? null, page.before, page.limit,
      filter.periodId ?? null, filter.accountLinkId ?? null, filter.tradingAccountId ?? null, filter.from ?? null, filter.to ?? null]);
  return found.rows.map(asAccrual);
}

/** Pending accruals, of one report or of all (null), oldest first after `seq`: those whose workflow must run. */
export async function pendingAccruals(source: SqlSource, reportId: string | null, page: { after: string | null; limit: number }): Promise<Accrual[]> {
  const found = await sqlOf(source).query<Raw>(
    `${SELECT} WHERE a.state = 'pending' AND ($1::text IS NULL OR r.id = $1) AND ($2::bigint IS NULL OR a.seq > $2) ORDER BY a.seq LIMIT $3`, [reportId, page.after, page.limit]);
  return found.rows.map(asAccrual);
}

/** The holds of many accruals in one statement: accrual id → holds, oldest first. */
export async function holdsOf(source: SqlSource, accrualIds: readonly string[]): Promise<Map<string, Hold[]>> {
  const found = await sqlOf(source).query<RawHold>(`${HOLD} WHERE accrual_id = ANY ($1) ORDER BY id`, [accrualIds]);
  return Map.groupBy(found.rows.map(asHold), ({ accrualId }) => accrualId);
}

/** The holds of an accrual, oldest first, open and released unless `open` says which. */
export async function accrualHolds(source: SqlSource, accrualId: string, filter: { open?: boolean | undefined } = {}, page: Partial<Page> = {}): Promise<Hold[]> {
  const found = await sqlOf(source).query<RawHold>(
    `${HOLD} WHERE accrual_id = $1 AND ($2::boolean IS NULL OR $2 = (released_at IS NULL)) AND ($3::text IS NULL OR id > $3) ORDER BY id LIMIT $4`,
    [accrualId, filter.open ?? null, page.after ?? null, page.limit ?? null]);
  return found.rows.map(asHold);
}

type RawHold = Omit<Hold, 'placedAt' | 'releasedAt'> & { placedAt: Date; releasedAt: Date | null };
const HOLD = 'SELECT id, accrual_id AS "accrualId", reason, note, placed_by AS "placedBy", placed_at AS "placedAt", released_by AS "releasedBy", released_at AS "releasedAt" FROM hold';
const asHold = (row: RawHold): Hold => ({ ...row, placedAt: row.placedAt.toISOString(), releasedAt: row.releasedAt?.toISOString() ?? null });
