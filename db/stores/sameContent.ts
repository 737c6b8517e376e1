import { type SqlSource, sqlOf } from '../connection.ts';

/** The latest posted version of a period under a profile's name: what a file that is handed in again is compared with. */
export interface LatestOfName { no: string; contentDigest: string; profileId: string }

/** Null: nothing was posted for the period under that name. */
export async function latestOfName(source: SqlSource, periodId: string, name: string): Promise<LatestOfName | null> {
  const { rows: [latest] } = await sqlOf(source).query<LatestOfName>(
    `SELECT r.no, r.content_digest AS "contentDigest", r.profile_id AS "profileId" FROM report r JOIN profile_version v ON v.id = r.profile_id
     WHERE r.period_id = $1 AND r.state = 'posted' AND v.name = $2 ORDER BY r.no DESC LIMIT 1`, [periodId, name]);
  return latest ?? null;
}

/**
 * Whether some of what a posted report says stands nowhere any more: another report took it over (a file that was handed in for the wrong period), and it was taken back there.
 * The same file then says something new again, and so does reading it again by the same profile.
 */
export async function hasLostLines(source: SqlSource, reportNo: string): Promise<boolean> {
  // IS TRUE keeps the list of keys a list that is hashed once, whatever the statistics say: one pass over the report's outcomes.
  const { rows } = await sqlOf(source).query(
    `SELECT FROM line_outcome o WHERE o.report_no = $1 AND (o.key IN (SELECT e.key FROM earning e
       WHERE e.broker_id = (SELECT r.broker_id FROM report r WHERE r.no = $1) AND e.taken_back AND e.vanished_in_report_no IS NOT NULL AND e.report_no <> $1)) IS TRUE LIMIT 1`, [reportNo]);
  return rows.length > 0;
}

/** A period, ISO instants. */
export interface Twin { from: string; to: string }

/** Another, overlapping period of the broker of which a latest version, of whatever profile, has the same content; null where there is none. */
export async function twinOf(source: SqlSource, period: { brokerId: string; from: string; to: string }, contentDigest: string): Promise<Twin | null> {
  const { rows: [twin] } = await sqlOf(source).query<{ from: Date; to: Date }>(
    `SELECT o.period_from AS "from", o.period_to AS "to" FROM report_period o JOIN report t ON t.period_id = o.id AND t.state = 'posted' AND t.content_digest = $4
     WHERE o.broker_id = $1 AND (o.period_from, o.period_to) <> ($2::timestamptz, $3::timestamptz) AND o.period_from < $3 AND $2 < o.period_to
       AND NOT EXISTS (SELECT FROM report n JOIN profile_version v ON v.id = n.profile_id WHERE n.period_id = o.id AND n.state = 'posted' AND n.no > t.no AND v.name = (SELECT w.name FROM profile_version w WHERE w.id = t.profile_id))
     ORDER BY o.period_from LIMIT 1`, [period.brokerId, period.from, period.to, contentDigest]);
  return twin === undefined ? null : { from: twin.from.toISOString(), to: twin.to.toISOString() };
}

/** Why a file with lines that only their period tells apart is refused for another, overlapping one. */
export const twinRefusal = (fileName: string, twin: Twin): { code: 'CONTENT_OF_OTHER_PERIOD'; message: string } => ({
  code: 'CONTENT_OF_OTHER_PERIOD', message: `The file "${fileName}" has the same lines as the report of the overlapping period ${twin.from} to ${twin.to}, and some of them have no ticket by which they could be told apart; upload it for that period, or check which period it is for.`,
});
