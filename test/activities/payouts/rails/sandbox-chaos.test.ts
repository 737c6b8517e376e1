import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { CommittedAttempt, PayoutInstruction, RailRecordEntry } from '../../../../activities/payouts/rails/rail.ts';
import { type AttemptFacts, type LastOutcome, maySend, nextStep } from '../../../../domain/payouts/decide.ts';
import { assertMove, type PayoutState } from '../../../../domain/payouts/states.ts';
import { calm, committed, type Harness, instruction, recordOf, startHarness } from './rail-harness.ts';

/*
 * The adapter, the decision and the real server together, with rows kept in memory in place of the database: every fault on,
 * the rail killed, the client's answers dropped at random. The engine's own chaos test (worker, Temporal, ledger) is another.
 */
const POLICY = { maxAttempts: 3, firstLookSeconds: 0.02, maxLookSeconds: 0.2 };
const PAYOUTS = 60;
let harness: Harness;
afterEach(() => harness.close());

interface Row { payout: PayoutState; attempt: AttemptFacts | null; handle: CommittedAttempt | null; order: PayoutInstruction }
const now = (): string => new Date().toISOString();

/** Plays one payout to its end, or until the deadline: what it is then stays visible in its row. */
async function play(row: Row, deadline: number, seed: number): Promise<void> {
  let last = null as LastOutcome | null;
  for (let turn = 0; Date.now() < deadline; turn++) {
    const asOf = now();
    const decision = nextStep({ payout: row.payout, attempt: row.attempt, last, guarantees: harness.rail.guarantees, policy: POLICY, asOf });
    assertMove('payout', row.payout, decision.payout);
    row.payout = decision.payout;
    if (row.attempt && decision.attempt !== null) {
      assertMove('attempt', row.attempt.state, decision.attempt);
      const deferred = decision.attempt === 'prepared' && row.attempt.state === 'sent';
      row.attempt = { ...row.attempt, state: decision.attempt, acceptedAt: decision.attempt === 'accepted' ? row.attempt.acceptedAt ?? asOf : row.attempt.acceptedAt, ...(deferred ? { sends: 0, firstSentAt: null, lastSentAt: null } : {}) };
    }
    last = decision.step === 'settle_paid' && last?.outcome.kind === 'returned' ? last : null;
    if (decision.step === 'done') return;
    if (decision.step === 'settle_paid' || decision.step === 'return' || decision.step === 'release_failed') continue;
    // A deferral asks for whole seconds; the test has none to give.
    await delay(Math.min(decision.afterSeconds, 0.2) * 1000);
    if (decision.step === 'new_attempt') {
      const number: number = (row.attempt?.number ?? 0) + 1;
      row.order = { ...row.order, idempotencyKey: `${row.order.attemptId}_${number}` };
      row.handle = await committed(harness.rail, row.order);
      row.attempt = { state: 'prepared', number, amount: row.order.amount, currency: 'USD', sends: 0, firstSentAt: null, lastSentAt: null, acceptedAt: null, expiresAt: null, looks: 0 };
      continue;
    }
    if (!row.attempt || !row.handle) throw new Error('a step without an attempt');
    if (decision.step === 'submit' || decision.step === 'resend_same_key') {
      if (!maySend(row.attempt, harness.rail.guarantees, now())) continue;
      row.attempt = { ...row.attempt, state: 'sent', sends: row.attempt.sends + 1, firstSentAt: row.attempt.firstSentAt ?? now(), lastSentAt: now() };
      if (row.payout === 'reserved') row.payout = 'submitting';
      last = { from: 'submit', outcome: await harness.hasty.submit(row.handle, calm()) };
    } else {
      row.attempt = { ...row.attempt, looks: row.attempt.looks + 1 };
      last = { from: 'look_up', outcome: await harness.hasty.lookUp(row.handle, calm()) };
    }
    // The worker dies with the answer in its hands.
    if ((turn + seed) % 5 === 0) last = null;
  }
}

const executionsByPayout = (entries: RailRecordEntry[]): Map<string, RailRecordEntry[]> => Map.groupBy(entries.filter((entry) => entry.kind === 'executed'), (entry) => entry.payoutId ?? '');

it('with every fault on and the rail killed, each payout ends paid once or proven unpaid by the rail\'s own record', async () => {
  harness = await startHarness({ faults: 'all,-stuck', faultRate: 0.08, seed: 11, lateMs: 300, slowMs: 600, returnMs: 200 });
  const rows: Row[] = Array.from({ length: PAYOUTS }, () => ({ payout: 'reserved', attempt: null, handle: null, order: instruction() }));
  const deadline = Date.now() + 40_000;
  const kills = (async () => {
    for (let kill = 0; kill < 4; kill++) { await delay(500); await harness.restart('SIGKILL'); }
  })();
  await Promise.all([kills, ...rows.map((row, index) => play(row, deadline, index))]);

  await harness.admin('faults', { faults: 'none', script: [] });
  const executed = executionsByPayout(await recordOf(harness.rail));
  const states = Map.groupBy(rows, (row) => row.payout);
  for (const row of rows) {
    const count = executed.get(row.order.payoutId)?.length ?? 0;
    expect(count, `${row.order.payoutId} is ${row.payout}`).toBeLessThanOrEqual(1);
    if (row.payout === 'paid' || row.payout === 'returned') expect(count).toBe(1);
    if (row.payout === 'failed') expect(count).toBe(0);
  }
  // Nothing stays open: without `stuck`, every payment has an answer in the end.
  expect([...states.keys()].filter((state) => !['paid', 'returned', 'failed'].includes(state))).toEqual([]);
  expect(states.get('paid')?.length).toBeGreaterThan(PAYOUTS / 3);
});

it('catches a client that takes a time-out for a failure and sends again under a fresh key', async () => {
  harness = await startHarness({ faults: 'reset_after,error_after', faultRate: 0.25, seed: 3 });
  for (let payout = 0; payout < 20; payout++) {
    const order = instruction();
    for (let attempt = 0; attempt < 3; attempt++) {
      const outcome = await harness.rail.submit(await committed(harness.rail, { ...order, idempotencyKey: `${order.attemptId}_${attempt}` }), calm());
      if (outcome.kind === 'accepted') break;
    }
  }
  const twice = [...executionsByPayout(await recordOf(harness.rail)).values()].filter((entries) => entries.length > 1);
  expect(twice.length).toBeGreaterThan(3);
});
