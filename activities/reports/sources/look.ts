import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { refusedData } from '../../../db/refusedData.ts';
import type { PersonalData } from '../../../db/personal/personalData.ts';
import { findItemPeriod, type ItemPeriod } from '../../../db/stores/itemPeriods.ts';
import { getSource, lookedAt, type ReportSource, type SourceKind, type SourceProblem } from '../../../db/stores/reportSources.ts';
import { Problem } from '../../../domain/problem.ts';
import type { Resolver } from '../../webhooks/addresses.ts';
import { retryable, shownProblem, SourceAway } from './failure.ts';
import type { SourceSettings } from './settings.ts';

export interface SourceDeps { pool: Pool; client: Client; personal: PersonalData; settings: SourceSettings; resolve: Resolver }
/** `again`: an operator asks, also for a period that is posted. */
export interface LookInput { periodId: string; sourceId: string; asOf: string; again?: boolean }
export interface Looked { received: number; problem: SourceProblem | null }

/**
 * One look at a source for a period, and what is noted of it. A problem that will not mend by itself is kept on the source and nothing is
 * received; where the source is away that is noted too, and the failure is one that Temporal retries.
 */
export async function look({ pool }: Pick<SourceDeps, 'pool'>, input: LookInput, kinds: readonly SourceKind[], work: (source: ReportSource, period: ItemPeriod) => Promise<Looked>): Promise<{ received: number }> {
  const [source, period] = [await getSource(pool, input.sourceId), await findItemPeriod(pool, input.periodId)];
  if (period === null) throw new Problem('REPORT_PERIOD_UNKNOWN', `There is no report period "${input.periodId}".`, { status: 404 });
  if (source.state !== 'active' || source.brokerId !== period.brokerId || !kinds.includes(source.kind)) return { received: 0 };
  try {
    const { received, problem } = await work(source, period);
    await lookedAt(pool, source.id, input.asOf, problem);
    return { received };
  } catch (error) {
    const shown = error instanceof SourceAway ? error : refusedData(error);
    if (shown === null || (shown instanceof Problem && shown.status >= 500)) throw error;
    await lookedAt(pool, source.id, input.asOf, shownProblem(shown));
    if (shown instanceof SourceAway) throw retryable(shown);
    return { received: 0 };
  }
}
