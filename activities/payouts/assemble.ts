import { maySend } from '../../domain/payouts/decide.ts';
import { plain, sum } from '../../domain/decimal.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { insertBatch, lockPrepared } from '../../db/stores/payoutBatches.ts';
import { blockedSince } from '../../db/stores/payoutBlocked.ts';
import { type Attempt, markSent, movePayout, type Payout, readPayout } from '../../db/stores/payouts.ts';
import { stoppedReason } from '../../db/stores/railSwitch.ts';
import { openBytes } from '../../db/stores/sealedFields.ts';
import type { Dependencies } from '../dependencies.ts';
import { cutOut } from './batchBytes.ts';
import { factsOf } from './commit.ts';
import { giveUpPrepared } from './giveUp.ts';
import { handleOf } from './handle.ts';
import type { CommittedAttempt, Rail } from './rails/rail.ts';

type Deps = Pick<Dependencies, 'pool' | 'personal'>;

/**
 * Commits the next file of a rail: prepared attempts of one currency, marked as sent in the same transaction, before anything of the file leaves. Whoever must not be paid any more since
 * his attempt was prepared is left out and gets the money back. Null: there is nothing to send, or an operator has stopped the rail. Throws `Problem` where the rail cannot make the file.
 */
export function assembleBatch({ pool, personal }: Deps, rail: Rail, asOf: string): Promise<{ batchId: string | null; more: boolean }> {
  const { batch } = rail;
  if (batch === undefined) return Promise.resolve({ batchId: null, more: false });
  return withTransaction(pool, async (tx) => {
    if (await stoppedReason(tx, rail.id) !== null) return { batchId: null, more: false };
    const picked: { payout: Payout; attempt: Attempt; committed: CommittedAttempt }[] = [];
    let released = 0;
    for (const payoutId of await lockPrepared(tx, rail.id, batch.most)) {
      const { payout, attempt } = await readPayout(tx, payoutId);
      // One that has expired is its own workflow's to prepare anew.
      if (attempt?.state !== 'prepared' || payout.state !== 'reserved' || !maySend(factsOf(payout, attempt), rail.guarantees, asOf)) continue;
      const blocked = await blockedSince(tx, payoutId, asOf);
      if (blocked === null) picked.push({ payout, attempt, committed: { ...await handleOf(personal, tx, payout, attempt), bytes: await ownBytes(personal, tx, payout, attempt) } });
      else {
        await giveUpPrepared(tx, payout, attempt, blocked, asOf);
        released++;
      }
    }
    if (picked.length === 0) return { batchId: null, more: released === batch.most };
    const batchId = newId('payoutBatch');
    const { currency } = picked[0]!.committed;
    const day = batch.dayOf?.(asOf) ?? asOf.slice(0, 10);
    const file = await batch.assemble({ batchId, currency, day, attempts: picked.map(({ committed }) => committed), asOf });
    await insertBatch(tx, {
      id: batchId, rail: rail.id, currency, day, controlSum: plain(sum(picked.map(({ committed }) => committed.amount))), requestHash: file.requestHash, railReference: file.railReference, facts: { ...file.facts },
      bytes: cutOut(file.bytes, picked.map(({ committed }) => committed.bytes), asOf), assembledAt: asOf,
    }, picked.map(({ attempt }) => attempt.id));
    for (const { payout, attempt } of picked) {
      await markSent(tx, attempt.id, asOf, asOf);
      await movePayout(tx, payout.id, 'submitting', { detail: `attempt ${attempt.no} leaves with the file ${batchId}`, railReference: null, settledAt: null });
    }
    return { batchId, more: true };
  });
}

async function ownBytes(personal: Deps['personal'], tx: Tx, payout: Payout, attempt: Attempt): Promise<Buffer> {
  const bytes = await openBytes(personal, tx, payout.userId, attempt.bytes);
  // Erasing waits for the end of every payout, so this is never reached; should it be, nothing was sent by it.
  if (bytes === null) throw new Problem('ATTEMPT_UNREADABLE', `The bytes of attempt ${attempt.id} cannot be read any more.`, { status: 409 });
  return bytes;
}
