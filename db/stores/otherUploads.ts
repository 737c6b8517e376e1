import type { Tx } from '../connection.ts';
import type { PostedLine } from './earnings.ts';
import type { Readings } from './reportRereads.ts';

/**
 * Numbers of the other posted reports of a period whose lines count beside those of a file that is read again, the newest file first: of each file its newest reading,
 * of each profile name from the last one on that stated the whole period. What was typed from a dashboard only stood in for a file. None for a file that is read once.
 */
export async function otherUploads({ client }: Tx, report: { no: string; periodId: string }, { earlier }: Readings): Promise<string[]> {
  if (earlier.size === 0) return [];
  const { rows } = await client.query<{ no: string; age: string; name: string; full: boolean }>(
    `SELECT r.no, f.no AS age, v.name, coalesce((CASE WHEN v.profile->>'format' = 'eml' THEN v.profile->'attachment' ELSE v.profile END->>'full')::boolean, false) AS "full"
     FROM report r JOIN report f ON f.id = coalesce(r.file_of, r.id) JOIN profile_version v ON v.id = r.profile_id
     WHERE r.period_id = $1 AND r.no < $2 AND r.no <> ALL ($3) AND r.state = 'posted' AND r.origin <> 'dashboard'
       AND NOT EXISTS (SELECT FROM report n WHERE n.file_of = coalesce(r.file_of, r.id) AND n.no > r.no AND n.state = 'posted')
     ORDER BY r.no DESC`, [report.periodId, report.no, [...earlier]]);
  const beside = [...Map.groupBy(rows, ({ name }) => name).values()].flatMap((ofName) => {
    const whole = ofName.findIndex(({ full }) => full);
    return whole === -1 ? ofName : ofName.slice(0, whole + 1);
  });
  return beside.sort((a, b) => Number(BigInt(b.age) - BigInt(a.age))).map(({ no }) => no);
}

/** A line by which another upload states what this one no longer does. */
export type StatedLine = PostedLine & { reportNo: string };

/** The line of each key in the first of the reports $1 that states it. Rows summed into another row of their aggregate are left out. */
const STATED = `SELECT DISTINCT ON (o.key) o.report_no AS "reportNo", l.server, l.account, o.row_number AS "rowNumber", l.kind, o.key, o.outcome, o.reason, o.lots, o.amount, l.commission, l.close_time AS "closeTime", o.basis_id AS "basisId"
  FROM line_outcome o JOIN report_line l ON l.report_no = o.report_no AND l.row_number = o.row_number
  WHERE o.report_no = ANY ($1) AND o.key IS NOT NULL AND NOT (l.kind = 'aggregate' AND o.outcome = 'ignored')`;
const FIRST = 'ORDER BY o.key, array_position($1::bigint[], o.report_no), o.row_number, o.revision DESC';

/** Those of the keys that the other uploads state. */
export async function statedElsewhere({ client }: Tx, others: readonly string[], keys: readonly string[]): Promise<Map<string, StatedLine>> {
  if (others.length === 0 || keys.length === 0) return new Map();
  const { rows } = await client.query<StatedLine>(`${STATED} AND o.key = ANY ($2) ${FIRST}`, [others, keys]);
  return new Map(rows.map((line) => [line.key, line]));
}

/** USD that falling back to other uploads will credit: what they pay beyond what their keys have earned as this file was read before. `unreversed`: ids of earnings that will be reversed no more. */
export async function earnedByFallingBack({ client }: Tx, report: { no: string; periodId: string }, readings: Readings, others: readonly string[], unreversed: readonly string[]): Promise<string> {
  if (others.length === 0) return '0';
  // Whole reports are compared: over few rows, as they look from old statistics, a nested loop would take minutes.
  await client.query('SET LOCAL enable_nestloop = off');
  const { rows } = await client.query<{ earned: string }>(
    `WITH gone AS MATERIALIZED (
       SELECT * FROM earning e WHERE e.period_id = $2 AND e.report_no = ANY ($3) AND NOT EXISTS (SELECT FROM line_outcome o WHERE o.report_no = $4 AND o.revision = 1 AND o.key = e.key)
     ), stated AS MATERIALIZED (${STATED} ${FIRST})
     SELECT coalesce(sum(greatest(0, CASE WHEN g.reversed_by_report_no IS NOT NULL AND g.id <> ALL ($5::bigint[]) THEN 0 ELSE s.amount END
       - CASE WHEN g.account_link_id = b.account_link_id THEN g.earned ELSE 0 END)), 0) AS earned
     FROM gone g JOIN stated s ON s.key = g.key LEFT JOIN calculation_basis b ON b.id = s."basisId" WHERE s.outcome = 'paid' AND s.amount > 0`,
    [others, report.periodId, [...readings.earlier], report.no, unreversed]);
  return rows[0]!.earned;
}
