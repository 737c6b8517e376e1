import { condition, proxyActivities, TemporalFailure } from '@temporalio/workflow';
import type { createSourceActivities } from '../activities/reports/sources/activities.ts';
import type { SourceToPoll } from '../domain/reports/sourceToPoll.ts';
import { API_PULL, FILE_DROP, MAILBOX } from './retry.ts';

type Activities = ReturnType<typeof createSourceActivities>;
const { pullApi } = proxyActivities<Activities>(API_PULL);
const { pollMailbox } = proxyActivities<Activities>(MAILBOX);
const { pollDrop } = proxyActivities<Activities>(FILE_DROP);
const LOOK = { api: pullApi, mailbox: pollMailbox, sftp: pollDrop, s3: pollDrop } as const;

/** Looks at the sources of one period, each at its own pace, beside whatever else the workflow waits for. */
export interface SourcePolls {
  /** Looks at each source whose turn has come. */
  due(sources: readonly SourceToPoll[]): void;
  /** Looks at each one that is not being looked at, whatever its turn, because an operator asks: also for a period that is posted. */
  all(sources: readonly SourceToPoll[]): void;
  /** When the next of these is to be looked at, epoch milliseconds; infinite while each is being looked at. */
  nextAt(sources: readonly SourceToPoll[]): number;
  /** Looks that have ended, for waiting until one more has. */
  ended(): number;
  running(): boolean;
  /** Until none is being looked at any more. */
  settled(): Promise<void>;
}

/** `came`: reports were found. A look that failed for good is repeated when its turn comes again; what was wrong stands with the source. */
export function sourcePolls(periodId: string, came: () => void): SourcePolls {
  const next = new Map<string, { at: number; edition: string | undefined }>();
  const looking = new Set<string>();
  let ended = 0;
  const turn = ({ sourceId, edition }: SourceToPoll): number => {
    if (looking.has(sourceId)) return Infinity;
    const known = next.get(sourceId);
    // One that was changed meanwhile is looked at now.
    return known === undefined || known.edition !== edition ? 0 : known.at;
  };
  const look = async ({ sourceId, kind, pollSeconds, edition }: SourceToPoll, again: boolean): Promise<void> => {
    looking.add(sourceId);
    try {
      const { received } = await LOOK[kind]({ periodId, sourceId, asOf: new Date().toISOString(), ...(again && { again }) });
      if (received > 0) came();
    } catch (error) {
      if (!(error instanceof TemporalFailure)) throw error;
    }
    looking.delete(sourceId);
    next.set(sourceId, { at: Date.now() + pollSeconds * 1000, edition });
    ended++;
  };
  return {
    due: (sources) => { for (const source of sources) if (turn(source) <= Date.now()) void look(source, false); },
    all: (sources) => { for (const source of sources) if (!looking.has(source.sourceId)) void look(source, true); },
    nextAt: (sources) => Math.min(...sources.map(turn)),
    ended: () => ended,
    running: () => looking.size > 0,
    settled: () => condition(() => looking.size === 0),
  };
}
