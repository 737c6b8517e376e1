import type { Pool } from 'pg';
import { withTransaction } from '../../../db/connection.ts';
import { openPreviewFile, type ReportPreview } from '../../../db/stores/reportPreviews.ts';
import { twinOf, twinRefusal } from '../../../db/stores/sameContent.ts';
import { Problem } from '../../../domain/problem.ts';
import { findings } from '../../../domain/reports/preview/findings.ts';
import type { PreviewResult, Refusal } from '../../../domain/reports/preview/result.ts';
import { lotWarnings, timeWarnings } from '../../../domain/reports/preview/warnings.ts';
import { fileProfileOf } from '../../../domain/reports/profile.ts';
import { isTicketless } from '../../../domain/reports/ticketless.ts';
import { plain, sum } from '../../../domain/decimal.ts';
import { judgeSample } from './judgeSample.ts';
import { isUnchanged, knownBefore, knownPeriod, medianLots } from './period.ts';
import { readSample } from './readSample.ts';

/**
 * Reads and judges a sample as a report that is handed in now would be, and answers what it found. Everything is read in one
 * transaction that Postgres itself holds to reading: nothing can be posted, locked or numbered by it.
 *
 * @param asOf ISO instant: what closes after it is in the future
 */
export async function preview(pool: Pool, given: ReportPreview, asOf: string, mostLines?: number): Promise<PreviewResult> {
  const brokerId = given.brokerId!;
  const profile = given.profile!;
  const sample = await readSample(openPreviewFile(pool, given.id), profile, given.fileName, asOf, mostLines);
  return withTransaction(pool, async (tx) => {
    await tx.client.query('SET TRANSACTION READ ONLY');
    const period = await knownPeriod(tx, brokerId, given.from ?? firstTime(sample.lines) ?? asOf, given.to);
    const servers = await tx.client.query<{ server: string }>('SELECT server FROM broker_server WHERE broker_id = $1', [brokerId]);
    let refusal: Refusal | null = sample.refusal;
    let judged: Awaited<ReturnType<typeof judgeSample>> | null = null;
    try {
      judged = await judgeSample(tx, sample.lines, period, fileProfileOf(profile).adjustmentShare ?? '1');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refusal ??= { code: error.code, message: error.message, at: error.at ?? {} };
    }
    const digest = sample.summary?.contentDigest;
    const unchanged = digest !== undefined && await isUnchanged(tx, period, given.profileId, digest);
    const twin = digest === undefined || unchanged || period.to === null || !sample.lines.some(isTicketless) ? null : await twinOf(tx, { ...period, to: period.to }, digest);
    if (twin !== null) refusal ??= { ...twinRefusal(given.fileName, twin), at: {} };
    const known = await knownBefore(tx, brokerId, [...new Set([...judged?.outcomes.values() ?? []].flatMap(({ key }) => (key === null ? [] : [key])))]);
    const found = findings({ lines: sample.lines, judged, servers: servers.rows.map(({ server }) => server), period: given.from === null ? null : { from: given.from, to: given.to! }, asOf });
    const lots = sample.lines.flatMap((line) => ((line.kind === 'trade' || line.kind === 'aggregate') && line.malformed === null && line.lots !== null ? [line.lots] : []));
    return {
      ...found, refusal, unchanged, cutAfter: sample.cut ? sample.lines.length : null, stated: sample.stated,
      knownBefore: { lines: known.reduce((total, { lines }) => total + lines, 0), earned: plain(sum(known.map(({ earned }) => earned))) },
      warnings: [...found.warnings, ...sample.notices.map(({ code, message }) => ({ code, message })), ...(sample.cut ? [{ code: 'SAMPLE_CUT', message: `Only the first ${sample.lines.length} lines were read and judged; sums and totals are theirs.` }] : []), ...timeWarnings(sample.lines, fileProfileOf(profile).timeZone ?? null), ...lotWarnings(lots, await medianLots(tx, brokerId))],
    };
  }, { isolation: 'repeatable read' });
}

function firstTime(lines: readonly { closeTime: string | null }[]): string | null {
  return lines.reduce<string | null>((first, { closeTime }) => (closeTime !== null && (first === null || closeTime < first) ? closeTime : first), null);
}
