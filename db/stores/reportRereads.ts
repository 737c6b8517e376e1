import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { getProfile, newestProfile, type ProfileVersion } from './profiles.ts';
import { getReport, type Report } from './reports.ts';

export interface Reread { reportId: string; rereads: string; profileId: string; brokerId: string; periodId: string; from: string; to: string }

/**
 * Hands in the bytes of a kept report again, to be read by another profile version: the next version of its period, which posts the difference as any re-issue does.
 * `profileId` null: the newest version of the name by which it was read. Only what its period's latest version is, or a refused report after it.
 *
 * @throws Problem REPORT_UNKNOWN, PROFILE_UNKNOWN (404), REREAD_TOO_EARLY, REREAD_NOT_LATEST, REREAD_SAME_PROFILE, REREAD_OF_FIGURES (409)
 */
export async function rereadReport(tx: Tx, { reportId, profileId, by, at }: { reportId: string; profileId: string | null; by: string; at: string }): Promise<Reread> {
  const known = await getReport(tx, reportId);
  await tx.client.query('SELECT 1 FROM report_period WHERE id = $1 FOR UPDATE', [known.periodId]);
  const report = await getReport(tx, reportId);
  await refuseWhatCannot(tx, report);
  const profile = await wanted(tx, report, profileId);
  if (report.state === 'posted' && profile.id === report.profileId) {
    throw new Problem('REREAD_SAME_PROFILE', `The report "${reportId}" was read by this profile version (${profile.version} of "${profile.name}") already; add the version that reads it rightly first.`, { status: 409 });
  }
  const id = newId('report');
  await tx.client.query(
    `INSERT INTO report (id, broker_id, period_id, profile_id, declared_version, file_name, size, sha256, received_at, received_by, origin, source_id, facts, state, rereads, file_of)
     SELECT $2, broker_id, period_id, $3, declared_version, file_name, size, sha256, $4, $5, origin, source_id, facts, 'received', id, coalesce(file_of, id) FROM report WHERE id = $1`, [reportId, id, profile.id, at, by]);
  const { brokerId, periodId, from, to } = report;
  return { reportId: id, rereads: reportId, profileId: profile.id, brokerId, periodId, from, to };
}

async function refuseWhatCannot({ client }: Tx, report: Report): Promise<void> {
  const { id, state } = report;
  if (report.origin === 'dashboard') throw new Problem('REREAD_OF_FIGURES', 'Figures that were typed are read by a profile of their own; type them again.', { status: 409 });
  if (state === 'unchanged') throw new Problem('REREAD_NOT_LATEST', `The report "${id}" says what an earlier one said; read that one again.`, { status: 409 });
  if (state !== 'refused' && state !== 'posted') throw new Problem('REREAD_TOO_EARLY', `The report "${id}" is still being worked on (${state}).`, { status: 409 });
  const { rows: [later] } = await client.query<{ id: string; state: string }>(
    "SELECT l.id, l.state FROM report r JOIN report l ON l.period_id = r.period_id AND l.no > r.no AND l.state NOT IN ('refused', 'unchanged') WHERE r.id = $1 ORDER BY l.no DESC LIMIT 1", [id]);
  if (later !== undefined) throw new Problem('REREAD_NOT_LATEST', `The period of report "${id}" has a later version, "${later.id}" (${later.state}); read that one again.`, { status: 409, facts: { reportId: later.id } });
}

async function wanted(tx: Tx, report: Report, profileId: string | null): Promise<ProfileVersion> {
  const before = await getProfile(tx.db, report.profileId);
  if (profileId === null) return newestProfile(tx.db, report.brokerId, before.name);
  const profile = await getProfile(tx.db, profileId);
  if (profile.brokerId !== report.brokerId) throw new Problem('PROFILE_UNKNOWN', `Broker "${report.brokerId}" has no profile version "${profileId}".`, { status: 404 });
  return profile;
}

/** Numbers of the earlier reports that are one file; `first`: as it came. Empty, with null, for a file that is read once. */
export interface Readings { earlier: ReadonlySet<string>; first: string | null }

/** The reports that read the same file before, by other profile versions. */
export async function earlierReadings({ client }: Tx, reportId: string): Promise<Readings> {
  const { rows } = await client.query<{ no: string }>(
    'SELECT o.no FROM report r JOIN report o ON (o.id = r.file_of OR o.file_of = r.file_of) AND o.no < r.no WHERE r.id = $1 ORDER BY o.no', [reportId]);
  return { earlier: new Set(rows.map(({ no }) => no)), first: rows[0]?.no ?? null };
}

/** Whether what stands on the report `standsOn` is newer word of the broker than a file that is read again: such a report came after the file, and is no reading of it. */
export function isNewerThanFile({ earlier, first }: Readings, ownNo: string, standsOn: string): boolean {
  return first !== null && standsOn !== ownNo && !earlier.has(standsOn) && BigInt(standsOn) > BigInt(first);
}

/** Who handed in the file that a report reads again, and who had it read again before; none for a file that is read once. */
export async function handedInBy(source: SqlSource, reportId: string): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ by: string }>(
    'SELECT DISTINCT o.received_by AS by FROM report r JOIN report o ON o.id = r.file_of OR o.file_of = r.file_of WHERE r.id = $1 ORDER BY 1', [reportId]);
  return rows.map(({ by }) => by);
}

/** Whether a report whose content is that of `latestNo` changes nothing. One that reads it again by another profile version may say something else of the same cells. */
export async function saysTheSame({ client }: Tx, reportId: string, latestNo: string): Promise<boolean> {
  const { rows } = await client.query('SELECT FROM report r JOIN report l ON l.no = $2 WHERE r.id = $1 AND r.rereads IS NOT NULL AND r.profile_id <> l.profile_id', [reportId, latestNo]);
  return rows.length === 0;
}
