import { readPayout } from '../../../../../db/stores/payouts.ts';
import type { Destination } from '../../../../../activities/payouts/rails/rail.ts';
import { seedUser } from '../../../../../scripts/chaos/seed.ts';
import { type BankWorld, bankWorld } from './bank-world.ts';
import { userBalances } from '../../../../../db/ledger/balances.ts';

/** A Monday after the cut-off: what is handed over is executed on the next bank day. */
export const MONDAY = '2026-11-23T16:00:00.000Z';
export const GOOD: Destination = { iban: 'DE89370400440532013000', holderName: 'Lucja Muller' };

export interface Ordered { payoutId: string; userId: string }
export interface Desk extends BankWorld {
  now(): string;
  /** Both clocks, the bank's and ours, by so many bank days. */
  pass(days: number): Promise<void>;
  /** A payout of so many USD, prepared: it waits for the next file. */
  ordered(destination?: Destination, amountUsd?: string): Promise<Ordered>;
  /** One turn of the exchange, and what the workflows of the hinted payouts do then. */
  turn(): Promise<void>;
  look(payoutId: string): Promise<{ step: string }>;
  state(of: Ordered): Promise<{ state: string; detail: string | null; attempt: string | undefined; available: string; reserved: string; paid: string }>;
  endToEndId(of: Ordered): Promise<string>;
  executed(of: Ordered): Promise<number>;
  notices(of: Ordered): Promise<string[]>;
}

/** The bank's world at a fixed time, with the steps of payouts done by hand. */
export async function bankDesk(options: Parameters<typeof bankWorld>[0] = {}): Promise<Desk> {
  const world = await bankWorld({ ...options, bank: { clock: '2026-11-23T16:00', ...options.bank } });
  let now = MONDAY;
  const look = (payoutId: string): Promise<{ step: string }> => world.call('lookUpAttempt', { payoutId, asOf: now });
  const endToEndId = async ({ payoutId }: Ordered): Promise<string> => (await readPayout(world.pool, payoutId)).attempt!.facts['endToEndId']!;
  return {
    ...world, look, endToEndId,
    now: () => now,
    async pass(days) {
      for (let day = 0; day < days; day++) {
        do {
          await world.bank.control.advance(1);
          now = new Date(Date.parse(now) + 86_400_000).toISOString();
        } while ([0, 6].includes(new Date(now).getUTCDay()));
      }
    },
    async ordered(destination = GOOD, amountUsd = '20') {
      const { userId } = await seedUser(world.pool, { available: { ava: amountUsd }, rail: 'bank', destination: { ...destination } });
      const { runId } = await world.call('openRun', { runKey: `run-${userId}`, scheduledAt: now, workflowId: `w-${userId}`, startedBy: null });
      await world.call('freezeMembers', { runId, asOf: now });
      await world.call('planPage', { runId, after: '', limit: 1000, asOf: now });
      const [row] = await world.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [userId]);
      if (row === undefined) throw new Error('not planned');
      const { step } = await world.call('prepareAttempt', { payoutId: row.id, asOf: now });
      if (step !== 'await_batch') throw new Error(`not prepared: ${step}`);
      return { payoutId: row.id, userId };
    },
    async turn() {
      world.hinted.length = 0;
      await world.exchange(now);
      for (const payoutId of new Set(world.hinted)) {
        const { step } = await look(payoutId);
        if (step === 'new_attempt') await world.call('prepareAttempt', { payoutId, asOf: now });
      }
    },
    async state({ payoutId, userId }) {
      const { payout, attempt } = await readPayout(world.pool, payoutId);
      const { available, reserved, paid } = (await userBalances(world.pool, userId)).total;
      return { state: payout.state, detail: payout.detail, attempt: attempt?.state, available, reserved, paid };
    },
    executed: async (of) => (await world.bank.control.payments(await endToEndId(of))).filter((payment) => payment.booked_at !== null).length,
    notices: async ({ userId }) => (await world.rows<{ kind: string }>('SELECT kind FROM notification WHERE user_id = $1 ORDER BY id', [userId])).map(({ kind }) => kind),
  };
}
