import { drizzle } from 'drizzle-orm/node-postgres';
import { newestProfile } from '../../../../db/stores/profiles.ts';
import { takenKeys } from '../../../../db/stores/sourceItems.ts';
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
 * Fetches a period's report from a broker's API and keeps it as it came, if it is ready and says something that was not taken before.
 * A period that is over is asked for, and one that is posted only when an operator asks.
 */
export function pullApi(deps: SourceDeps, input: LookInput, signal?: AbortSignal): Promise<{ received: number }> {
  return look(deps, input, ['api'], async (source, period) => {
    if (input.asOf < period.to || (period.posted && input.again !== true)) return { received: 0, problem: null };
    const { fetched, format } = await fetchFrom(deps, source, period, signal);
    if (fetched === null) return { received: 0, problem: null };
    try {
      const key = `${period.id} ${fetched.sha256}`;
      if ((await takenKeys(deps.pool, source.id, [key])).has(key)) return { received: 0, problem: null };
      const name = `${source.name}_${periodKey(period.from, period.to)}.${format}`;
      const taken = await take(deps, { source, period, file: fetched.file, key, name, fileName: name, facts: { pages: fetched.pages }, at: input.asOf });
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
