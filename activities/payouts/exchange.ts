import type { Pool } from 'pg';
import type { Difference } from '../../domain/payouts/reconcile/items.ts';
import { withTransaction } from '../../db/connection.ts';
import { batchesToHandOver, settleBatches } from '../../db/stores/payoutBatches.ts';
import { executedAfterAllUntold, executedBeyondUntold } from '../../db/stores/executedAfterAll.ts';
import { keepDifferences } from '../../db/stores/reconciliationCases.ts';
import { payoutsAhead } from '../../db/stores/railEntries.ts';
import { payoutsByKey } from '../../db/stores/payouts.ts';
import { alive } from '../alive.ts';
import { concurrently } from '../concurrently.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { assembleTurn } from './assembleTurn.ts';
import { hintPayout } from './compareRail.ts';
import { discardWithdrawn } from './discard.ts';
import { handOverBatch } from './handOver.ts';
import { requoteWaiting } from './requoteWaiting.ts';
import { recordLooked } from './recordGuard.ts';
import { readiness } from './readiness.ts';
import type { PayoutSettings } from './settings.ts';

/** `asOf`: the workflow's time when it asked for this, an ISO instant. */
export interface ExchangeInput { rail: string; asOf: string }

/** Payouts about which something was told within this are woken until they have looked. */
const HINT_AGAIN_MS = 2 * 3_600_000;

/** The steps of a rail's exchange. Each is harmless when repeated: rows say what was done. */
export function createExchangeActivities(deps: Pick<Dependencies, 'pool' | 'client' | 'rails' | 'personal'>, { policy, startsAtOnce }: PayoutSettings) {
  const { pool, client, rails } = deps;
  const committing = { rails, policy };
  const hint = (rail: string, payoutIds: Iterable<string>, reason: string): Promise<void> => concurrently([...new Set(payoutIds)], startsAtOnce, (payoutId) => hintPayout(client, { payoutId, rail }, reason));

  return {
    /** Commits files of whatever is prepared, and answers with all that are still to be handed over. */
    assembleBatches: ({ rail: railId, asOf }: ExchangeInput): Promise<{ batchIds: string[] }> => refusing(() => alive(async (signal) => {
      const rail = rails.get(railId);
      // What is committed already waits as well: the next turn hands it over.
      if (rail.batch !== undefined && await recordLooked(deps, rail, asOf) !== null) return { batchIds: [] };
      if (rail.batch !== undefined) await hint(railId, await requoteWaiting(deps, committing, rail, { asOf, atOnce: startsAtOnce }, signal), 'its rate has run out');
      await assembleTurn(deps, rail, asOf);
      return { batchIds: await batchesToHandOver(pool, railId) };
    })),

    handOverBatch: ({ batchId, asOf }: { batchId: string; asOf: string }): Promise<{ state: string; why: string }> => refusing(() => alive(async (signal) => {
      const { state, why, payoutIds, rail } = await handOverBatch(deps, committing, batchId, asOf, signal);
      await hint(rail, payoutIds, `file ${batchId}: ${state}`);
      return { state, why };
    })),

    /** Reads what the rail left, and wakes every payout of which it says more than is settled here. */
    fetchFromRail: ({ rail: railId, asOf }: ExchangeInput): Promise<{ told: number; hinted: number }> => refusing(() => alive(async (signal) => {
      const rail = rails.get(railId);
      const events = await rail.ingest?.(asOf, signal) ?? [];
      await withTransaction(pool, (tx) => settleBatches(tx, railId));
      await discardWithdrawn(pool, rail, asOf, signal);
      const since = new Date(Date.parse(asOf) - HINT_AGAIN_MS).toISOString();
      await tellExecutedAfterAll(pool, railId, since, asOf);
      const told = await payoutsByKey(pool, railId, events.flatMap(({ idempotencyKey }) => (idempotencyKey === null ? [] : [idempotencyKey])));
      const ahead = await payoutsAhead(pool, railId, since);
      const payoutIds = new Set([...told, ...ahead]);
      await hint(railId, payoutIds, 'the rail has told something');
      // Told also while nothing is being prepared: a hot wallet is to be filled before the next run.
      await readiness(pool, rail, asOf, signal);
      return { told: events.length, hinted: payoutIds.size };
    })),
  };
}

/** Operators need not wait for the daily comparison to hear that what was taken for never to execute was executed, its money given back, or another attempt about to pay it again; or that what was paid, or came back, was executed once more. */
async function tellExecutedAfterAll(pool: Pool, rail: string, since: string, at: string): Promise<void> {
  const found = await executedAfterAllUntold(pool, rail, since);
  const beyond = await executedBeyondUntold(pool, rail, since);
  if (found.length + beyond.length === 0) return;
  await withTransaction(pool, (tx) => keepDifferences(tx, {
    rail, at, judged: [],
    differences: [...found.map(({ payoutId, state, railReference }): Difference => ({
      code: 'FAILED_BUT_EXECUTED', subject: payoutId, payoutId, facts: { state, references: railReference },
      detail: state === 'failed' ? `Its money was given back, and the rail executed it as ${railReference}.` : `The rail executed an attempt as ${railReference} that was taken for never to execute. Nothing more of it is sent; if another attempt is out already, it may be paid twice.`,
    })), ...beyond.map(({ payoutId, state, references, beyond: amount }): Difference => ({
      code: 'PAID_TWICE', subject: payoutId, payoutId, facts: { state, references },
      detail: state === 'paid' ? `The rail executed it more than once: ${references}.` : `It came back here, and the rail executed it again: ${references}; ${amount} more left than stands here. Suspend the user until that is settled, or he can be paid it once more.`,
    }))],
  }));
}
