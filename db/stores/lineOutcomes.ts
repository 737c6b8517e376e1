import { MOST_OF_ONE_LINE } from '../../domain/calculation/amount.ts';
import type { Basis, JudgedLine } from '../../domain/eligibility/context.ts';
import type { Tx } from '../connection.ts';
import { copyCell, copyIn } from '../copy.ts';
import type { Reach } from './overlappingLots.ts';

/**
 * Settles which of several lines with one ticket in one file counts: a repeat of the line before it with that ticket is a
 * DUPLICATE; of different ones the last counts and the earlier are SUPERSEDED (cases/README "Rules of the figures"). Answers how many were settled.
 */
export async function settleRepeatedTickets(tx: Tx, reportNo: string): Promise<number> {
  const settled = await tx.client.query(
    `WITH repeated AS (
       SELECT row_number, content_hash, (kind = 'adjustment') AS adjustment, server, ticket,
              content_hash = lag(content_hash) OVER same_ticket AS duplicate
       FROM report_line WHERE report_no = $1 AND ticket IS NOT NULL AND malformed IS NULL
         AND (kind = 'trade' AND lots >= 0 AND lots < $2 OR kind = 'adjustment' AND abs(amount) < $2)
       WINDOW same_ticket AS (PARTITION BY kind = 'adjustment', server, ticket ORDER BY row_number)
     ), settled AS (
       SELECT row_number, coalesce(duplicate, false) AS duplicate,
              max(row_number) FILTER (WHERE NOT coalesce(duplicate, false)) OVER (PARTITION BY adjustment, server, ticket) AS standing
       FROM repeated
     )
     INSERT INTO line_outcome (report_no, row_number, outcome, reason, detail, lots, amount)
     SELECT $1, row_number, 'superseded', CASE WHEN duplicate THEN 'DUPLICATE' ELSE 'SUPERSEDED' END, 'Row ' || standing || ' of the file counts.', 0, 0
     FROM settled WHERE duplicate OR row_number < standing`, [reportNo, MOST_OF_ONE_LINE]);
  return settled.rowCount ?? 0;
}

const basisName = (b: Basis): string => `${b.accountLinkId}|${b.termsId}|${b.class}|${b.rateId}|${b.lotFactor}|${b.tier}|${b.multiplier}`;

/** A judged line with the account it belongs to. */
export interface AccountLine extends JudgedLine { tradingAccountId: string | null }

/** The bases of calculation that were written in this transaction, by what they say: shared by many lines. */
export type KnownBases = Map<string, string>;

/** The id of each line's basis, null for a line without one; bases not yet known are written. */
async function basisIds(tx: Tx, reportNo: string, methodologyId: string, lines: readonly AccountLine[], known: KnownBases): Promise<(string | null)[]> {
  const wanted = new Map<string, { basis: Basis; tradingAccountId: string }>();
  const nameOf = (line: AccountLine): string | null => {
    const basis = line.basis ?? (line.outcome === 'paid' && line.accountLinkId !== null ? linkOnly(line) : null);
    if (basis === null || line.tradingAccountId === null) return null;
    const name = basisName(basis);
    if (!known.has(name) && !wanted.has(name)) wanted.set(name, { basis, tradingAccountId: line.tradingAccountId });
    return name;
  };
  const names = lines.map(nameOf);
  if (wanted.size > 0) {
    const given = [...wanted];
    const column = <T>(pick: (b: Basis, tradingAccountId: string) => T): T[] => given.map(([, { basis, tradingAccountId }]) => pick(basis, tradingAccountId));
    const inserted = await tx.client.query<{ id: string; n: string }>(
      `WITH given AS (
         SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::numeric[], $10::numeric[], $11::text[], $12::numeric[])
           WITH ORDINALITY AS g(user_id, account_id, link_id, terms_id, class, rate_id, per_lot, lot_factor, tier, multiplier, n)
       ), numbered AS (SELECT given.*, nextval(pg_get_serial_sequence('calculation_basis', 'id')) AS id FROM given), inserted AS (
         INSERT INTO calculation_basis (id, report_no, methodology_id, user_id, trading_account_id, account_link_id, terms_id, class, rate_id, per_lot, lot_factor, tier, multiplier)
         OVERRIDING SYSTEM VALUE
         SELECT id, $1, $2, user_id, account_id, link_id, terms_id, class, rate_id, per_lot, lot_factor, tier, multiplier FROM numbered
       )
       SELECT n, id FROM numbered`,
      [reportNo, methodologyId, column((b) => b.userId), column((_b, a) => a), column((b) => b.accountLinkId), column((b) => b.termsId || null), column((b) => b.class), column((b) => b.rateId),
        column((b) => b.perLot), column((b) => b.lotFactor || null), column((b) => b.tier || null), column((b) => b.multiplier || null)]);
    for (const row of inserted.rows) known.set(given[Number(row.n) - 1]![0], row.id);
  }
  return names.map((name) => (name === null ? null : known.get(name)!));
}

/** Copies the first outcomes of lines in, each basis of calculation once. `known` must be one transaction's. */
export async function copyOutcomes(tx: Tx, reportNo: string, methodologyId: string, lines: readonly AccountLine[], known: KnownBases): Promise<void> {
  if (lines.length === 0) return;
  const bases = await basisIds(tx, reportNo, methodologyId, lines, known);
  let text = '';
  for (let i = 0; i < lines.length; i++) {
    const { rowNumber, outcome, reason, detail, key, lots, amount } = lines[i]!;
    text += `${reportNo}\t${rowNumber}\t${outcome}\t${copyCell(reason)}\t${copyCell(detail)}\t${copyCell(key)}\t${bases[i] ?? '\\N'}\t${lots}\t${amount}\n`;
  }
  await copyIn(tx.client, 'line_outcome (report_no, row_number, outcome, reason, detail, key, basis_id, lots, amount)', [text]);
}

/** Writes the next outcomes of lines that are judged again, known from `at` (ISO instant) on. */
export async function insertOutcomes(tx: Tx, reportNo: string, methodologyId: string, lines: readonly AccountLine[], at: string): Promise<void> {
  const bases = await basisIds(tx, reportNo, methodologyId, lines, new Map());
  await tx.client.query(
    `INSERT INTO line_outcome (report_no, row_number, outcome, reason, detail, key, basis_id, lots, amount, revision, known_at)
     SELECT $1::bigint, g.*, (SELECT max(o.revision) + 1 FROM line_outcome o WHERE o.report_no = $1::bigint AND o.row_number = g.row_number), $10::timestamptz
     FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::numeric[], $9::numeric[]) AS g(row_number, outcome, reason, detail, key, basis_id, lots, amount)`,
    [reportNo, lines.map((l) => l.rowNumber), lines.map((l) => l.outcome), lines.map((l) => l.reason), lines.map((l) => l.detail), lines.map((l) => l.key), bases, lines.map((l) => l.lots), lines.map((l) => l.amount), at]);
}

/** An adjustment needs no rate, tier or terms: only whose it is. */
const linkOnly = (line: AccountLine): Basis => ({ userId: line.userId!, accountLinkId: line.accountLinkId!, termsId: '', class: null, rateId: null, perLot: null, lotFactor: '', tier: '', multiplier: '' });

/** How the outcomes of a report tie out with what was read. `ticketless`: some of its trades or adjustments have no ticket. `credits`: USD of its positive lines, whatever was earned before. `reach`: from when to when
 * its trades and sums reach. */
export interface TieOut { lines: number; outcomes: number; lotsIn: string; lotsOut: string; ticketless: boolean; credits: string; reach: Reach | null }

/**
 * Counts and lots of the judged lines, to be compared with what the reader counted (every line exactly one outcome). Where the rows of both tables are as many
 * and within the file's rows, each line has its one outcome (both keys are unique), and nothing has to be joined.
 */
export async function tieOutFigures(tx: Tx, reportNo: string): Promise<TieOut> {
  const { rows: [lines] } = await tx.client.query<{ count: number; lots: string; rows: boolean; ticketless: boolean; from: string | null; to: string | null }>(
    `SELECT count(*)::int AS count, coalesce(sum(lots), 0)::text AS lots, coalesce(bool_or(ticket IS NULL AND malformed IS NULL AND kind IN ('trade','adjustment')), false) AS ticketless, coalesce(min(row_number) = 1 AND max(row_number) = count(*), true) AS rows,
       min(coalesce(period_start, close_time)) FILTER (WHERE malformed IS NULL AND kind IN ('trade','aggregate'))::text AS from, max(close_time) FILTER (WHERE malformed IS NULL AND kind IN ('trade','aggregate'))::text AS to FROM report_line WHERE report_no = $1`, [reportNo]);
  // Found by the page, as outcomes lie there by account.
  await tx.client.query('SET LOCAL enable_indexscan = off');
  const { rows: [outcomes] } = await tx.client.query<{ count: number; rows: boolean; credits: string }>(
    `SELECT count(*)::int AS count, coalesce(sum(amount) FILTER (WHERE outcome = 'paid' AND amount > 0), 0)::text AS credits, coalesce(min(row_number) = 1 AND max(row_number) = count(*), true) AS rows FROM line_outcome WHERE report_no = $1 AND revision = 1`, [reportNo]);
  await tx.client.query('SET LOCAL enable_indexscan = on');
  const { ticketless, from, to } = lines!;
  const reach = from === null || to === null ? null : { from, to };
  const { credits } = outcomes!;
  if (lines!.rows && outcomes!.rows && lines!.count === outcomes!.count) return { lines: lines!.count, outcomes: outcomes!.count, lotsIn: lines!.lots, lotsOut: lines!.lots, ticketless, credits, reach };
  // The statistics of both tables are older than the report: a nested loop over what look like few rows would take minutes.
  await tx.client.query('SET LOCAL enable_nestloop = off');
  const found = await tx.client.query<Omit<TieOut, 'ticketless' | 'credits' | 'reach'>>(
    `SELECT count(*)::int AS lines, count(o.row_number)::int AS outcomes, coalesce(sum(l.lots), 0)::text AS "lotsIn", coalesce(sum(l.lots) FILTER (WHERE o.row_number IS NOT NULL), 0)::text AS "lotsOut"
     FROM report_line l LEFT JOIN line_outcome o ON o.report_no = l.report_no AND o.row_number = l.row_number AND o.revision = 1
     WHERE l.report_no = $1`, [reportNo]);
  return { ...found.rows[0]!, ticketless, credits, reach };
}
