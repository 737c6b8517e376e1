import { lookUpDelay, maySend } from '../../domain/payouts/decide.ts';
import type { SubmitOutcome } from '../../domain/payouts/outcomes.ts';
import { Problem } from '../../domain/problem.ts';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { executedAfterAll } from '../../db/stores/executedAfterAll.ts';
import { decisionOf } from '../../db/stores/payoutDecisions.ts';
import { blockedSince } from '../../db/stores/payoutBlocked.ts';
import { noteCondition } from '../../db/stores/railConditions.ts';
import { insertAttemptVersion, markSent, movePayout, readPayout } from '../../db/stores/payouts.ts';
import { stoppedReason } from '../../db/stores/railSwitch.ts';
import { openBytes, sealBytes } from '../../db/stores/sealedFields.ts';
import type { Dependencies } from '../dependencies.ts';
import type { PayoutStepInput } from './attempts.ts';
import { type Committing, decideAndCommit, factsOf, type PayoutNext } from './commit.ts';
import { giveUpPrepared } from './giveUp.ts';
import { handleOf } from './handle.ts';
import { lastLook, OURS } from './lastLook.ts';
import { readiness } from './readiness.ts';
import { recordLooked } from './recordGuard.ts';
import type { CommittedAttempt } from './rails/rail.ts';
import { SEND_DEADLINE_MS, SEND_ENDS_MS, SEND_WITHIN_SECONDS } from './settings.ts';
import { STOPPED_SECONDS, stopped } from './stopped.ts';

type Deps = Pick<Dependencies, 'pool' | 'client' | 'rails' | 'personal'>;
const DECIDED = 'DECIDED: operators have decided what became of it, so nothing is sent';
type Claimed = { attempt: CommittedAttempt } | { wait: string } | null;

const latestSend = (asOf: string): string => new Date(Date.parse(asOf) + SEND_WITHIN_SECONDS * 1000).toISOString();

/**
 * Sends the latest attempt's committed bytes once. `sends` is how often they had been sent when this was asked for: a send that was counted meanwhile is not repeated. `resend` allows
 * the same key again where the rail honours it. The switch, and whether the payee may still be paid, are read in the transaction that counts the send.
 */
export async function sendAttempt(deps: Deps, committing: Committing, input: PayoutStepInput & { sends: number; resend: boolean }, signal: AbortSignal): Promise<PayoutNext> {
  const { pool, rails } = deps;
  const started = performance.now();
  const decide = (): Promise<PayoutNext> => withTransaction(pool, (tx) => decideAndCommit(tx, committing, input.payoutId, input.asOf, null));
  /** Nothing is sent. What may have left before is asked about meanwhile: it was waited for already, as before every look-up. */
  const held = async (why: string, afterSeconds = STOPPED_SECONDS): Promise<PayoutNext> => {
    const next = await decide();
    if (next.step === 'look_up_later') return { ...next, why };
    return next.step === 'submit' ? { ...next, afterSeconds, why, waits: true } : next;
  };
  const { payout } = await readPayout(pool, input.payoutId);
  const rail = rails.get(payout.rail);
  const looks = await recordLooked(deps, rail, input.asOf, SEND_DEADLINE_MS / 3);
  if (looks !== null) return held(looks.why, looks.afterSeconds);
  const claimed = await withTransaction(pool, (tx) => claim(tx, deps, input));
  if (claimed === null) return decide();
  if ('wait' in claimed) return held(claimed.wait);
  const { attempt } = claimed;
  const outcome: SubmitOutcome = performance.now() - started > SEND_DEADLINE_MS
    ? { kind: 'deferred', code: 'NOT_SENT_IN_TIME', reason: 'the worker was held up before sending', retryAfterSeconds: 1 }
    // Whatever the rail asks before its bytes leave: no request begins after the send's time, also in a worker that Temporal cannot reach.
    : await rail.submit(attempt, AbortSignal.any([signal, AbortSignal.timeout(SEND_ENDS_MS - SEND_DEADLINE_MS)]), lastLook(pool, rail.id, SEND_ENDS_MS - SEND_DEADLINE_MS));
  return withTransaction(pool, async (tx) => {
    // A wallet that ran empty between preparing and this is for operators to know; the payout waits.
    if (outcome.kind === 'deferred' && rail.ready !== undefined && !OURS.includes(outcome.code)) await noteCondition(tx, { rail: rail.id, code: outcome.code, detail: outcome.reason, at: input.asOf });
    return decideAndCommit(tx, committing, input.payoutId, input.asOf, { attemptId: attempt.attemptId, last: { from: 'submit', outcome } });
  });
}

async function claim(tx: Tx, { rails, personal }: Deps, input: PayoutStepInput & { sends: number; resend: boolean }): Promise<Claimed> {
  const { payout, attempt } = await readPayout(tx, input.payoutId, true);
  if (!attempt || attempt.sends !== input.sends || attempt.state !== (input.resend ? 'unknown' : 'prepared')) return null;
  const { guarantees, id } = rails.get(payout.rail);
  if (guarantees.mode === 'batch' || !maySend(factsOf(payout, attempt), guarantees, input.asOf)) return null;
  const reason = await stoppedReason(tx, id);
  if (reason !== null) return { wait: stopped(reason) };
  // Under the lock under which operators decide: what they have decided is carried out, and nothing of the attempt leaves any more.
  if (await decisionOf(tx, attempt.id) !== null) return { wait: DECIDED };
  // `decide` takes the earlier attempt up.
  if ((await executedAfterAll(tx, [payout.id])).size > 0) return null;
  // A stopped rail or an empty wallet can lie between preparing and this.
  const blocked = attempt.state === 'prepared' ? await blockedSince(tx, payout.id, input.asOf) : null;
  if (blocked !== null) {
    await giveUpPrepared(tx, payout, attempt, blocked, input.asOf);
    return null;
  }
  const bytes = await openBytes(personal, tx, payout.userId, attempt.bytes);
  // Erasing waits for the end of every payout, so this is never reached; should it be, nothing was sent by it.
  if (bytes === null) throw new Problem('ATTEMPT_UNREADABLE', `The bytes of attempt ${attempt.id} cannot be read any more.`, { status: 409 });
  await markSent(tx, attempt.id, input.asOf, latestSend(input.asOf));
  if (payout.state === 'reserved') await movePayout(tx, payout.id, 'submitting', { detail: `attempt ${attempt.no} is being sent`, railReference: null, settledAt: null });
  return { attempt: { ...await handleOf(personal, tx, payout, attempt), bytes } };
}

/**
 * Commits bytes that take the place of those that wait at the rail, and sends them; what comes of it is looked up. Of all an attempt's bytes the rail executes at most one
 * (`replacesAfterSeconds`), so the payout stays what it is.
 */
export async function replaceBytes({ pool, rails, personal }: Deps, committing: Committing, input: PayoutStepInput & { sends: number }, signal: AbortSignal): Promise<PayoutNext> {
  const { payout } = await readPayout(pool, input.payoutId);
  const rail = rails.get(payout.rail);
  const { terms } = await readiness(pool, rail, input.asOf, signal);
  let afterSeconds = committing.policy.firstLookSeconds;
  const claimed = terms !== undefined && rail.replace !== undefined ? await withTransaction(pool, async (tx): Promise<CommittedAttempt | null> => {
    const { payout: locked, attempt } = await readPayout(tx, input.payoutId, true);
    if (!attempt || attempt.sends !== input.sends || (attempt.state !== 'accepted' && attempt.state !== 'unknown')) return null;
    if (await stoppedReason(tx, rail.id) !== null || await decisionOf(tx, attempt.id) !== null) {
      // However long the stop lasts, or the rail has what operators have decided about: asked at the usual intervals, and woken when payouts go on.
      afterSeconds = lookUpDelay(attempt.looks, committing.policy);
      return null;
    }
    const bytes = await openBytes(personal, tx, locked.userId, attempt.bytes);
    if (bytes === null) return null;
    const handle = await handleOf(personal, tx, locked, attempt);
    const version = await rail.replace!({ ...handle, bytes }, { tx, terms });
    if (version === null) return null;
    await insertAttemptVersion(tx, attempt.id, { ...version, bytes: await sealBytes(personal, tx, locked.userId, version.bytes), preparedAt: input.asOf }, latestSend(input.asOf));
    const { railReference, facts } = attempt;
    return { ...handle, bytes: version.bytes, railReference: version.railReference, facts: version.facts, replaced: [...handle.replaced, { railReference, facts }] };
  }) : null;
  if (claimed !== null) await rail.submit(claimed, signal, lastLook(pool, rail.id, SEND_DEADLINE_MS));
  const next = await withTransaction(pool, (tx) => decideAndCommit(tx, committing, input.payoutId, input.asOf, null));
  return next.step === 'look_up_later' ? { ...next, afterSeconds } : next;
}
