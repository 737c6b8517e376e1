import { Context } from '@temporalio/activity';
import { withTransaction } from '../../db/connection.ts';
import { listPayouts } from '../../db/stores/payouts.ts';
import { keepDifferences } from '../../db/stores/reconciliationCases.ts';
import { finishReconciliation, markUnreachable, openReconciliation } from '../../db/stores/reconciliations.ts';
import { DIFFERENCE_CODES, MENDED_BY_LOOK_UP } from '../../domain/payouts/reconcile/items.ts';
import { railHint, WORKFLOWS } from '../../workflows/contracts.ts';
import { payoutStart, railReconciliationStart } from '../../workflows/starts.ts';
import { alive } from '../alive.ts';
import { concurrently } from '../concurrently.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { ensureExchanges } from './exchangeSchedules.ts';
import { hintPayout } from './compareRail.ts';
import { noteMissingRails } from './missingRails.ts';
import { compareRecord } from './recordComparison.ts';
import { stopForLost } from './recordGuard.ts';
import type { PayoutSettings } from './settings.ts';

/** A lost payout stays a case until an operator has closed it: what it says is not over when a later look does not find it. */
const BY_THE_RECORD = DIFFERENCE_CODES.filter((code) => code !== 'LOST_PAYOUT');

/** `asOf`: the workflow's time, ISO instant; `day`: YYYY-MM-DD. */
export interface ReconcileInput { rail: string; day: string; asOf: string }
/** Counts of one reconciliation. */
export interface Reconciliation { items: number; differences: number; opened: number; closed: number }

/** The side effects of `railReconciliation` and `railResume`, and what the daily Schedule starts. Each can be repeated. */
export function createReconciliationActivities({ pool, client, rails }: Pick<Dependencies, 'pool' | 'client' | 'rails'>, settings: Pick<PayoutSettings, 'startsAtOnce'>) {
  // One that is not configured is not there a minute later either.
  const compare = async (id: string, mendedBefore: string | null, signal: AbortSignal) => compareRecord(pool, await refusing(async () => rails.get(id)), mendedBefore, signal);

  return {
    /** A reconciliation for each rail that this worker is configured for; a rail that is gone while payouts of it are open is told. */
    startRailReconciliations: async ({ day }: { day: string }): Promise<{ started: string[] }> => {
      // Where Temporal's state was deleted they are made again here, by whoever knows the rails.
      await ensureExchanges(client, rails);
      await noteMissingRails(pool, rails.ids(), new Date().toISOString());
      const started: string[] = [];
      for (const rail of rails.ids()) {
        const start = railReconciliationStart({ rail, day });
        await client.workflow.start(WORKFLOWS.railReconciliation, start);
        started.push(start.workflowId);
      }
      return { started };
    },

    /** The first look: payouts that a look-up can mend are told to ask their rail. Throws `Problem` RAIL_UNREACHABLE, which is retried. */
    lookAtRecord: ({ rail, day, asOf }: ReconcileInput): Promise<{ hinted: number }> => alive(async (signal) => {
      await openReconciliation(pool, { rail, day, at: asOf });
      const { differences } = await compare(rail, null, signal);
      const mended = differences.filter(({ code, payoutId }) => payoutId !== null && MENDED_BY_LOOK_UP.includes(code));
      await concurrently(mended, settings.startsAtOnce, ({ code, payoutId }) => hintPayout(client, { payoutId: payoutId!, rail }, `record: ${code}`));
      return { hinted: mended.length };
    }),

    /** The second look: what differs is a case, what no longer differs is closed. `mendedBefore`: when the first look was. */
    reconcileWithRecord: ({ rail, day, asOf, mendedBefore }: ReconcileInput & { mendedBefore: string }): Promise<Reconciliation> => alive(async (signal) => {
      const { differences, items, railTotal, ledgerTotal, lost } = await compare(rail, mendedBefore, signal);
      const kept = await withTransaction(pool, async (tx) => {
        await finishReconciliation(tx, { rail, day, at: asOf, items, railTotal, ledgerTotal, differences: differences.length });
        await stopForLost(tx, rail, lost, asOf);
        return keepDifferences(tx, { rail, at: asOf, differences, judged: BY_THE_RECORD });
      });
      const { log } = Context.current();
      for (const { code, subject } of differences) log.warn('the record of the rail differs from ours', { rail, code, subject });
      log.info('the record of the rail was compared with ours', { rail, items, differences: differences.length, ...kept });
      return { items, differences: differences.length, ...kept };
    }),

    /** The record could not be read: a case of its own, which closes when it can. */
    noteRecordUnreachable: async ({ rail, day, asOf, detail }: ReconcileInput & { detail: string }): Promise<void> => {
      await withTransaction(pool, async (tx) => {
        await openReconciliation(tx, { rail, day, at: asOf });
        await markUnreachable(tx, { rail, day, at: asOf });
        await keepDifferences(tx, { rail, at: asOf, judged: [], differences: [{ code: 'RECORD_UNREACHABLE', subject: rail, payoutId: null, detail: `Its record could not be read: ${detail}`, facts: { day } }] });
      });
    },

    /** Wakes a page of payouts whose outcome is still to come; one whose workflow has ended is started. */
    hintOpenPayouts: ({ rail, after, limit }: { rail: string | null; after: string; limit: number }): Promise<{ next: string | null; hinted: number }> => alive(async () => {
      const page = await listPayouts(pool, { open: true, after, limit, ...(rail === null ? {} : { rail }) });
      await concurrently(page, settings.startsAtOnce, async (payout) => {
        await client.workflow.signalWithStart(WORKFLOWS.payout, { ...payoutStart(payout), signal: railHint, signalArgs: [{ eventId: 'payouts go on' }] });
      });
      return { next: page.length < limit ? null : page.at(-1)!.id, hinted: page.length };
    }),
  };
}
