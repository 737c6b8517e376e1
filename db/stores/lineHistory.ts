import type { Tx } from '../connection.ts';

/** A line as found, with its latest outcome (or the latest as known on a day). Lots and USD as decimal text. */
export interface LineRow {
  reportNo: string; rowNumber: number; lineNumber: number; raw: string; kind: string | null; ticket: string | null; server: string; account: string; symbol: string | null; class: string | null;
  reportedLots: string | null; closeTime: Date | null; outcome: string | null; reason: string | null; detail: string | null; lots: string | null; amount: string | null;
}
/** One outcome of a line, and since when it was known (ISO instant; null: its report is not posted yet). */
export interface Revision { revision: number; outcome: string; reason: string | null; detail: string | null; lots: string; amount: string; knownAt: string | null }
/** Money that the line moved: its journal, and the accrual that holds it (null: taken from available). */
export interface LineEntry { accrualId: string | null; journalId: string; amount: string; at: string }
export interface FoundLine extends Omit<LineRow, 'closeTime'> {
  closeTime: string | null;
  reportId: string; periodId: string; brokerId: string; fileName: string; receivedAt: string; postedAt: string | null;
  /** The profile version that read it. */
  profileId: string; profileVersion: number;
  /** It is what counts of its ticket, bucket or adjustment now; null as known on an earlier day. */
  counts: boolean | null;
  revisions: Revision[];
  entries: LineEntry[];
}

interface Context { id: string; no: string; brokerId: string; periodId: string; fileName: string; receivedAt: Date; postedAt: Date | null; profileId: string; profileVersion: number; latest: boolean }
type RevisionRow = Omit<Revision, 'knownAt'> & { no: string; row: number; knownAt: Date | null; key: string | null };
interface EntryRow { no: string; row: number; accrualId: string | null; journalId: string; amount: string; at: Date }

/** Adds to a page of lines their reports, every outcome they have had and what they earned, up to `asKnownOn` (ISO instant). */
export async function withHistory(tx: Tx, lines: readonly LineRow[], asKnownOn: string | null): Promise<FoundLine[]> {
  if (lines.length === 0) return [];
  const places: [string[], number[]] = [lines.map((line) => line.reportNo), lines.map((line) => line.rowNumber)];
  const reports = await tx.client.query<Context>(
    `SELECT r.id, r.no, r.broker_id AS "brokerId", r.period_id AS "periodId", r.file_name AS "fileName", r.received_at AS "receivedAt", r.posted_at AS "postedAt", r.profile_id AS "profileId", v.version AS "profileVersion", coalesce(p.latest_report_no = r.no, false) AS latest
     FROM report r JOIN profile_version v ON v.id = r.profile_id JOIN report_period p ON p.id = r.period_id WHERE r.no = ANY ($1::bigint[])`, [[...new Set(places[0])]]);
  const revisions = await tx.client.query<RevisionRow>(
    `SELECT o.report_no AS no, o.row_number AS row, o.revision, o.outcome, o.reason, o.detail, trim_scale(o.lots)::text AS lots, trim_scale(o.amount)::text AS amount, coalesce(o.known_at, r.posted_at) AS "knownAt", o.key
     FROM unnest($1::bigint[], $2::int[]) AS g(no, row) JOIN line_outcome o ON o.report_no = g.no AND o.row_number = g.row JOIN report r ON r.no = g.no
     WHERE $3::timestamptz IS NULL OR coalesce(o.known_at, r.posted_at) <= $3 ORDER BY o.report_no, o.row_number, o.revision`, [...places, asKnownOn]);
  const keyed = revisions.rows.filter((row) => row.key !== null);
  const contexts = new Map(reports.rows.map((row) => [row.no, row]));
  const earnings = await tx.client.query<{ no: string; row: number; id: string; stands: boolean }>(
    `SELECT DISTINCT g.no, g.row, e.id, e.report_no = g.no AND e.row_number = g.row AND NOT e.taken_back AS stands
     FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[]) AS g(no, row, broker, key) JOIN earning e ON e.broker_id = g.broker AND e.key = g.key`,
    [keyed.map((row) => row.no), keyed.map((row) => row.row), keyed.map((row) => contexts.get(row.no)!.brokerId), keyed.map((row) => row.key)]);
  const entries = await tx.client.query<EntryRow>(
    `SELECT n.report_no AS no, n.row_number AS row, a.id AS "accrualId", j.id AS "journalId", trim_scale(n.amount)::text AS amount, j.effective_at AS at
     FROM unnest($1::bigint[], $2::int[], $3::bigint[]) AS g(no, row, earning) JOIN earning_entry n ON n.earning_id = g.earning AND n.report_no = g.no AND n.row_number = g.row
     JOIN journal j ON j.idempotency_key = n.journal_key LEFT JOIN accrual a ON a.seq = n.accrual_seq WHERE $4::timestamptz IS NULL OR j.effective_at <= $4 ORDER BY n.id`,
    [earnings.rows.map((row) => row.no), earnings.rows.map((row) => row.row), earnings.rows.map((row) => row.id), asKnownOn]);
  const placeOf = ({ no, row }: { no: string; row: number }): string => `${no}.${row}`;
  const revisionsOf = Map.groupBy(revisions.rows, placeOf);
  const entriesOf = Map.groupBy(entries.rows, placeOf);
  const standing = new Map(earnings.rows.filter((row) => row.stands).map((row) => [placeOf(row), true]));
  const hasKey = new Set(keyed.map(placeOf));

  return lines.map((line) => {
    const place = placeOf({ no: line.reportNo, row: line.rowNumber });
    const report = contexts.get(line.reportNo)!;
    return {
      ...line, closeTime: line.closeTime?.toISOString() ?? null,
      reportId: report.id, periodId: report.periodId, brokerId: report.brokerId, fileName: report.fileName, receivedAt: report.receivedAt.toISOString(), postedAt: report.postedAt?.toISOString() ?? null,
      profileId: report.profileId, profileVersion: report.profileVersion,
      counts: asKnownOn !== null ? null : line.outcome !== 'superseded' && (hasKey.has(place) ? standing.has(place) : report.latest),
      revisions: (revisionsOf.get(place) ?? []).map(({ no: _no, row: _row, key: _key, knownAt, ...revision }) => ({ ...revision, knownAt: knownAt?.toISOString() ?? null })),
      entries: (entriesOf.get(place) ?? []).map(({ no: _no, row: _row, at, ...entry }) => ({ ...entry, at: at.toISOString() })),
    };
  });
}
