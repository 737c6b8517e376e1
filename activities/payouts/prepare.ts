import { newId } from '../../domain/ids.ts';
import { type FxRate, type Quote, quoteAt } from '../../domain/payouts/quote.ts';
import { NEXT_STEPS, shownToUser } from '../../domain/verification/nextSteps.ts';
import { Problem } from '../../domain/problem.ts';
import { withTransaction } from '../../db/connection.ts';
import { blockedSince } from '../../db/stores/payoutBlocked.ts';
import { type PayoutQuote, quoteOf, requote } from '../../db/stores/payoutQuotes.ts';
import { insertAttempt, noteOnPayout, type Payout, readPayout } from '../../db/stores/payouts.ts';
import { sealBytes, withDestinations } from '../../db/stores/sealedFields.ts';
import { stoppedReason } from '../../db/stores/railSwitch.ts';
import type { Dependencies } from '../dependencies.ts';
import type { PayoutStepInput } from './attempts.ts';
import { type Committing, decideAndCommit, type PayoutNext } from './commit.ts';
import { giveUp } from './giveUp.ts';
import { readiness } from './readiness.ts';
import { recordLooked } from './recordGuard.ts';
import type { PreparedAttempt, Rail } from './rails/rail.ts';
import { STOPPED_SECONDS, stopped } from './stopped.ts';

type Deps = Pick<Dependencies, 'pool' | 'client' | 'rails' | 'personal'>;

/**
 * Commits the next attempt's key, hash and bytes, and whatever its rail allocates for it, in one transaction. Nothing is sent. Where the rail cannot be used now, or an operator has
 * stopped it, the payout waits. Whoever must not be paid any more since it was planned (suspended, found in a list, his data changed) gets the money back instead: a rail that was
 * away, or a retry, can lie days after the planning.
 */
export async function prepareNext({ pool, client, rails, personal }: Deps, committing: Committing, input: PayoutStepInput, signal: AbortSignal): Promise<PayoutNext> {
  const { payout, attempt } = await readPayout(pool, input.payoutId);
  const no = (attempt?.no ?? 0) + 1;
  const rail = rails.get(payout.rail);
  const wait = async (why: string, afterSeconds: number): Promise<PayoutNext> => {
    const next = await withTransaction(pool, async (tx) => {
      const decided = await decideAndCommit(tx, committing, payout.id, input.asOf, null);
      if (decided.step === 'new_attempt') await noteOnPayout(tx, payout.id, why);
      return decided;
    });
    return next.step === 'new_attempt' ? { ...next, afterSeconds, why, waits: true } : next;
  };
  const looks = await recordLooked({ pool, client }, rail, input.asOf);
  if (looks !== null) return wait(looks.why, looks.afterSeconds);
  const reason = await withTransaction(pool, (tx) => stoppedReason(tx, rail.id));
  if (reason !== null) return wait(stopped(reason), STOPPED_SECONDS);
  const ready = await readiness(pool, rail, input.asOf, signal);
  if (!ready.ready) return wait(`${ready.code}: ${ready.reason}`, ready.retryAfterSeconds);
  const { destination } = (await withDestinations(personal, pool, [payout]))[0]!;
  const newer = await newerQuote(await quoteOf(pool, payout.id), payout, rail, input.asOf, signal);
  if (newer instanceof Problem) return wait(`${newer.code}: ${newer.message}`, 60);

  return withTransaction(pool, async (tx) => {
    const next = await decideAndCommit(tx, committing, payout.id, input.asOf, null);
    if (next.step !== 'new_attempt' || next.attempts !== no - 1) return next;
    const blocked = await blockedSince(tx, payout.id, input.asOf);
    if (blocked !== null) await giveUp(tx, payout, new Problem('PAYOUT_BLOCKED', NEXT_STEPS[shownToUser(blocked)].why, { status: 409 }), input.asOf);
    else if (newer === 'below_minimum') await giveUp(tx, payout, new Problem('RATE_BELOW_MINIMUM', 'At the rate of now the amount is below what can be paid this way.', { status: 409 }), input.asOf);
    else {
      if (newer !== null) await requote(tx, newer);
      const attemptId = newId('payoutAttempt');
      // From the payout's id and the attempt's number alone: whoever prepares attempt n again gets the same key.
      const idempotencyKey = `${payout.id}-${no}`;
      const prepared = await orProblem(() => rail.prepare({
        payoutId: payout.id, attemptId, idempotencyKey, amount: newer?.payAmount ?? payout.payAmount, currency: newer?.payCurrency ?? payout.payCurrency, destination, asOf: input.asOf,
      }, { tx, terms: ready.terms }));
      // Certain that nothing left: the rail's adapter itself says that this cannot be ordered.
      if (prepared instanceof Problem) await giveUp(tx, payout, prepared, input.asOf);
      // The hash is of what goes over the wire; what is kept of it can be read only while the user's key is there.
      else {
        // What it waited for is over.
        if (payout.detail !== null) await noteOnPayout(tx, payout.id, `attempt ${no} is prepared`);
        await insertAttempt(tx, { id: attemptId, payoutId: payout.id, no, idempotencyKey, ...prepared, bytes: await sealBytes(personal, tx, payout.userId, prepared.bytes), preparedAt: input.asOf });
      }
    }
    return decideAndCommit(tx, committing, payout.id, input.asOf, null);
  });
}

async function orProblem(prepare: () => Promise<PreparedAttempt>): Promise<PreparedAttempt | Problem> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** A quote in place of one that has run out; null: the one in force holds. The same USD are asked for again, at the rate of now. */
async function newerQuote(quote: PayoutQuote | null, payout: Payout, rail: Rail, asOf: string, signal: AbortSignal): Promise<PayoutQuote | null | Problem | 'below_minimum'> {
  if (quote === null || quote.validUntil === null || Date.parse(asOf) < Date.parse(quote.validUntil)) return null;
  let rate: FxRate;
  try {
    rate = await rail.rate(quote.payCurrency, asOf, signal);
  } catch (error) {
    // Whatever it is, a variable that is missing too: it is mended, and the payout goes on.
    if (error instanceof Problem) return error;
    throw error;
  }
  const anew: Quote | null = quoteAt(rail.guarantees, payout.amount, rate);
  return anew === null ? 'below_minimum' : { ...anew, payoutId: payout.id, no: quote.no + 1, quotedAt: asOf };
}
