import type { CommittedAttempt, PayoutInstruction, Rail } from '../../../../../activities/payouts/rails/rail.ts';
import { type AttemptFacts, type LastOutcome, maySend, nextStep } from '../../../../../domain/payouts/decide.ts';
import { assertMove, type PayoutState } from '../../../../../domain/payouts/states.ts';
import { type BrokerWorld, calm, instruction, sentAttempt } from './broker-world.ts';
import type { TurnedClock } from './turned-clock.ts';

const POLICY = { maxAttempts: 3, firstLookSeconds: 10, maxLookSeconds: 600 };
const OPEN = { sends: 0, firstSentAt: null, lastSentAt: null } as const;

/** One payout as its row would be; `dueAt` in milliseconds. */
export interface Row { payout: PayoutState; attempt: AttemptFacts | null; handle: CommittedAttempt | null; order: PayoutInstruction; references: string[]; last: LastOutcome | null; dueAt: number; done: boolean }

export interface Simulation {
  world: BrokerWorld; clock: TurnedClock; rail: Rail; payouts: number;
  /** In [0, 1): where the worker dies, and where the broker is killed. */
  chance(): number;
  hours: number;
}

/** Plays payouts with the engine's own decisions, rows kept in memory, in the order in which their steps are due; worker and broker die on the way. */
export async function simulate({ world, clock, rail, payouts, chance, hours }: Simulation): Promise<Row[]> {
  const rows: Row[] = Array.from({ length: payouts }, (_, n) => ({
    payout: 'reserved', attempt: null, handle: null, references: [], last: null, dueAt: clock.now(), done: false,
    order: instruction(clock.iso(), { destination: { server: 'Alpha-Live', account: String(500_100 + n % 3) } }),
  }));
  const end = clock.now() + hours * 3_600_000;
  for (;;) {
    const [row] = rows.filter((one) => !one.done).sort((a, b) => a.dueAt - b.dueAt);
    if (!row || row.dueAt > end) return rows;
    clock.advance(Math.max(1, row.dueAt - clock.now()));
    await step(row, rail, clock, chance);
    if (chance() < 0.03) {
      await world.stop();
      await world.start();
    }
  }
}

async function step(row: Row, rail: Rail, clock: TurnedClock, chance: () => number): Promise<void> {
  const asOf = clock.iso();
  const decision = nextStep({ payout: row.payout, attempt: row.attempt, last: row.last, guarantees: rail.guarantees, policy: POLICY, asOf });
  assertMove('payout', row.payout, decision.payout);
  row.payout = decision.payout;
  if (row.attempt && decision.attempt !== null) {
    assertMove('attempt', row.attempt.state, decision.attempt);
    const deferred = decision.attempt === 'prepared' && row.attempt.state === 'sent';
    row.attempt = { ...row.attempt, state: decision.attempt, acceptedAt: decision.attempt === 'accepted' ? row.attempt.acceptedAt ?? asOf : row.attempt.acceptedAt, ...(deferred ? OPEN : {}) };
  }
  row.last = null;
  if (decision.step === 'done') row.done = true;
  if (decision.step === 'done' || decision.step === 'settle_paid' || decision.step === 'release_failed') return;
  // Decided now, done when it is due: what a workflow does after its timer.
  row.dueAt = clock.now() + decision.afterSeconds * 1000;
  clock.advance(decision.afterSeconds > 0 && decision.step === 'submit' ? decision.afterSeconds * 1000 : 0);
  if (decision.step === 'new_attempt') {
    const number: number = (row.attempt?.number ?? 0) + 1;
    row.order = { ...row.order, idempotencyKey: `${row.order.payoutId}-${number}`, asOf: clock.iso() };
    row.handle = { ...await sentAttempt(rail, row.order), firstSentAt: null, lastSentAt: null };
    row.references.push(row.order.idempotencyKey);
    row.attempt = { state: 'prepared', number, amount: row.order.amount, currency: 'USD', acceptedAt: null, expiresAt: null, looks: 0, ...OPEN };
    return;
  }
  if (!row.attempt || !row.handle) throw new Error('a step without an attempt');
  if (decision.step === 'submit' || decision.step === 'resend_same_key') {
    const at = clock.iso();
    if (!maySend(row.attempt, rail.guarantees, at)) return;
    row.attempt = { ...row.attempt, state: 'sent', sends: row.attempt.sends + 1, firstSentAt: row.attempt.firstSentAt ?? at, lastSentAt: at };
    row.handle = { ...row.handle, firstSentAt: row.attempt.firstSentAt, lastSentAt: at };
    if (row.payout === 'reserved') row.payout = 'submitting';
    // The worker dies between the commit and the sending, or with the answer in its hands.
    if (chance() < 0.1) return;
    row.last = { from: 'submit', outcome: await rail.submit(row.handle, calm()) };
  } else {
    row.attempt = { ...row.attempt, looks: row.attempt.looks + 1 };
    row.last = { from: 'look_up', outcome: await rail.lookUp(row.handle, calm()) };
  }
  if (chance() < 0.15) row.last = null;
}
