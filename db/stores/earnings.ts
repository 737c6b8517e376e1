import { sqlState, type Tx } from '../connection.ts';
import { copyCell, copyIn } from '../copy.ts';
import { allotIds } from './allotIds.ts';
import { markCommissionStale } from './commission.ts';

/** An earning as it stands: the broker's latest word on one ticket, bucket or adjustment, and what is posted for it. */
export interface Earning {
  id: string;
  key: string;
  periodId: string;
  reportNo: string;
  rowNumber: number;
  userId: string | null;
  accountLinkId: string | null;
  /** The account of that link; read for adjustments only. */
  adjustedAccountId: string | null;
  earned: string;
  reversed: boolean;
  /** It does not count any more. */
  takenBack: boolean;
}

/** A judged line of the report that is being posted, beside what its key has earned so far. */
export interface LineToPost {
  rowNumber: number;
  kind: 'trade' | 'aggregate' | 'reversal' | 'adjustment';
  key: string;
  outcome: 'paid' | 'excluded' | 'quarantined' | 'ignored';
  reason: string | null;
  lots: string;
  amount: string;
  commission: string | null;
  /** As Postgres takes it: a Date, or text. */
  closeTime: Date | string | null;
  userId: string | null;
  accountLinkId: string | null;
  tradingAccountId: string | null;
  before: Earning | null;
}

/** A judged line of a report as it is read to be posted; its basis says whose it is. */
export interface PostedLine extends Omit<LineToPost, 'before' | 'userId' | 'accountLinkId' | 'tradingAccountId'> {
  server: string;
  account: string;
  closeTime: string | null;
  basisId: string | null;
}

/** Whose lines with a basis of calculation are. */
export type BasisOwner = Pick<LineToPost, 'userId' | 'accountLinkId' | 'tradingAccountId'>;

const NOBODY: BasisOwner = { userId: null, accountLinkId: null, tradingAccountId: null };

/** Lines with whose they are and nothing earned before. `known` grows by the bases that are met. */
export async function withOwners(tx: Tx, lines: readonly PostedLine[], known: Map<string, BasisOwner>): Promise<LineToPost[]> {
  const unknown = new Set<string>();
  for (const { basisId } of lines) if (basisId !== null && !known.has(basisId)) unknown.add(basisId);
  if (unknown.size > 0) {
    const found = await tx.client.query<BasisOwner & { id: string }>(
      'SELECT id, user_id AS "userId", account_link_id AS "accountLinkId", trading_account_id AS "tradingAccountId" FROM calculation_basis WHERE id = ANY ($1)', [[...unknown]]);
    for (const { id, ...owner } of found.rows) known.set(id, owner);
  }
  return lines.map(({ rowNumber, kind, key, outcome, reason, lots, amount, commission, closeTime, basisId }) => {
    const { userId, accountLinkId, tradingAccountId } = basisId === null ? NOBODY : known.get(basisId)!;
    return { rowNumber, kind, key, outcome, reason, lots, amount, commission, closeTime, userId, accountLinkId, tradingAccountId, before: null };
  });
}

/** A row of an aggregate that was summed into an earlier row of the same key. */
export const isSummedElsewhere = (line: LineToPost): boolean => line.kind === 'aggregate' && line.outcome === 'ignored';

const EARNING = `e.id, e.key, e.period_id AS "periodId", e.report_no AS "reportNo", e.row_number AS "rowNumber", e.user_id AS "userId",
  e.account_link_id AS "accountLinkId", e.earned, (e.reversed_by_report_no IS NOT NULL) AS reversed, e.taken_back AS "takenBack",
  CASE WHEN e.key LIKE 'adjustment%' THEN (SELECT k.trading_account_id FROM account_link k WHERE k.id = e.account_link_id) END AS "adjustedAccountId"`;

/** Earnings of a broker by key, locked. */
export async function earningsByKey(tx: Tx, brokerId: string, keys: readonly string[]): Promise<Map<string, Earning>> {
  const found = await tx.client.query<Earning>(`SELECT ${EARNING} FROM earning e WHERE e.broker_id = $1 AND e.key = ANY($2) ORDER BY e.id FOR UPDATE`, [brokerId, keys]);
  return new Map(found.rows.map((earning) => [earning.key, earning]));
}

/** Earnings of the period that stand on the earlier reports with the numbers `followed`, and that the report's version no longer has, not yet dealt with; locked. */
export async function vanishedEarnings(tx: Tx, { periodId, no }: { periodId: string; no: string }, followed: readonly string[], limit: number): Promise<Earning[]> {
  if (followed.length === 0) return [];
  const found = await tx.client.query<Earning>(
    `SELECT ${EARNING} FROM earning e WHERE e.period_id = $1 AND e.report_no = ANY ($4::bigint[]) AND e.vanished_in_report_no IS DISTINCT FROM $2
     ORDER BY e.id LIMIT $3 FOR UPDATE`, [periodId, no, limit, followed]);
  return found.rows;
}

/**
 * Copies the earnings of lines in whose keys are taken to be new, as those of a period's first report are, with what they earn. Answers their
 * ids by place; null where a key stands already: then nothing was written. The broker's posting lock must be held.
 */
export async function copyEarnings(tx: Tx, brokerId: string, periodId: string, reportNo: string, lines: readonly LineToPost[]): Promise<bigint[] | null> {
  const ids = await allotIds(tx, 'earning_id_seq', lines.length);
  let text = '';
  const same = `${copyCell(brokerId)}\t${periodId}\t${reportNo}\t`;
  for (let i = 0; i < lines.length; i++) {
    const { key, rowNumber, userId, accountLinkId, outcome, reason, closeTime, lots, amount } = lines[i]!;
    text += `${ids[i]}\t${same}${copyCell(key)}\t${rowNumber}\t${userId ?? '\\N'}\t${accountLinkId ?? '\\N'}\t${outcome}\t${copyCell(reason)}\t${closeTime as string | null ?? '\\N'}\t${lots}\t${amount}\n`;
  }
  await tx.client.query('SAVEPOINT new_earnings');
  try {
    await copyIn(tx.client, 'earning (id, broker_id, period_id, report_no, key, row_number, user_id, account_link_id, outcome, reason, close_time, lots, earned)', [text]);
  } catch (error) {
    if (sqlState(error) !== '23505') throw error;
    await tx.client.query('ROLLBACK TO SAVEPOINT new_earnings');
    return null;
  }
  await tx.client.query('RELEASE SAVEPOINT new_earnings');
  return ids;
}

/** Moves the lines' keys to this report: their latest outcome and what they have earned with this posting. Returns ids by key. */
export async function keepEarnings(tx: Tx, brokerId: string, periodId: string, reportNo: string, lines: readonly LineToPost[], earnedNow: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const kept = await tx.client.query<{ id: string; key: string }>(
    `INSERT INTO earning (broker_id, period_id, report_no, key, row_number, user_id, account_link_id, outcome, reason, close_time, lots, earned)
     SELECT $1, $2, $3, * FROM unnest($4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::numeric[], $12::numeric[])
     ON CONFLICT (broker_id, key) DO UPDATE SET period_id = excluded.period_id, report_no = excluded.report_no, row_number = excluded.row_number,
       user_id = excluded.user_id, account_link_id = excluded.account_link_id, outcome = excluded.outcome, reason = excluded.reason,
       close_time = excluded.close_time, lots = excluded.lots, earned = excluded.earned, vanished_in_report_no = NULL, taken_back = false
     RETURNING id, key`,
    [brokerId, periodId, reportNo, lines.map((l) => l.key), lines.map((l) => l.rowNumber), lines.map((l) => l.userId), lines.map((l) => l.accountLinkId),
      lines.map((l) => l.outcome), lines.map((l) => l.reason), lines.map((l) => l.closeTime), lines.map((l) => l.lots), lines.map((l) => earnedNow.get(l.key) ?? '0')]);
  return new Map(kept.rows.map((row) => [row.key, row.id]));
}

/** A line of another period whose ticket now stands in this report no longer counts: its next outcome is SUPERSEDED, known since `at` (ISO instant). */
export async function supersedeElsewhere(tx: Tx, periodId: string, lines: readonly LineToPost[], at: string): Promise<void> {
  const moved = lines.filter((line) => line.before !== null && line.before.periodId !== periodId);
  if (moved.length === 0) return;
  await markCommissionStale(tx, moved.map((line) => line.before!.periodId));
  await tx.client.query(
    `INSERT INTO line_outcome (report_no, row_number, revision, outcome, reason, detail, lots, amount, known_at)
     SELECT m.report_no, m.row_number, (SELECT max(revision) + 1 FROM line_outcome o WHERE o.report_no = m.report_no AND o.row_number = m.row_number),
            'superseded', 'SUPERSEDED', 'A report of another period has this line again.', 0, 0, $3::timestamptz
     FROM unnest($1::bigint[], $2::int[]) AS m(report_no, row_number)`,
    [moved.map((l) => l.before!.reportNo), moved.map((l) => l.before!.rowNumber), at]);
}

/** Marks tickets as reversed for good, by the line that did it. */
export async function markReversed(tx: Tx, reportNo: string, reversals: readonly { earningId: string; rowNumber: number; earned: string }[]): Promise<void> {
  await tx.client.query(
    `UPDATE earning e SET reversed_by_report_no = $1, reversed_by_row = r.row_number, earned = r.earned
     FROM unnest($2::bigint[], $3::int[], $4::numeric[]) AS r(id, row_number, earned) WHERE e.id = r.id`,
    [reportNo, reversals.map((r) => r.earningId), reversals.map((r) => r.rowNumber), reversals.map((r) => r.earned)]);
}

/** Flags vanished earnings; with `takenBack` they no longer count, else they keep money, lots and reason. */
export async function markVanished(tx: Tx, reportNo: string, earningIds: readonly string[], takenBack: boolean): Promise<void> {
  await tx.client.query(
    takenBack
      ? "UPDATE earning SET vanished_in_report_no = $1, earned = 0, lots = 0, outcome = 'ignored', reason = NULL, taken_back = true WHERE id = ANY($2)"
      : 'UPDATE earning SET vanished_in_report_no = $1 WHERE id = ANY($2)', [reportNo, earningIds]);
}
