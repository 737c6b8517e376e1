import type { createPayoutActivities } from '../../../../activities/payouts/activities.ts';
import type { PayoutNext } from '../../../../activities/payouts/commit.ts';
import { handleOf } from '../../../../activities/payouts/handle.ts';
import type { AttemptHandle, PayoutInstruction, PreparedAttempt } from '../../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../../../activities/payouts/settings.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { readPayout } from '../../../../db/stores/payouts.ts';
import { newId } from '../../../../domain/ids.ts';
import { seedUser } from '../../../../scripts/chaos/seed.ts';
import { payoutActivities } from '../../../support/payouts.ts';
import { testPersonalData } from '../../../support/personal.ts';
import type { RailWorld } from './contract.ts';

/** Where a payout stands after some steps of the engine. */
export interface Driven { payoutId: string; state: string; step: PayoutNext['step']; why: string }
type Activities = ReturnType<typeof createPayoutActivities>;
type Call = <K extends keyof Activities>(name: K, ...args: Parameters<Activities[K]>) => ReturnType<Activities[K]>;

export const calm = (): AbortSignal => new AbortController().signal;
const call = ({ pool, rail }: RailWorld): Call => payoutActivities({ pool, rails: railRegistry([rail]), settings: PAYOUT_SETTINGS } as never);
const STEPS = 60;

/** Plans a payout of the world's amount by its rail, through the run that does so every week. */
export async function payoutBy(world: RailWorld): Promise<Driven> {
  const { userId } = await seedUser(world.pool, { available: { ava: world.amountUsd }, rail: world.rail.id, destination: { ...world.good() } });
  const run = call(world);
  const asOf = new Date().toISOString();
  const { runId } = await run('openRun', { runKey: `contract-${userId}`, scheduledAt: asOf, workflowId: `w-${userId}`, startedBy: null });
  await run('freezeMembers', { runId, asOf });
  await run('planPage', { runId, after: '', limit: 1000, asOf });
  const { rows } = await world.pool.query<{ id: string | null; decision: string }>('SELECT p.id, m.decision FROM payout_run_member m LEFT JOIN payout p USING (run_id, user_id) WHERE m.run_id = $1 AND m.user_id = $2', [runId, userId]);
  if (rows[0]?.id == null) throw new Error(`the contract's payout was not planned: ${rows[0]?.decision ?? 'no member'}`);
  return { payoutId: rows[0].id, state: 'reserved', step: 'new_attempt', why: 'planned' };
}

export interface DriveOptions {
  /** Stops before this step. */
  until?: 'submit';
  /** At most so many steps; without it the payout has to come to its end. */
  steps?: number;
  /** Each step is done twice, as after an answer that was lost with its worker. */
  repeatEach?: boolean;
  /** Asks the rail even though the payout is settled, as after a hint. */
  ask?: boolean;
}

/** Does what the payout's workflow does, step by step and without its pauses; time goes on by the pauses it would have made. */
export async function drive(world: RailWorld, { payoutId }: Driven, { until, steps = STEPS, repeatEach = false, ask = false }: DriveOptions = {}): Promise<Driven> {
  const run = call(world);
  const now = () => ({ payoutId, asOf: new Date().toISOString() });
  const twice = async <T>(act: () => Promise<T>): Promise<T> => {
    const first = await act();
    return repeatEach ? act().catch(() => first) : first;
  };
  if (ask) await run('lookUpAttempt', now());
  let next = await run('takeUpPayout', now());
  for (let n = 0; n < steps && next.step !== 'done'; n++) {
    const { step, sends } = next;
    if (until === 'submit' && (step === 'submit' || step === 'await_batch')) break;
    if (step === 'new_attempt') next = await twice(() => run('prepareAttempt', now()));
    else if (step === 'await_batch') {
      await twice(() => world.exchange!());
      next = await run('takeUpPayout', now());
    } else if (step === 'submit' || step === 'resend_same_key') next = await twice(() => run('submitAttempt', { ...now(), sends, resend: step === 'resend_same_key' }));
    else if (step === 'replace') next = await twice(() => run('replaceAttempt', { ...now(), sends }));
    else {
      await world.settle();
      await world.exchange?.();
      next = await twice(() => run('lookUpAttempt', now()));
    }
  }
  if (steps === STEPS && until === undefined && next.step !== 'done') throw new Error(`not settled after ${STEPS} steps: ${next.state}, ${next.why}`);
  const { payout } = await readPayout(world.pool, payoutId);
  return { payoutId, state: payout.state, step: next.step, why: payout.detail ?? next.why };
}

/** The payout's latest attempt as its rail is asked about it; null: none. */
export async function handle({ pool }: RailWorld, { payoutId }: Driven): Promise<AttemptHandle | null> {
  const { payout, attempt } = await readPayout(pool, payoutId);
  return attempt === null ? null : handleOf(testPersonalData(), pool, payout, attempt);
}

/** Prepares in a transaction that is rolled back. */
export async function withNothingKept<T>(world: RailWorld, use: (prepare: (changes?: Partial<PayoutInstruction>) => Promise<PreparedAttempt>) => Promise<T>): Promise<T> {
  const { rail, pool } = world;
  const ready = await rail.ready?.(calm()) ?? { ready: true as const, terms: {} };
  if (!ready.ready) throw new Error(`${ready.code}: ${ready.reason}`);
  const destination = world.good();
  const rollback = new Error('rolled back');
  let made: { value: T } | undefined;
  await withTransaction(pool, async (tx) => {
    const attemptId = newId('payoutAttempt');
    const instruction: PayoutInstruction = { payoutId: newId('payout'), attemptId, idempotencyKey: attemptId, amount: '12', currency: rail.currencyOf(destination), destination, asOf: new Date().toISOString() };
    made = { value: await use((changes) => rail.prepare({ ...instruction, ...changes }, { tx, terms: ready.terms })) };
    throw rollback;
  }).catch((error: unknown) => { if (error !== rollback) throw error; });
  return made!.value;
}
