import { expect, it } from 'vitest';
import { type AttemptFacts, type Decision, type LastOutcome, maySend, nextStep } from '../../../domain/payouts/decide.ts';
import type { RailGuarantees } from '../../../domain/payouts/guarantees.ts';
import type { LookUpOutcome, SubmitOutcome } from '../../../domain/payouts/outcomes.ts';
import { assertMove, type AttemptState, type PayoutState } from '../../../domain/payouts/states.ts';
import fc from '../../support/properties.ts';

/*
 * A rail that keeps what it declares and is otherwise as nasty as can be: sends travel for a while, are executed when they
 * arrive, answers are lost, look-ups are stale, the worker dies after any commit. The product's side follows `nextStep`
 * as its activities do. The promise: money goes to a second attempt or back to the user only when the earlier attempts
 * have not executed and no longer can.
 */
const base = { finalOn: 'executed', settlesWithinSeconds: 120, canReturn: true, minimum: '10', maximum: null, fee: '0', feeBearer: 'company', precision: 2, currencies: ['USD'], mode: 'single' } as const;
const rails: Record<string, RailGuarantees> = {
  'keys for a window, no proof': { ...base, honoursKeysForSeconds: 600, provesNonExecution: 'never' },
  'keys for ever, no proof': { ...base, honoursKeysForSeconds: 'forever', provesNonExecution: 'never' },
  'no keys, no proof': { ...base, honoursKeysForSeconds: 0, provesNonExecution: 'never' },
  'no keys, proof after a while': { ...base, honoursKeysForSeconds: 0, provesNonExecution: { secondsAfterLastSend: 90 } },
  'keys and proof after a while': { ...base, honoursKeysForSeconds: 600, provesNonExecution: { secondsAfterLastSend: 90 } },
  'proof after expiry': { ...base, honoursKeysForSeconds: 0, provesNonExecution: 'after_expiry' },
  'same bytes for ever, proof after expiry': { ...base, honoursKeysForSeconds: 'forever', provesNonExecution: 'after_expiry' },
};
/** The attempt's row after a decision; a deferred only send counts as never sent. */
function stateWritten(attempt: AttemptFacts, state: AttemptState, asOf: string): AttemptFacts {
  const deferred = state === 'prepared' && attempt.state === 'sent';
  return { ...attempt, state, acceptedAt: state === 'accepted' ? attempt.acceptedAt ?? asOf : attempt.acceptedAt, ...(deferred ? { sends: 0, firstSentAt: null, lastSentAt: null } : {}) };
}

/** How long a send may travel: within what the guarantee allows for. */
const travel = (guarantees: RailGuarantees): number => (guarantees.provesNonExecution === 'never' ? (guarantees.honoursKeysForSeconds === 'forever' ? 10_000 : 60) : 90);

interface Flight { key: number; arrivesAt: number }
class ModelRail {
  readonly executedAt = new Map<number, number[]>();
  readonly rejected = new Map<number, boolean>();
  readonly firstSeenAt = new Map<number, number>();
  returned = false;
  flights: Flight[] = [];
  private readonly guarantees: RailGuarantees;
  private readonly expiry: Map<number, number>;
  constructor(guarantees: RailGuarantees, expiry: Map<number, number>) { this.guarantees = guarantees; this.expiry = expiry; }

  advance(now: number): void {
    for (const flight of this.flights.filter((each) => each.arrivesAt <= now)) this.arrive(flight);
    this.flights = this.flights.filter((each) => each.arrivesAt > now);
  }
  arrive({ key, arrivesAt }: Flight): void {
    if (arrivesAt >= (this.expiry.get(key) ?? Infinity) || this.rejected.has(key)) return;
    const seen = this.firstSeenAt.get(key) ?? arrivesAt;
    this.firstSeenAt.set(key, seen);
    const window = this.guarantees.honoursKeysForSeconds === 'forever' ? Infinity : this.guarantees.honoursKeysForSeconds;
    const executions = this.executedAt.get(key) ?? [];
    if (executions.length > 0 && arrivesAt < seen + window) return;
    this.executedAt.set(key, [...executions, arrivesAt]);
  }
  executions(): number { return [...this.executedAt.values()].reduce((count, each) => count + each.length, 0); }
  /** Whether any send under way can still be executed. */
  mayStillExecute(): boolean { return this.flights.some(({ key, arrivesAt }) => arrivesAt < (this.expiry.get(key) ?? Infinity) && !this.rejected.has(key)); }
}

const events = fc.array(fc.record({
  wait: fc.integer({ min: 0, max: 200 }),
  flight: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }) }, fc.integer({ min: 100, max: 10_000 })),
  fate: fc.constantFrom('answered', 'lost', 'lost', 'worker dies', 'worker dies before sending', 'rejected', 'rejected for now', 'deferred', 'stale', 'error', 'zombie'),
  returns: fc.boolean(),
}), { minLength: 5, maxLength: 60 });

it.each(Object.entries(rails))('%s: never another attempt and never a release while the money may have left', (_name, guarantees) => {
  const reached = new Set<string>();
  fc.assert(fc.property(events, (happenings) => {
    let now = 0;
    const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
    const expiry = new Map<number, number>();
    const rail = new ModelRail(guarantees, expiry);
    let payout = 'reserved' as PayoutState;
    let attempt = null as AttemptFacts | null;
    let last = null as LastOutcome | null;

    for (const { wait, flight, fate, returns } of happenings) {
      const decision: Decision = nextStep({ payout, attempt, last, guarantees, policy: { maxAttempts: 3, firstLookSeconds: 1, maxLookSeconds: 600 }, asOf: at(now) });
      reached.add(decision.step);
      assertMove('payout', payout, decision.payout);
      if (attempt !== null && decision.attempt !== null) assertMove('attempt', attempt.state, decision.attempt);
      if (decision.step === 'new_attempt' || decision.step === 'release_failed') {
        expect(rail.executions(), `${decision.step} after an execution`).toBe(0);
        expect(rail.mayStillExecute(), `${decision.step} while a send is under way`).toBe(false);
      }
      if (decision.step === 'settle_paid') expect(rail.executions()).toBe(1);
      // Commit the decision.
      payout = decision.payout;
      if (attempt !== null && decision.attempt !== null) attempt = stateWritten(attempt, decision.attempt, at(now));
      const again: LastOutcome | null = decision.step === 'settle_paid' && last?.outcome.kind === 'returned' ? last : null;
      last = null;
      if (decision.step === 'settle_paid' || decision.step === 'return') { last = again; continue; }
      if (decision.step === 'release_failed') continue;
      if (decision.step === 'done') {
        if (payout === 'paid') last = lookUp(fate, returns);
        continue;
      }
      now += Math.max(wait, decision.step === 'new_attempt' ? 0 : decision.afterSeconds);
      rail.advance(now);

      if (decision.step === 'new_attempt') {
        const number: number = (attempt?.number ?? 0) + 1;
        if (guarantees.provesNonExecution === 'after_expiry') expiry.set(number, now + 300);
        attempt = { state: 'prepared', number, amount: '12.30', currency: 'USD', sends: 0, firstSentAt: null, lastSentAt: null, acceptedAt: null, expiresAt: expiry.has(number) ? at(expiry.get(number) ?? 0) : null, looks: 0 };
        continue;
      }
      if (attempt === null) throw new Error('a step without an attempt');
      if (decision.step === 'submit' || decision.step === 'resend_same_key') {
        // The submitting activity: the guard again, the count committed, then the bytes.
        const sends = fate === 'zombie' ? 2 : 1;
        for (let copy = 0; copy < sends; copy++) {
          if (!maySend(attempt, guarantees, at(now)) || fate === 'worker dies before sending' && copy > 0) break;
          if (copy > 0 && guarantees.honoursKeysForSeconds === 0) break;
          attempt = { ...attempt, state: 'sent', sends: attempt.sends + 1, firstSentAt: attempt.firstSentAt ?? at(now), lastSentAt: at(now) };
          if (payout === 'reserved') payout = 'submitting';
          // Two workers at once: the first one's send is lost on its way, the second one's is deferred.
          last = send(attempt, copy > 0 ? 'deferred' : fate, flight);
        }
        continue;
      }
      const looked = lookUp(fate, returns);
      attempt = { ...attempt, looks: attempt.looks + 1 };
      last = looked;
    }
    expect(rail.executions()).toBeLessThanOrEqual(1);

    function send(sent: AttemptFacts, fate: string, flight: number): LastOutcome | null {
      if (fate === 'worker dies before sending') return null;
      const key = sent.number;
      const fresh = !rail.executedAt.has(key) && !rail.flights.some((each) => each.key === key);
      const outcome = (value: SubmitOutcome): LastOutcome => ({ from: 'submit', outcome: value });
      if (fate === 'deferred') return outcome({ kind: 'deferred', code: 'BUSY', reason: 'busy', retryAfterSeconds: 5 });
      if ((fate === 'rejected' || fate === 'rejected for now') && fresh) {
        rail.rejected.set(key, fate === 'rejected for now');
        return outcome({ kind: 'rejected', code: 'NO', reason: 'no', retryable: fate === 'rejected for now' });
      }
      const known = rail.rejected.get(key);
      if (fate === 'answered' && known !== undefined) return outcome({ kind: 'rejected', code: 'NO', reason: 'no', retryable: known });
      rail.flights.push({ key, arrivesAt: fate === 'answered' ? now : now + Math.min(flight, travel(guarantees)) });
      if (fate === 'answered') rail.advance(now);
      if (fate === 'worker dies') return null;
      return outcome(fate === 'answered' && rail.executedAt.has(key) ? { kind: 'accepted', railReference: 'r' } : { kind: 'unknown', detail: fate });
    }

    function lookUp(fate: string, returns: boolean): LastOutcome | null {
      const key = attempt?.number ?? 0;
      const outcome = (value: LookUpOutcome): LastOutcome => ({ from: 'look_up', outcome: value });
      if (fate === 'worker dies') return null;
      if (fate === 'error') return outcome({ kind: 'unknown', detail: 'error' });
      // Only a rail that promises nothing about "not found" may say it falsely.
      if (fate === 'stale' && guarantees.provesNonExecution === 'never') return outcome({ kind: 'not_found' });
      const known = rail.rejected.get(key);
      if (known !== undefined) return outcome({ kind: 'rejected', code: 'NO', reason: 'no', retryable: known });
      const executedAt = rail.executedAt.get(key)?.[0];
      if (executedAt === undefined) return outcome({ kind: 'not_found' });
      if (fate === 'rejected' && !rail.returned) return outcome({ kind: 'pending', railReference: 'r' });
      const execution = { railReference: 'r', executedAt: at(executedAt), amount: '12.30', currency: 'USD', fee: '0' };
      rail.returned ||= returns;
      if (rail.returned) return outcome({ kind: 'returned', ...execution, returnedAt: at(now), returnedAmount: '12.30', code: 'AC04', reason: 'closed' });
      return outcome({ kind: 'executed', ...execution });
    }
  }), { numRuns: 3000 });
  // The runs went everywhere that this rail allows, so the promise was really put to the test.
  const everywhere = ['new_attempt', 'submit', 'look_up_later', 'settle_paid', 'release_failed', 'return', 'done', 'stay_unknown', 'resend_same_key'];
  const never = [...guarantees.honoursKeysForSeconds === 0 ? ['resend_same_key'] : [], ...guarantees.honoursKeysForSeconds === 'forever' && guarantees.provesNonExecution === 'never' ? ['stay_unknown'] : []];
  // With keys and a proof, only a send in the window's last seconds leaves a doubt.
  const seldom = guarantees.honoursKeysForSeconds !== 0 && guarantees.provesNonExecution !== 'never' ? ['stay_unknown'] : [];
  for (const step of everywhere) if (!never.includes(step) && !seldom.includes(step)) expect(reached).toContain(step);
  for (const step of never) expect(reached).not.toContain(step);
});
