import { Decimal, plain } from '../../domain/decimal.ts';
import type { OverlappingLots } from '../../domain/reports/overlappingLots.ts';
import type { Tx } from '../connection.ts';
import { GOES_ON } from './repeatedRows.ts';
import { replacedFigures } from './replacedFigures.ts';
import { earlierReadings } from './reportRereads.ts';
import type { ReportWork } from './reportWork.ts';

/** From when to when the trades and sums of a report reach, as Postgres takes instants; null: it has none. */
export interface Reach { from: string; to: string }

const PERIODS_NAMED = 20;
const FILE = (v: string): string => `(CASE WHEN ${v}.profile->>'format' = 'eml' THEN ${v}.profile->'attachment' ELSE ${v}.profile END)`;
/** Paid, or waiting for something that can make it paid: of an outcome, and of an earning. */
const COUNTS = (o: string): string => `(${o}.outcome = 'paid' AND ${o}.amount <> 0 OR ${o}.outcome = 'quarantined' OR ${o}.reason = 'LINK_NOT_VERIFIED')`;
const STANDS = (e: string): string => `(NOT ${e}.taken_back AND ${e}.reversed_by_report_no IS NULL AND (${e}.earned <> 0 OR ${e}.outcome = 'quarantined' OR ${e}.reason = 'LINK_NOT_VERIFIED'))`;
const LOTS = `l.server, l.account, l.bucket, l.symbol IS NULL AS by_class, coalesce(l.period_start, l.close_time) AS first, l.close_time AS last`;
/** The days in UTC that a line touches. */
const DAYS = (l: string): string => `CROSS JOIN LATERAL generate_series((${l}.first AT TIME ZONE 'UTC')::date, (${l}.last AT TIME ZONE 'UTC')::date, '1 day') AS d (day)`;

interface Other { no: string; periodId: string; posted: boolean; level: string }

/**
 * The lines of a judged report that would be paid for lots which stand in another report of the broker: trades of an account and day or month of which there is a sum, or the other way
 * round; days of a month; a sum of a day or month of which another period has one, or one by class where this is by symbol. Not: what this report itself replaces, states anew, or
 * has posted already. Null: none (docs/decisions/overlapping-lots.md). Reports of one broker are looked at one after the other, so that of two at once the second sees the first.
 */
export async function overlappingLots(tx: Tx, report: ReportWork, reach: Reach | null): Promise<OverlappingLots | null> {
  if (reach === null) return null;
  await tx.client.query("SELECT pg_advisory_xact_lock(hashtextextended('repeated rows ' || $1, 0))", [report.brokerId]);
  const { others, level } = await othersThere(tx, report, reach);
  if (others.length === 0) return null;
  // Whole reports are compared, by account and day; of those just copied in there are no statistics. An estimate that is out by far would have plans compiled, too.
  await tx.client.query("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off");
  const posted = others.filter((other) => other.posted);
  const underway = others.filter((other) => !other.posted);
  const stated = level === 'trade' ? '' : 'AND NOT EXISTS (SELECT FROM line_outcome n WHERE n.report_no = $1 AND n.revision = 1 AND n.key = e.key)';
  const { rows: [found] } = await tx.client.query<{ lines: number; firstLine: number | null; earned: string; periods: { id: string; from: string; to: string }[] | null }>(
    `WITH mine AS MATERIALIZED (
       SELECT l.row_number, l.line_number, o.key, o.outcome, o.amount, ${LOTS} FROM report_line l JOIN line_outcome o ON o.report_no = l.report_no AND o.row_number = l.row_number
       WHERE l.report_no = $1 AND o.report_no = $1 AND o.revision = 1 AND o.key IS NOT NULL AND l.kind IN ('trade','aggregate') AND ${COUNTS('o')}
     ), standing AS MATERIALIZED (
       SELECT e.period_id, ${LOTS} FROM earning e JOIN report_line l ON l.report_no = e.report_no AND l.row_number = e.row_number
       WHERE e.period_id = ANY ($4) AND e.report_no = ANY ($5) AND l.report_no = ANY ($5) AND ${STANDS('e')} AND l.kind IN ('trade','aggregate')
         AND l.close_time >= $7 AND coalesce(l.period_start, l.close_time) <= $8 ${stated}
       UNION ALL
       SELECT r.period_id, ${LOTS} FROM report r JOIN report_line l ON l.report_no = r.no JOIN line_outcome e ON e.report_no = l.report_no AND e.row_number = l.row_number
       WHERE r.no = ANY ($6) AND l.report_no = ANY ($6) AND e.report_no = ANY ($6) AND e.revision = 1 AND e.key IS NOT NULL AND ${COUNTS('e')} AND l.kind IN ('trade','aggregate')
         AND l.close_time >= $7 AND coalesce(l.period_start, l.close_time) <= $8 ${stated}
     ), spots AS MATERIALIZED (
       SELECT s.server, s.account, s.bucket, s.period_id, CASE WHEN s.bucket IS NOT NULL THEN s.by_class END AS by_class, d.day, min(s.first) AS first, max(s.last) AS last FROM standing s ${DAYS('s')} GROUP BY 1, 2, 3, 4, 5, 6
     ), hits AS MATERIALIZED (
       SELECT DISTINCT m.row_number, m.line_number, m.key, m.outcome, m.amount, s.period_id FROM mine m ${DAYS('m')}
       JOIN spots s ON s.server = m.server AND s.account = m.account AND s.day = d.day
       WHERE m.first <= s.last AND s.first <= m.last
         AND (coalesce(length(m.bucket), 0) <> coalesce(length(s.bucket), 0) OR m.bucket = s.bucket AND (s.period_id <> $3 OR s.by_class <> m.by_class))
     ), fresh AS MATERIALIZED (
       SELECT * FROM hits h WHERE NOT EXISTS (SELECT FROM earning own WHERE own.broker_id = $2 AND own.key = h.key AND ${STANDS('own')} OFFSET 0)
     )
     SELECT count(*)::int AS lines, min(line_number)::int AS "firstLine", coalesce(sum(amount) FILTER (WHERE outcome = 'paid'), 0)::text AS earned,
       (SELECT jsonb_agg(jsonb_build_object('id', p.id, 'from', to_char(p.period_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'to', to_char(p.period_to AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY p.period_from, p.id)
        FROM report_period p WHERE p.id IN (SELECT period_id FROM fresh)) AS periods
     FROM (SELECT DISTINCT row_number, line_number, outcome, amount FROM fresh) f`,
    [report.no, report.brokerId, report.periodId, posted.map(({ periodId }) => periodId), posted.map(({ no }) => no), underway.map(({ no }) => no), reach.from, reach.to]);
  if (found === undefined || found.lines === 0 || found.periods === null) return null;
  return { lines: found.lines, firstLine: found.firstLine!, earned: plain(new Decimal(found.earned)), periods: found.periods.slice(0, PERIODS_NAMED), morePeriods: Math.max(0, found.periods.length - PERIODS_NAMED) };
}

/** Reports of the broker in which the same lots can stand: they meet this one, are sums or meet sums, and are not what it replaces. None for a broker who reports trades only. */
async function othersThere(tx: Tx, report: ReportWork, reach: Reach): Promise<{ others: Other[]; level: string }> {
  const { rows: [own] } = await tx.client.query<{ name: string; level: string; full: boolean }>(
    `SELECT v.name, ${FILE('v')}->>'level' AS level, coalesce((${FILE('v')}->>'full')::boolean, false) AS "full" FROM profile_version v WHERE v.id = $1`, [report.profileId]);
  const { name, level, full } = own!;
  const { rows: others } = await tx.client.query<Other>(
    `SELECT r.no, r.period_id AS "periodId", r.state = 'posted' AS posted, ${FILE('v')}->>'level' AS level FROM report r JOIN profile_version v ON v.id = r.profile_id
     WHERE r.broker_id = $1 AND r.no <> $2 AND r.lines_from <= $4 AND r.lines_to >= $3 AND ('trade' <> $5 OR ${FILE('v')}->>'level' <> 'trade')
       AND NOT ($6 AND r.period_id = $7 AND v.name = $8)
       AND (r.state = 'posted' AND EXISTS (SELECT FROM earning e WHERE e.period_id = r.period_id AND e.report_no = r.no AND NOT e.taken_back) OR ${GOES_ON})`,
    [report.brokerId, report.no, reach.from, reach.to, level, full, report.periodId, name]);
  if (others.length === 0) return { others, level };
  const { earlier } = await earlierReadings(tx, report.id);
  const figures = await replacedFigures(tx, report);
  return { others: others.filter(({ no }) => !earlier.has(no) && !figures.has(no)), level };
}
