import { Problem } from '../../domain/problem.ts';
import type { Pool } from 'pg';
import { sqlState, type Tx, withTransaction } from '../connection.ts';
import { type FoundLine, type LineRow, withHistory } from './lineHistory.ts';

/** What is looked for; joined by *and*. `from` and `to` (ISO instants, `to` exclusive) are about the trade's close. */
export interface LineSearch {
  brokerId?: string; ticket?: string; account?: string; server?: string; periodId?: string; reportId?: string; from?: string; to?: string;
  outcome?: string; reason?: string; symbol?: string;
  /** Lines of accounts that are or were linked to this user. */
  userId?: string;
  /** Only what the user may be shown of them: see `OWN`. */
  own?: boolean;
  /** ISO instant: outcomes and money that became known later are left out, and so are reports that arrived later. */
  asKnownOn?: string;
}

/** The place of a line in the order of the search: arrival of its report, row. */
export interface LinePlace { no: string; row: number }

/** A search that reads more than an index can answer quickly is ended, not left to run. */
const LONGEST_MS = 20_000;

/**
 * Lines of all reports, the newest report first and the last row first, each with every outcome it has had and what it earned.
 * @throws Problem SEARCH_TOO_WIDE where no index narrows it down
 */
export async function searchLines(pool: Pool, search: LineSearch, page: { before: LinePlace | null; limit: number }, longest = LONGEST_MS): Promise<FoundLine[]> {
  try {
    return await withTransaction(pool, async (tx) => {
      await tx.client.query(`SET LOCAL statement_timeout = ${longest}`);
      return withHistory(tx, await found(tx, search, page), search.asKnownOn ?? null);
    });
  } catch (error) {
    if (sqlState(error) !== '57014') throw error;
    throw new Problem('SEARCH_TOO_WIDE', 'The search reads too many lines; name a ticket, an account, a report period or a report.');
  }
}

/**
 * What a trader is shown of a line: it could be read (in one that could not, cells may have run into those of other people), and it
 * belongs to the time of his own verified link, or to no other user's: an account may have had another owner before him or after.
 */
const OWN = `l.malformed IS NULL AND (k.ended_at IS NULL OR coalesce(l.period_start, l.close_time) IS NULL OR coalesce(l.period_start, l.close_time) < k.ended_at)
  AND (coalesce(l.period_start, l.close_time) >= k.requested_at
    OR NOT EXISTS (SELECT FROM account_link h WHERE h.trading_account_id = a.id AND h.user_id <> k.user_id AND h.status IN ('verified', 'ended')))`;

async function found(tx: Tx, search: LineSearch, { before, limit }: { before: LinePlace | null; limit: number }): Promise<LineRow[]> {
  const parameters: unknown[] = [];
  const $ = (value: unknown): string => `$${parameters.push(value)}`;
  const on = (column: string, value: string | undefined): string => (value === undefined ? '' : ` AND ${column} = ${$(value)}`);
  const known = search.asKnownOn === undefined ? null : `${$(search.asKnownOn)}::timestamptz`;

  const ofReport = `r.state NOT IN ('received', 'unchanged')${on('r.broker_id', search.brokerId)}${on('r.period_id', search.periodId)}${on('r.id', search.reportId)}`
    + (known === null ? '' : ` AND r.received_at <= ${known}`) + (before === null ? '' : ` AND r.no <= ${$(before.no)}::bigint`);
  const account = search.userId === undefined ? '' : ` AND EXISTS (SELECT FROM trading_account a JOIN account_link k ON k.trading_account_id = a.id
      WHERE a.broker_id = r.broker_id AND a.server = l.server AND a.login = l.account AND k.user_id = ${$(search.userId)} AND k.status IN ('verified', 'ended')${search.own ? ` AND ${OWN}` : ''})`;
  const ofLine = on('l.ticket', search.ticket) + on('l.account', search.account) + on('l.server', search.server) + on('l.symbol', search.symbol)
    + (search.from === undefined ? '' : ` AND l.close_time >= ${$(search.from)}`) + (search.to === undefined ? '' : ` AND l.close_time < ${$(search.to)}`) + account
    + (before === null ? '' : ` AND (l.report_no, l.row_number) < (${$(before.no)}::bigint, ${$(before.row)}::int)`);
  const outcome = `LEFT JOIN LATERAL (SELECT o.* FROM line_outcome o WHERE o.report_no = l.report_no AND o.row_number = l.row_number${known === null ? '' : ` AND coalesce(o.known_at, r.posted_at) <= ${known}`}
      ORDER BY o.revision DESC LIMIT 1) o ON true`;
  const ofOutcome = on('o.outcome', search.outcome) + on('o.reason', search.reason);

  const columns = `l.*, o.outcome, o.reason, o.detail, o.lots AS counted, o.amount AS earned`;
  // A ticket has an index of its own. Otherwise reports are gone through from the newest on, each by its own index, until the page is full.
  const lines = search.ticket !== undefined
    ? `FROM report_line l JOIN report r ON r.no = l.report_no ${outcome} WHERE ${ofReport}${ofLine}${ofOutcome}`
    : `FROM ${reportsOf(search, $)} r CROSS JOIN LATERAL (SELECT ${columns} FROM report_line l ${outcome} WHERE l.report_no = r.no${ofLine}${ofOutcome} ORDER BY l.row_number DESC LIMIT ${$(limit)}) l WHERE ${ofReport}`;
  const all = search.ticket !== undefined ? `SELECT ${columns}, r.id AS report_id ${lines}` : `SELECT l.*, r.id AS report_id ${lines}`;
  const { rows } = await tx.client.query<LineRow>(
    `SELECT x.report_no AS "reportNo", x.row_number AS "rowNumber", x.line_number AS "lineNumber", x.raw, x.kind, x.ticket, x.server, x.account, x.symbol, coalesce(x.class, x.class_text) AS class,
       trim_scale(x.lots)::text AS "reportedLots", x.close_time AS "closeTime", x.outcome, x.reason, coalesce(x.detail, x.malformed) AS detail, trim_scale(x.counted)::text AS lots, trim_scale(x.earned)::text AS amount
     FROM (${all} ORDER BY ${search.ticket !== undefined ? 'l.report_no DESC' : 'r.no DESC'}, l.row_number DESC LIMIT ${$(limit)}) x ORDER BY x.report_no DESC, x.row_number DESC`, parameters);
  return rows;
}

/** Of a user only the reports of brokers where he has an account. */
function reportsOf(search: LineSearch, $: (value: unknown) => string): string {
  if (search.userId === undefined) return 'report';
  return `(SELECT * FROM report WHERE broker_id IN (SELECT a.broker_id FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id WHERE k.user_id = ${$(search.userId)}))`;
}
