import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type BrokerProfile, type FileProfile, fileProfileOf } from '../../domain/reports/profile.ts';
import type { ReportNotice } from '../../domain/reports/notices.ts';
import { type SqlSource, sqlOf, type Tx, withTransaction } from '../connection.ts';
import { FOLLOWS } from './replacedReports.ts';

/** Size of the pieces a file is kept in. */
const CHUNK = 1 << 20;

export type ReportState = 'received' | 'staged' | 'judging' | 'judged' | 'awaiting_approval' | 'tied_out' | 'posting' | 'settling' | 'posted' | 'refused' | 'unchanged';

/** How it came in: handed in, fetched from one of the broker's sources, or typed from its dashboard. */
export type ReportOrigin = 'upload' | 'api' | 'mailbox' | 'sftp' | 's3' | 'dashboard';

export interface Report {
  id: string;
  /** Arrival order, and the compact key of the report's lines. */
  no: string;
  brokerId: string;
  periodId: string;
  from: string;
  to: string;
  profileId: string;
  declaredVersion: number | null;
  fileName: string;
  size: string;
  sha256: string;
  receivedAt: string;
  receivedBy: string;
  origin: ReportOrigin;
  sourceId: string | null;
  facts: Record<string, unknown> | null;
  /** The report whose file it reads again by another profile version. */
  rereads: string | null;
  state: ReportState;
  lines: number | null;
  linesDone: number;
  lots: string | null;
  notices: ReportNotice[] | null;
  refusal: { code: string; message: string; at?: Record<string, string | number>; facts?: Record<string, unknown> } | null;
  postedAt: string | null;
}

export interface NewReport {
  brokerId: string;
  /** The report period [from, to), ISO instants. */
  from: string;
  to: string;
  fileName: string;
  declaredVersion: number | null;
  receivedBy: string;
  /** ISO instant of arrival. */
  at: string;
  /** Default `upload`. */
  origin?: ReportOrigin;
  sourceId?: string;
  /** How it came: a mail's id, sender and DKIM verdict, a file's path, the pages of a response. */
  facts?: Record<string, unknown>;
  /** Which of the broker's profiles reads it, by name; default `default`. */
  profileName?: string;
}

export interface ReceivedReport { reportId: string; periodId: string; no: string; sha256: string; size: number }

/**
 * Keeps a broker's file byte for byte with its SHA-256, in one transaction (or as part of the one given), to be read by the newest version of one of the broker's profiles.
 * @throws Problem BROKER_UNKNOWN, PROFILE_MISSING, PERIOD_EMPTY, REPORT_EMPTY
 */
export async function receiveReport(source: Pool | Tx, report: NewReport, bytes: AsyncIterable<Uint8Array>): Promise<ReceivedReport> {
  const from = new Date(report.from).toISOString();
  const to = new Date(report.to).toISOString();
  if (from >= to) throw new Problem('PERIOD_EMPTY', `The period ${report.from} to ${report.to} is empty; "to" must be after "from".`);
  const receive = async ({ client }: Tx): Promise<ReceivedReport> => {
    const broker = await client.query('SELECT 1 FROM broker WHERE id = $1', [report.brokerId]);
    if (broker.rowCount === 0) throw new Problem('BROKER_UNKNOWN', `No broker "${report.brokerId}" exists; create it first.`, { status: 404 });
    const profileName = report.profileName ?? 'default';
    const profile = await client.query<{ id: string }>('SELECT id FROM profile_version WHERE broker_id = $1 AND name = $2 ORDER BY version DESC LIMIT 1', [report.brokerId, profileName]);
    const profileId = profile.rows[0]?.id;
    if (profileId === undefined) throw new Problem('PROFILE_MISSING', `Broker "${report.brokerId}" has no profile${profileName === 'default' ? '' : ` named "${profileName}"`} that says how its files are read; post one first.`, { status: 409 });
    const id = newId('report');
    const hash = createHash('sha256');
    let size = 0;
    let chunk = 0;
    for await (const piece of inPieces(bytes)) {
      hash.update(piece);
      size += piece.length;
      await client.query('INSERT INTO report_chunk (report_id, no, bytes) VALUES ($1, $2, $3)', [id, chunk++, piece]);
    }
    if (size === 0) throw new Problem('REPORT_EMPTY', `The file "${report.fileName}" is empty; send the broker's report as it was received.`);
    const sha256 = hash.digest('hex');
    // The number is taken at the end and under the period's lock: of two uploads the one that is complete first is the earlier.
    await client.query('INSERT INTO report_period (id, broker_id, period_from, period_to) VALUES ($1, $2, $3, $4) ON CONFLICT (broker_id, period_from, period_to) DO NOTHING', [newId('reportPeriod'), report.brokerId, from, to]);
    const period = await client.query<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1 AND period_from = $2 AND period_to = $3 FOR UPDATE', [report.brokerId, from, to]);
    const periodId = period.rows[0]!.id;
    await client.query('UPDATE report_period SET reopened_at = $2 WHERE id = $1 AND closed_at IS NOT NULL AND reopened_at IS NULL', [periodId, report.at]);
    const inserted = await client.query<{ no: string }>(
      `INSERT INTO report (id, broker_id, period_id, profile_id, declared_version, file_name, size, sha256, received_at, received_by, origin, source_id, facts, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'received') RETURNING no`,
      [id, report.brokerId, periodId, profileId, report.declaredVersion, report.fileName, size, sha256, report.at, report.receivedBy, report.origin ?? 'upload', report.sourceId ?? null, report.facts ?? null]);
    return { reportId: id, periodId, no: inserted.rows[0]!.no, sha256, size };
  };
  // Once: the bytes cannot be read a second time.
  return 'db' in source ? receive(source) : withTransaction(source, receive, { attempts: 1 });
}

async function* inPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    waiting.push(part);
    length += part.length;
    if (length < CHUNK) continue;
    const whole = Buffer.concat(waiting);
    let at = 0;
    for (; at + CHUNK <= whole.length; at += CHUNK) yield whole.subarray(at, at + CHUNK);
    waiting = [whole.subarray(at)];
    length = whole.length - at;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

/** The kept file, piece by piece, byte for byte as received. */
export async function* openReportFile(source: SqlSource, reportId: string): AsyncGenerator<Buffer> {
  for (let no = 0; ; no++) {
    const found = await sqlOf(source).query<{ bytes: Buffer }>('SELECT bytes FROM report_chunk WHERE report_id = coalesce((SELECT file_of FROM report WHERE id = $1), $1) AND no = $2', [reportId, no]);
    const row = found.rows[0];
    if (row === undefined) return;
    yield row.bytes;
  }
}

const REPORT_COLUMNS = `r.id, r.no, r.broker_id AS "brokerId", r.period_id AS "periodId", p.period_from AS "from", p.period_to AS "to",
  r.profile_id AS "profileId", r.declared_version AS "declaredVersion", r.file_name AS "fileName", r.size, r.sha256,
  r.received_at AS "receivedAt", r.received_by AS "receivedBy", r.origin, r.source_id AS "sourceId", r.facts, r.rereads, r.state, r.lines, r.lines_done AS "linesDone", r.lots, r.notices, r.refusal, r.posted_at AS "postedAt"`;

type Raw = Omit<Report, 'from' | 'to' | 'receivedAt' | 'postedAt'> & { from: Date; to: Date; receivedAt: Date; postedAt: Date | null };
const asReport = (row: Raw): Report => ({ ...row, from: row.from.toISOString(), to: row.to.toISOString(), receivedAt: row.receivedAt.toISOString(), postedAt: row.postedAt?.toISOString() ?? null });

/** @throws Problem REPORT_UNKNOWN */
export async function getReport(source: SqlSource, reportId: string): Promise<Report> {
  const found = await sqlOf(source).query<Raw>(`SELECT ${REPORT_COLUMNS} FROM report r JOIN report_period p ON p.id = r.period_id WHERE r.id = $1`, [reportId]);
  const row = found.rows[0];
  if (row === undefined) throw new Problem('REPORT_UNKNOWN', `No report "${reportId}" exists.`, { status: 404 });
  return asReport(row);
}

/** Those of these reports that exist, in one statement. */
export async function reportsByIds(source: SqlSource, ids: readonly string[]): Promise<Report[]> {
  const found = await sqlOf(source).query<Raw>(`SELECT ${REPORT_COLUMNS} FROM report r JOIN report_period p ON p.id = r.period_id WHERE r.id = ANY ($1)`, [ids]);
  return found.rows.map(asReport);
}

/** Of the report `r`: its period stands on it, as on the latest under each profile name, and there is something to look at. */
export const NOTICED = `(coalesce(jsonb_array_length(r.notices), 0) > 0 AND r.state = 'posted' AND NOT EXISTS (SELECT FROM report later WHERE later.state = 'posted' AND ${FOLLOWS('later', 'r')}))`;

/** `from` and `to` (ISO instants, `to` exclusive) are about when it came in. */
export interface ReportFilter { noticed?: 'true' | 'false'; brokerId?: string; periodId?: string; state?: ReportState; origin?: ReportOrigin; sourceId?: string; from?: string; to?: string }

/** Newest first; `before` is the `no` to continue after. */
export async function listReports(source: SqlSource, filter: ReportFilter, page: { before: string | null; limit: number }): Promise<Report[]> {
  const found = await sqlOf(source).query<Raw>(
    `SELECT ${REPORT_COLUMNS} FROM report r JOIN report_period p ON p.id = r.period_id
     WHERE ($1::text IS NULL OR r.broker_id = $1) AND ($2::text IS NULL OR r.period_id = $2) AND ($3::text IS NULL OR r.state = $3) AND ($4::bigint IS NULL OR r.no < $4)
       AND ($6::timestamptz IS NULL OR r.received_at >= $6) AND ($7::timestamptz IS NULL OR r.received_at < $7)
       AND ($8::text IS NULL OR r.origin = $8) AND ($9::text IS NULL OR r.source_id = $9) AND ($10::boolean IS NULL OR ${NOTICED} = $10)
     ORDER BY r.no DESC LIMIT $5`, [filter.brokerId ?? null, filter.periodId ?? null, filter.state ?? null, page.before, page.limit, filter.from ?? null, filter.to ?? null, filter.origin ?? null, filter.sourceId ?? null, filter.noticed ?? null]);
  return found.rows.map(asReport);
}

/** The profile that reads (or read) a report. */
export async function reportProfile(source: SqlSource, profileId: string): Promise<BrokerProfile> {
  const found = await sqlOf(source).query<{ profile: BrokerProfile }>('SELECT profile FROM profile_version WHERE id = $1', [profileId]);
  return found.rows[0]!.profile;
}

/** The part of that profile that reads rows. */
export async function reportFileProfile(source: SqlSource, profileId: string): Promise<FileProfile> {
  return fileProfileOf(await reportProfile(source, profileId));
}
