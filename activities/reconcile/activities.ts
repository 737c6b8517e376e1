import { Context } from '@temporalio/activity';
import { sealJournals } from '../../db/ledger/seal.ts';
import { notePayoutsWaiting } from '../../db/stores/payoutsWaiting.ts';
import { forgetPreviews } from '../../db/stores/reportPreviews.ts';
import { forgetQuietGuards } from '../../db/stores/signInGuards.ts';
import { noteUnknownOutcomes } from '../../db/stores/unknownOutcomes.ts';
import type { OwnershipTerms } from '../../domain/ownership/terms.ts';
import { Problem } from '../../domain/problem.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Reconciled, startMissing } from './startMissing.ts';

/** The side effects of `sweep`. */
export function createReconcileActivities({ pool, client }: Pick<Dependencies, 'pool' | 'client'>, ownershipTerms: OwnershipTerms, outbox = false) {
  return {
    async startMissing(): Promise<Reconciled> {
      // What nobody knows the outcome of is somebody's work at once, not when the day's reconciliation finds it.
      await noteUnknownOutcomes(pool, new Date().toISOString());
      await notePayoutsWaiting(pool, new Date().toISOString());
      return startMissing({ pool, client, ownershipTerms, outbox }, (done) => Context.current().heartbeat({ done }));
    },
    /** Chains the journals since the last time by hash. Where postings never pause, the next hour does it. */
    async sealLedger(): Promise<{ blocks: number; journals: number }> {
      // Housekeeping of the same hour: what was guessed at a day ago counts for nothing, and samples of files are kept for days only.
      await forgetQuietGuards(pool, new Date().toISOString());
      await forgetPreviews(pool, new Date().toISOString());
      try {
        const { blocks, journals } = await sealJournals(pool);
        return { blocks, journals };
      } catch (error) {
        if (error instanceof Problem && error.code === 'LEDGER_SEAL_BUSY') return { blocks: 0, journals: 0 };
        throw error;
      }
    },
  };
}
