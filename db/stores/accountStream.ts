import type { Pool, PoolClient } from 'pg';
import { cellText, copyOut, isoInstant } from '../copy.ts';
import type { LineFacts } from '../../domain/eligibility/context.ts';
import type { AccountCursor } from './reportWork.ts';
import type { PostedLine } from './earnings.ts';

/**
 * Reads on a connection of its own, while another one writes pages. A report that was just copied in has no statistics yet: the
 * planner is told to find by index, so that the first rows come at once and nothing is sorted but one account.
 */
async function* stream(pool: Pool, query: (client: PoolClient) => string): AsyncGenerator<string[][]> {
  const client = await pool.connect();
  let whole = false;
  try {
    await client.query('BEGIN READ ONLY; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off');
    yield* copyOut(client, query(client));
    await client.query('COMMIT');
    whole = true;
  } finally {
    // Of a copy that was left before its end the rest would still come.
    client.release(!whole);
  }
}

/** After the cursor, and with `most` about so many lines more: in whole accounts. */
export interface LineRange { reportNo: string; after: AccountCursor | null; upTo: AccountCursor | null }

function within(client: PoolClient, { reportNo, after, upTo }: LineRange): string {
  const place = ([server, account]: AccountCursor): string => `(${client.escapeLiteral(server)}, ${client.escapeLiteral(account)})`;
  return `l.report_no = ${BigInt(reportNo)}${after === null ? '' : ` AND (l.server, l.account) > ${place(after)}`}${upTo === null ? '' : ` AND (l.server, l.account) <= ${place(upTo)}`}`;
}

const instant = (cell: string): string | null => (cell === '\\N' ? null : isoInstant(cell));

function asFacts(c: string[]): LineFacts {
  return {
    rowNumber: Number(c[0]), kind: cellText(c[1]!) as LineFacts['kind'], malformed: cellText(c[2]!), contentHash: cellText(c[3]!) ?? '', server: cellText(c[4]!)!, account: cellText(c[5]!)!,
    ticket: cellText(c[6]!), symbol: cellText(c[7]!), classText: cellText(c[8]!), class: cellText(c[9]!), bucket: cellText(c[10]!), lots: cellText(c[11]!),
    openTime: instant(c[12]!), closeTime: instant(c[13]!), periodStart: instant(c[14]!), points: cellText(c[15]!), commission: null, amount: cellText(c[16]!), statusReason: cellText(c[17]!),
  };
}

/**
 * The lines of a report that are to be judged, by account and in file order, in batches. `repeats`: some of them were settled before, because their ticket stands
 * in the file again. A content hash comes only where a line is known by it; a commission never.
 */
export async function* linesToJudge(pool: Pool, range: LineRange, repeats: boolean): AsyncGenerator<LineFacts[]> {
  // OFFSET 0 keeps one look-up a line: as a join, the planner would take the outcomes for an empty table, as they were.
  const settled = repeats ? 'AND NOT EXISTS (SELECT FROM line_outcome o WHERE o.report_no = l.report_no AND o.row_number = l.row_number OFFSET 0)' : '';
  const query = (client: PoolClient): string => `SELECT l.row_number, l.kind, l.malformed, CASE WHEN l.ticket IS NULL OR l.kind = 'reversal' THEN l.content_hash END, l.server, l.account, l.ticket, l.symbol, l.class_text, l.class, l.bucket, l.lots,
      l.open_time, l.close_time, l.period_start, l.points, l.amount, l.status_reason
    FROM report_line l WHERE ${within(client, range)} ${settled} ORDER BY l.server, l.account, l.row_number`;
  for await (const rows of stream(pool, query)) yield rows.map(asFacts);
}

function asPosted(c: string[]): PostedLine {
  return {
    server: cellText(c[0]!)!, account: cellText(c[1]!)!, rowNumber: Number(c[2]), kind: c[3] as PostedLine['kind'], key: cellText(c[4]!)!, outcome: c[5] as PostedLine['outcome'], reason: cellText(c[6]!),
    lots: c[7]!, amount: c[8]!, commission: cellText(c[9]!), closeTime: c[10] === '\\N' ? null : c[10]!, basisId: cellText(c[11]!),
  };
}

/** The judged lines of a report that speak of something, by account and in file order, in batches. */
export async function* linesToPost(pool: Pool, range: LineRange): AsyncGenerator<PostedLine[]> {
  const query = (client: PoolClient): string => `SELECT l.server, l.account, l.row_number, l.kind, o.key, o.outcome, o.reason, o.lots, o.amount, l.commission, l.close_time, o.basis_id
    FROM report_line l JOIN LATERAL (SELECT * FROM line_outcome o WHERE o.report_no = l.report_no AND o.row_number = l.row_number AND o.revision = 1 OFFSET 0) o ON true
    WHERE ${within(client, range)} AND o.key IS NOT NULL ORDER BY l.server, l.account, l.row_number`;
  for await (const rows of stream(pool, query)) yield rows.map(asPosted);
}
