import { maySend } from '../../domain/payouts/decide.ts';
import { plain, sum } from '../../domain/decimal.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { leaveOut, type LeftOut, noteWhy } from '../../db/stores/leftOut.ts';
import { insertBatch, lockPrepared } from '../../db/stores/payoutBatches.ts';
import { blockedAmong } from '../../db/stores/payoutBlocked.ts';
import { executedAfterAll } from '../../db/stores/executedAfterAll.ts';
import { type Attempt, markSent, movePayout, type Payout, readPayout } from '../../db/stores/payouts.ts';
import { stoppedReason } from '../../db/stores/railSwitch.ts';
import { openBytes } from '../../db/stores/sealedFields.ts';
import type { Dependencies } from '../dependencies.ts';
import { cutOut } from './batchBytes.ts';
import { factsOf } from './commit.ts';
import { fitting, problemOf } from './fitting.ts';
import { giveUpPrepared } from './giveUp.ts';
import { handleOf } from './handle.ts';
import type { CommittedAttempt, Rail } from './rails/rail.ts';

type Deps = Pick<Dependencies, 'pool' | 'personal'>;

export interface Assembled {
  batchId: string | null;
  /** Payouts that were looked at: not again in this turn. */
  looked: readonly string[];
  /** They stay prepared, with why on the payout. Where a file was made without them they come after all others from now on. */
  leftOut: readonly LeftOut[];
}

/**
 * Commits the next file of a rail: prepared attempts of one currency, marked as sent in the same transaction, before anything of the file leaves. Whoever must not be paid any more since
 * his attempt was prepared is left out and gets the money back; an attempt that the rail cannot put into a file is left out and stays prepared. `except`: payouts that were looked at in this
 * turn. Nothing looked at: there is nothing more to send, or an operator has stopped the rail. Throws `Problem` where the rail says nothing of transfers (its calendar).
 */
export function assembleBatch({ pool, personal }: Deps, rail: Rail, asOf: string, except: readonly string[] = []): Promise<Assembled> {
  const { batch } = rail;
  const nothing: Assembled = { batchId: null, looked: [], leftOut: [] };
  if (batch === undefined) return Promise.resolve(nothing);
  return withTransaction(pool, async (tx) => {
    if (await stoppedReason(tx, rail.id) !== null) return nothing;
    const looked = await lockPrepared(tx, rail.id, batch.most, except);
    if (looked.length === 0) return nothing;
    const blocked = await blockedAmong(tx, looked, asOf);
    const paid = await executedAfterAll(tx, looked);
    const picked: { payout: Payout; attempt: Attempt; committed: CommittedAttempt }[] = [];
    const leftOut: LeftOut[] = [];
    for (const payoutId of looked) {
      const { payout, attempt } = await readPayout(tx, payoutId);
      // One that has expired is its own workflow's to prepare anew, one whose earlier attempt was executed after all its own to settle.
      if (paid.has(payoutId) || attempt?.state !== 'prepared' || payout.state !== 'reserved' || !maySend(factsOf(payout, attempt), rail.guarantees, asOf)) continue;
      const reason = blocked.get(payoutId);
      if (reason !== undefined) {
        await giveUpPrepared(tx, payout, attempt, reason, asOf);
        continue;
      }
      const committed = await opened(personal, tx, payout, attempt);
      if (committed instanceof Problem) leftOut.push({ payoutId, attemptId: attempt.id, why: toldOf(committed, {}) });
      else picked.push({ payout, attempt, committed });
    }
    const batchId = newId('payoutBatch');
    const currency = picked[0]?.committed.currency ?? '';
    const day = batch.dayOf?.(asOf) ?? asOf.slice(0, 10);
    const { made: file, fitted, left } = await fitting(picked, (some) => batch.assemble({ batchId, currency, day, attempts: some.map(({ committed }) => committed), asOf }));
    leftOut.push(...left.map(({ one: { payout, attempt, committed }, problem }) => ({ payoutId: payout.id, attemptId: attempt.id, why: toldOf(problem, committed.destination) })));
    if (file === null) {
      await noteWhy(tx, leftOut);
      return { batchId: null, looked, leftOut };
    }
    await leaveOut(tx, leftOut, asOf);
    await insertBatch(tx, {
      id: batchId, rail: rail.id, currency, day, controlSum: plain(sum(fitted.map(({ committed }) => committed.amount))), requestHash: file.requestHash, railReference: file.railReference, facts: { ...file.facts },
      bytes: cutOut(file.bytes, fitted.map(({ committed }) => committed.bytes), asOf), assembledAt: asOf,
    }, fitted.map(({ attempt }) => attempt.id));
    for (const { payout, attempt } of fitted) {
      await markSent(tx, attempt.id, asOf, asOf);
      await movePayout(tx, payout.id, 'submitting', { detail: `attempt ${attempt.no} leaves with the file ${batchId}`, railReference: null, settledAt: null });
    }
    return { batchId, looked, leftOut };
  });
}

/** What is kept of a problem for operators: a name or an account in it would outlive the payee's key. A schema quotes the value that it refuses. */
function toldOf({ code, message }: Problem, destination: Readonly<Record<string, string>>): string {
  const personal = Object.values(destination).filter((value) => value.length > 3);
  return `${code}: ${personal.reduce((text, value) => text.replaceAll(value, '…'), message.replace(/\bvalue '[^']*'/g, 'value …'))}`;
}

/** The attempt as its rail gets it, or why it cannot be read. What breaks the transaction is thrown. */
async function opened(personal: Deps['personal'], tx: Tx, payout: Payout, attempt: Attempt): Promise<CommittedAttempt | Problem> {
  try {
    return { ...await handleOf(personal, tx, payout, attempt), bytes: await ownBytes(personal, tx, payout, attempt) };
  } catch (error) {
    // Postgres answers nothing but errors once one has happened, nor does a connection that is gone.
    await tx.client.query('SELECT').catch(() => { throw error; });
    return problemOf(error);
  }
}

async function ownBytes(personal: Deps['personal'], tx: Tx, payout: Payout, attempt: Attempt): Promise<Buffer> {
  const bytes = await openBytes(personal, tx, payout.userId, attempt.bytes);
  // Erasing waits for the end of every payout, so this is never reached; should it be, nothing was sent by it.
  if (bytes === null) throw new Problem('ATTEMPT_UNREADABLE', `The bytes of attempt ${attempt.id} cannot be read any more.`, { status: 409 });
  return bytes;
}
