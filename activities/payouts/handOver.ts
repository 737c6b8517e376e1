import { createHash } from 'node:crypto';
import type { SubmitOutcome } from '../../domain/payouts/outcomes.ts';
import { Problem } from '../../domain/problem.ts';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { batchItems, countHandOver, getBatch, moveBatch, noteOnBatch, oddOneIn, type PayoutBatch, provenUnpaidIn, uncountHandOver } from '../../db/stores/payoutBatches.ts';
import { blockedAmong } from '../../db/stores/payoutBlocked.ts';
import { executedAfterAll } from '../../db/stores/executedAfterAll.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import { clearCondition, noteCondition } from '../../db/stores/railConditions.ts';
import { stoppedReason } from '../../db/stores/railSwitch.ts';
import { openBytes } from '../../db/stores/sealedFields.ts';
import { withdrawBatch } from '../../db/stores/withdrawBatch.ts';
import type { Dependencies } from '../dependencies.ts';
import { putBack } from './batchBytes.ts';
import { type Committing, decideAndCommit } from './commit.ts';
import { discardOf } from './discard.ts';
import { giveUpPrepared } from './giveUp.ts';
import { handleOf } from './handle.ts';
import { lastLook, OURS } from './lastLook.ts';
import type { CommittedAttempt, CommittedBatch, Rail } from './rails/rail.ts';
import { HAND_OVER_DEADLINE_MS, HAND_OVER_ENDS_MS } from './settings.ts';
import { stopped } from './stopped.ts';

type Deps = Pick<Dependencies, 'pool' | 'rails' | 'personal'>;
export interface HandedOver { state: PayoutBatch['state']; why: string; /** Payouts that should look now. */ payoutIds: string[]; rail: string }

const AWAY = 'RAIL_HAND_OVER_FAILS';
/** States of an attempt whose file waits to be handed over. */
const WAITING = ['sent', 'unknown'] as const;

/**
 * Hands a committed file over: staged, then counted under its row's lock together with the switch, then given its name, unless payouts were stopped in between. A crash at any point is taken up by the next call: not staged or
 * not counted, the rail has seen nothing; counted, the staged name says whether the file had been given its own. Whatever is in doubt stays `assembled` and is looked at again; a file
 * that a rail without staging may have is left as `unknown`. Of a file that was never counted every payee is asked about in the transaction that counts it: where one must not be paid any more,
 * the file is withdrawn as a whole instead, and the others go with the next.
 */
export async function handOverBatch(deps: Deps, committing: Committing, batchId: string, asOf: string, signal: AbortSignal): Promise<HandedOver> {
  const { pool, rails } = deps;
  const found = await getBatch(pool, batchId);
  const rail = rails.get(found.rail);
  const ended = (batch: Pick<PayoutBatch, 'state' | 'detail'>): HandedOver => ({ state: batch.state, why: batch.detail ?? '', payoutIds: [], rail: rail.id });
  const withdrawn = async (batch: Pick<PayoutBatch, 'state' | 'detail'>): Promise<HandedOver> => {
    await discardOf(rail, batchId, signal);
    return { ...ended(batch), payoutIds: (await batchItems(pool, batchId)).map(({ payoutId }) => payoutId) };
  };
  if (found.state === 'withdrawn') return withdrawn(found);
  if (found.state !== 'assembled') return ended(found);
  const waits = async (why: string, isFault: boolean): Promise<HandedOver> => {
    await withTransaction(pool, async (tx) => {
      await noteOnBatch(tx, batchId, why);
      if (isFault) await noteCondition(tx, { rail: rail.id, code: AWAY, detail: why, at: asOf });
    });
    return ended({ state: 'assembled', detail: why });
  };

  const reason = await withTransaction(pool, (tx) => stoppedReason(tx, rail.id));
  if (reason !== null) return waits(stopped(reason), false);
  let staged = found.staged;
  const committed = (sends: number): Promise<CommittedBatch> => fileOf(deps, rail, found, staged, sends);
  try {
    if (found.sends === 0 && rail.batch?.stage !== undefined) staged = await rail.batch.stage(await committed(0), signal);
  } catch (error) {
    if (error instanceof Problem) return waits(`${error.code}: ${error.message}`, true);
    return waits(`the file could not be brought to the rail: ${error instanceof Error ? error.message : String(error)}`, true);
  }
  const counted = await withTransaction(pool, async (tx): Promise<PayoutBatch | { wait: string; isFault: boolean }> => {
    const batch = await getBatch(tx, batchId, true);
    const reason = await stoppedReason(tx, rail.id);
    if (batch.state !== 'assembled') return batch;
    if (reason !== null) return { wait: stopped(reason), isFault: false };
    // Never reached: who is in a file that waits is neither decided about nor looked up as unpaid. Should it be, the file would pay him a second time.
    const unpaid = await provenUnpaidIn(tx, batchId);
    if (unpaid !== null) return { wait: `FILE_PAYS_TWICE: payout ${unpaid} of this file was taken for never to execute; nothing of the file is handed over`, isFault: true };
    if (batch.sends === 0) {
      const odd = await oddOneIn(tx, batchId, WAITING);
      if (odd !== null) return { wait: `FILE_PAYS_TWICE: payout ${odd.payoutId} of this file, which was never handed over, is ${odd.decided ? 'decided about by operators' : odd.state}; nothing of the file is handed over`, isFault: true };
      if (await withdrawnForBlocked(tx, batchId, asOf)) return getBatch(tx, batchId);
    }
    await countHandOver(tx, batchId, { staged, at: asOf });
    return getBatch(tx, batchId);
  });
  if ('wait' in counted) return waits(counted.wait, counted.isFault);
  if (counted.state === 'withdrawn') return withdrawn(counted);
  if (counted.state !== 'assembled') return ended(counted);
  staged = counted.staged;

  const look = lastLook(pool, rail.id, HAND_OVER_DEADLINE_MS);
  const outcome: SubmitOutcome = await rail.batch!.submit(await committed(counted.sends), AbortSignal.any([signal, AbortSignal.timeout(HAND_OVER_ENDS_MS)]), look);
  // As long as nobody else has counted one, who is in it can still be taken out, and the file withdrawn.
  if (outcome.kind === 'deferred' && staged !== null && counted.sends === 1) await withTransaction(pool, (tx) => uncountHandOver(tx, batchId, staged!));
  if (outcome.kind === 'deferred') return waits(`${outcome.code}: ${outcome.reason}`, !OURS.includes(outcome.code));
  if (outcome.kind === 'unknown' && staged !== null) return waits(outcome.detail, true);
  const payoutIds = await tellPayouts(deps, committing, batchId, outcome, asOf);
  const [state, detail] = outcome.kind === 'accepted' ? ['sent', 'handed over'] as const : outcome.kind === 'rejected' ? ['rejected', `${outcome.code}: ${outcome.reason}`] as const : ['unknown', outcome.detail] as const;
  await withTransaction(pool, async (tx) => {
    await moveBatch(tx, batchId, ['assembled'], state, { detail, ...(outcome.kind === 'accepted' && { railReference: outcome.railReference }) });
    await clearCondition(tx, { rail: rail.id, code: AWAY, at: asOf });
  });
  return { state, why: detail, payoutIds, rail: rail.id };
}

/** Withdraws a file in which somebody is who must not be paid any more, and gives him the money back, but not where an earlier attempt was executed after all. False: there is nobody. */
async function withdrawnForBlocked(tx: Tx, batchId: string, asOf: string): Promise<boolean> {
  const payoutIds = (await batchItems(tx, batchId)).map(({ payoutId }) => payoutId);
  const blocked = await blockedAmong(tx, payoutIds, asOf);
  const paid = await executedAfterAll(tx, payoutIds);
  if (blocked.size + paid.size === 0) return false;
  await withdrawBatch(tx, batchId, { by: 'system:exchange', reason: `${new Set([...blocked.keys(), ...paid.keys()]).size} of its ${payoutIds.length} payouts must not be paid any more`, at: asOf });
  for (const [payoutId, reason] of blocked) {
    const { payout, attempt } = await readPayout(tx, payoutId);
    if (attempt?.state === 'prepared' && !paid.has(payoutId)) await giveUpPrepared(tx, payout, attempt, reason, asOf);
  }
  return true;
}

/** The file as it was committed; throws `Problem` BATCH_UNREADABLE: another one is never handed over. */
async function fileOf({ pool, personal }: Deps, rail: Rail, batch: PayoutBatch, staged: string | null, sends: number): Promise<CommittedBatch> {
  const items = await batchItems(pool, batch.id);
  const parts = await Promise.all(items.map(({ userId, bytes }) => openBytes(personal, pool, userId, bytes)));
  const whole = parts.filter((part) => part !== null);
  const bytes = await putBack(batch.bytes, whole, async (asOf) => {
    const attempts: CommittedAttempt[] = [];
    for (const [no, { payoutId }] of items.entries()) {
      const { payout, attempt } = await readPayout(pool, payoutId);
      attempts.push({ ...await handleOf(personal, pool, payout, attempt!), bytes: whole[no]! });
    }
    return (await rail.batch!.assemble({ batchId: batch.id, currency: batch.currency, day: batch.day, attempts, asOf })).bytes;
  });
  if (createHash('sha256').update(bytes).digest('hex') !== batch.requestHash) throw new Problem('BATCH_UNREADABLE', `The file of batch ${batch.id} cannot be put together as it was committed; nothing is handed over.`, { status: 500 });
  return { batchId: batch.id, bytes, requestHash: batch.requestHash, facts: batch.facts, sends, staged };
}

/** Each payout of the file learns what came of sending it; one that has gone on since is left as it is. Answers with all of them. */
async function tellPayouts({ pool }: Deps, committing: Committing, batchId: string, outcome: SubmitOutcome, asOf: string): Promise<string[]> {
  const items = await batchItems(pool, batchId);
  for (const { payoutId, attemptId } of items) {
    await withTransaction(pool, async (tx) => {
      const { attempt } = await readPayout(tx, payoutId, true);
      if (attempt?.id === attemptId && (attempt.state === 'sent' || attempt.state === 'unknown')) await decideAndCommit(tx, committing, payoutId, asOf, { attemptId, last: { from: 'submit', outcome } });
    });
  }
  return items.map(({ payoutId }) => payoutId);
}
