import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { fileProfileOf } from '../../domain/reports/profile.ts';
import { getProfile, newestProfile, type ProfileVersion } from './profiles.ts';
import { OF_ONE_NAME, REPLACES } from './replacedReports.ts';
import { getReport, type Report } from './reports.ts';
import { hasLostLines, latestOfName } from './sameContent.ts';

export interface Reread { reportId: string; rereads: string; profileId: string; brokerId: string; periodId: string; from: string; to: string }

/**
 * Hands in the bytes of a kept report again, to be read by another profile version: the next version of its period, which posts the difference as any re-issue does.
 * `profileId` null: the newest version of the name by which it was read. Only what its period's latest version is, or a refused report after it, or a posted one that stands beside later
 * ones, because none of them states the whole period; that one only by a profile that does not say so either, or it would take the later ones back. Reports under other profile names
 * do not matter. By the profile version that read it only where some of it stands nowhere any more.
 *
 * @throws Problem REPORT_UNKNOWN, PROFILE_UNKNOWN (404), REREAD_TOO_EARLY, REREAD_NOT_LATEST, REREAD_SAME_PROFILE, REREAD_OF_FIGURES (409)
 */
export async function rereadReport(tx: Tx, { reportId, profileId, by, at }: { reportId: string; profileId: string | null; by: string; at: string }): Promise<Reread> {
  const known = await getReport(tx, reportId);
  await tx.client.query('SELECT 1 FROM report_period WHERE id = $1 FOR UPDATE', [known.periodId]);
  const report = await getReport(tx, reportId);
  refuseWhatCannot(report);
  const profile = await wanted(tx, report, profileId);
  await refuseOvertaken(tx, report, profile);
  if (report.state === 'posted' && profile.id === report.profileId && !(await hasLostLines(tx, report.no))) {
    throw new Problem('REREAD_SAME_PROFILE', `The report "${reportId}" was read by this profile version (${profile.version} of "${profile.name}") already; add the version that reads it rightly first.`, { status: 409 });
  }
  const id = newId('report');
  await tx.client.query(
    `INSERT INTO report (id, broker_id, period_id, profile_id, declared_version, file_name, size, sha256, received_at, received_by, origin, source_id, facts, state, rereads, file_of)
     SELECT $2, broker_id, period_id, $3, declared_version, file_name, size, sha256, $4, $5, origin, source_id, facts, 'received', id, coalesce(file_of, id) FROM report WHERE id = $1`, [reportId, id, profile.id, at, by]);
  const { brokerId, periodId, from, to } = report;
  return { reportId: id, rereads: reportId, profileId: profile.id, brokerId, periodId, from, to };
}

function refuseWhatCannot(report: Report): void {
  const { id, state } = report;
  if (report.origin === 'dashboard') throw new Problem('REREAD_OF_FIGURES', 'Figures that were typed are read by a profile of their own; type them again.', { status: 409 });
  if (state === 'unchanged') throw new Problem('REREAD_NOT_LATEST', `The report "${id}" says what an earlier one said; read that one again.`, { status: 409 });
  if (state !== 'refused' && state !== 'posted') throw new Problem('REREAD_TOO_EARLY', `The report "${id}" is still being worked on (${state}).`, { status: 409 });
}

async function refuseOvertaken({ client }: Tx, { id, state }: Report, profile: ProfileVersion): Promise<void> {
  const stays = state === 'posted' && fileProfileOf(profile.profile).full !== true;
  const { rows: [later] } = await client.query<{ id: string; state: string }>(
    `SELECT l.id, l.state FROM report r JOIN report l ON l.period_id = r.period_id AND l.no > r.no AND l.state NOT IN ('refused', 'unchanged')
     WHERE r.id = $1 AND NOT ($2 AND l.state = 'posted' AND NOT ${REPLACES('l', 'r')})
       AND (${OF_ONE_NAME('l', 'r')} OR (SELECT v.name FROM profile_version v WHERE v.id = l.profile_id) = $3) ORDER BY l.no DESC LIMIT 1`, [id, stays, profile.name]);
  if (later !== undefined) throw new Problem('REREAD_NOT_LATEST', `The period of report "${id}" has a later version, "${later.id}" (${later.state}); read that one again.`, { status: 409, facts: { reportId: later.id } });
}

async function wanted(tx: Tx, report: Report, profileId: string | null): Promise<ProfileVersion> {
  const before = await getProfile(tx.db, report.profileId);
  if (profileId === null) return newestProfile(tx.db, report.brokerId, before.name);
  const profile = await getProfile(tx.db, profileId);
  if (profile.brokerId !== report.brokerId) throw new Problem('PROFILE_UNKNOWN', `Broker "${report.brokerId}" has no profile version "${profileId}".`, { status: 404 });
  return profile;
}

/**
 * Numbers of the earlier reports that are one file; `first`: as it came. Empty, with null, for a file that is read once. `older`: later numbers of files that came before it
 * and were read again since.
 */
export interface Readings { earlier: ReadonlySet<string>; first: string | null; older: ReadonlySet<string> }

/** The reports that read the same file before, by other profile versions. */
export async function earlierReadings({ client }: Tx, reportId: string): Promise<Readings> {
  const { rows } = await client.query<{ no: string }>(
    'SELECT o.no FROM report r JOIN report o ON (o.id = r.file_of OR o.file_of = r.file_of) AND o.no < r.no WHERE r.id = $1 ORDER BY o.no', [reportId]);
  const first = rows[0]?.no ?? null;
  const older = first === null ? [] : (await client.query<{ no: string }>(
    'SELECT o.no FROM report r JOIN report o ON o.broker_id = r.broker_id AND o.no > $2 AND o.no < r.no JOIN report f ON f.id = o.file_of AND f.no < $2 WHERE r.id = $1', [reportId, first])).rows;
  return { earlier: new Set(rows.map(({ no }) => no)), first, older: new Set(older.map(({ no }) => no)) };
}

/**
 * Whether an earning is newer word of the broker than a file that is read again: it stands on a report that came after the file, and reads neither it nor an older one. One that was
 * taken back says nothing any more.
 */
export function isNewerThanFile({ earlier, first, older }: Readings, ownNo: string, { reportNo: standsOn, takenBack }: { reportNo: string; takenBack: boolean }): boolean {
  return first !== null && !takenBack && standsOn !== ownNo && !earlier.has(standsOn) && !older.has(standsOn) && BigInt(standsOn) > BigInt(first);
}

/** Numbers of the broker's reports whose files came after the number `first`, an SQL expression; none where that is null. */
export const NEWER_FILES = (broker: string, first: string): string => `SELECT k.no FROM report k JOIN report f ON f.id = coalesce(k.file_of, k.id) WHERE k.broker_id = ${broker} AND f.no > ${first}::bigint`;

/** Who handed in the file that a report reads again, and who had it read again before; none for a file that is read once. */
export async function handedInBy(source: SqlSource, reportId: string): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ by: string }>(
    'SELECT DISTINCT o.received_by AS by FROM report r JOIN report o ON o.id = r.file_of OR o.file_of = r.file_of WHERE r.id = $1 ORDER BY 1', [reportId]);
  return rows.map(({ by }) => by);
}

/**
 * Whether a report with this content changes nothing: its period's latest version under that profile name has the same, all of which still stands somewhere. One that reads it again by
 * another profile version may say something else of the same cells.
 */
export async function saysNothingNew(tx: Tx, reportId: string, contentDigest: string): Promise<boolean> {
  const { rows: [own] } = await tx.client.query<{ periodId: string; name: string; profileId: string; again: boolean }>(
    'SELECT r.period_id AS "periodId", v.name, r.profile_id AS "profileId", r.rereads IS NOT NULL AS again FROM report r JOIN profile_version v ON v.id = r.profile_id WHERE r.id = $1', [reportId]);
  const { periodId, name, profileId, again } = own!;
  const latest = await latestOfName(tx, periodId, name);
  if (latest?.contentDigest !== contentDigest || (again && profileId !== latest.profileId)) return false;
  return !(await hasLostLines(tx, latest.no));
}
