import { drizzle } from 'drizzle-orm/node-postgres';
import { newestProfile } from '../../../../db/stores/profiles.ts';
import { lastTaken } from '../../../../db/stores/sourceItems.ts';
import { type ReportSource, sourceSecret } from '../../../../db/stores/reportSources.ts';
import { Problem } from '../../../../domain/problem.ts';
import { fileProfileOf } from '../../../../domain/reports/profile.ts';
import type { ApiSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { periodKey } from '../../../../workflows/contracts.ts';
import { closeFile } from '../../read/spool.ts';
import { look, type LookInput, type SourceDeps } from '../look.ts';
import { take } from '../take.ts';
import { type Fetched, fetchReport } from './fetchReport.ts';

/**
 * Fetches a period's report from a broker's API and keeps it as it came, if it is ready and says something else than what was taken last.
 * A period that is over is asked for; before its report is due only of an API that says when it is ready, for half-booked figures would pass
 * for the whole. One that is posted, or not due yet, is asked for when an operator wants it; what was taken before it was due is asked for once more.
 */
export function pullApi(deps: SourceDeps, input: LookInput, signal?: AbortSignal): Promise<{ received: number }> {
  return look(deps, input, ['api'], async (source, period) => {
    const early = source.settings['ready'] === undefined && period.dueAt !== null && input.asOf < period.dueAt;
    if (input.asOf < period.to || ((period.posted || early) && input.again !== true)) return { received: 0, problem: null };
    const last = await lastTaken(deps.pool, source.id, period.id);
    const { fetched, format } = await fetchFrom(deps, source, period, signal);
    if (fetched === null) return { received: 0, problem: null };
    try {
      // Taken before it was due and still the same now: taken again, it says that this is the whole report, and changes nothing.
      const confirms = !early && last !== null && period.dueAt !== null && last.receivedAt < period.dueAt && !period.posted;
      if (last?.content === fetched.sha256 && !confirms) return { received: 0, problem: null };
      const name = `${source.name}_${periodKey(period.from, period.to)}.${format}`;
      const is = { edition: { place: period.id, content: fetched.sha256, after: last?.no ?? null } };
      const taken = await take(deps, { source, period, file: fetched.file, is, name, fileName: name, facts: { pages: fetched.pages }, at: input.asOf });
      return { received: taken ? 1 : 0, problem: null };
    } finally {
      await closeFile(fetched.file.fd);
    }
  });
}

/** As it would be taken; the caller closes the file. Throws what `fetchReport` throws, PROFILE_MISSING, SOURCE_SETTINGS. */
export async function fetchFrom({ pool, personal, settings, resolve }: SourceDeps, source: ReportSource, { from, to }: { from: string; to: string }, signal?: AbortSignal): Promise<{ fetched: Fetched | null; format: string }> {
  const api = source.settings as unknown as ApiSourceSettings;
  const profile = fileProfileOf((await newestProfile(drizzle(pool), source.brokerId, source.profileName)).profile);
  if (profile.format !== 'json' && (api.paging.kind !== 'none' || api.totals !== undefined || api.ready !== undefined)) {
    throw new Problem('SOURCE_SETTINGS', `The profile "${source.profileName}" reads ${profile.format}, but the source's settings speak of pages, totals or readiness, which are for json.`);
  }
  const rowsPath = profile.format === 'json' ? api.rows ?? profile.rowsPath ?? '' : null;
  return { fetched: await fetchReport({ settings: api, secret: await sourceSecret(personal, pool, source.id), rowsPath, from, to }, { settings, resolve, signal }), format: profile.format };
}
