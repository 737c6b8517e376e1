import { randomUUID } from 'node:crypto';
import { concurrently } from '../../activities/concurrently.ts';
import type { Rail } from '../../activities/payouts/rails/rail.ts';
import { withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { insertPayouts, lockCandidates } from '../../db/stores/payoutPlanning.ts';
import { claimRun } from '../../db/stores/payoutRuns.ts';
import { movePayout } from '../../db/stores/payouts.ts';
import { cut, Decimal, plain } from '../../domain/decimal.ts';
import { newId } from '../../domain/ids.ts';
import type { Pool } from 'pg';
import { BROKER_ID } from './settings.ts';

const AT = '2026-11-23T09:00:00.000Z';
const TRIES = 3;

/**
 * Negative control: the payment code that people write first. Every try has a fresh key, a time-out counts as failed and is tried again or given back, an accepted
 * payment counts as paid. The ledger balances at the end; the counterparty's record tells another story.
 */
export async function payNaively(pool: Pool, rail: Rail): Promise<void> {
  const { signal } = new AbortController();
  const run = await claimRun(pool, { key: 'naive', workflowId: 'naive', scheduledAt: AT, startedBy: null });
  const { rows: users } = await pool.query<{ id: string }>('SELECT id FROM app_user ORDER BY id');
  await concurrently(users, 8, async ({ id: userId }) => {
    const payout = await withTransaction(pool, async (tx) => {
      const { balances, method } = (await lockCandidates(tx, [userId], AT)).get(userId)!;
      const amount = plain(cut(new Decimal(balances[0]!.amount), 2));
      const row = { id: newId('payout'), runId: run.id, userId, methodId: method!.id, rail: rail.id, destination: method!.destination, amount, payAmount: amount, payCurrency: rail.guarantees.currencies[0]!, plannedAt: AT, sources: [{ ...balances[0]!, amount }] };
      await insertPayouts(tx, [row]);
      await postJournals(tx, [journal(row, 'reserved')]);
      return row;
    });
    let paid = false;
    for (let tries = 0; tries < TRIES && !paid; tries++) {
      const key = randomUUID();
      const order = { payoutId: payout.id, attemptId: newId('payoutAttempt'), idempotencyKey: key, amount: payout.amount, currency: payout.payCurrency, destination: payout.destination };
      const ready = await rail.ready?.(signal) ?? { ready: true as const, terms: {} };
      if (!ready.ready) continue;
      const prepared = await withTransaction(pool, (tx) => rail.prepare({ ...order, asOf: AT }, { tx, terms: ready.terms }));
      paid = (await rail.submit({ ...order, ...prepared, replaced: [], preparedAt: AT, firstSentAt: null, lastSentAt: null }, signal)).kind === 'accepted';
    }
    await withTransaction(pool, async (tx) => {
      await postJournals(tx, [journal(payout, paid ? 'paid' : 'released')]);
      await movePayout(tx, payout.id, 'submitting', { detail: '', railReference: null, settledAt: null });
      await movePayout(tx, payout.id, paid ? 'paid' : 'failed', { detail: '', railReference: null, settledAt: AT });
    });
  });
}

function journal(payout: { id: string; userId: string; rail: string; amount: string }, what: 'reserved' | 'paid' | 'released') {
  const own = { userId: payout.userId, brokerId: BROKER_ID, programme: 'cashback' } as const;
  const [from, to] = what === 'reserved' ? [{ kind: 'available', ...own } as const, { kind: 'reserved', ...own } as const]
    : what === 'paid' ? [{ kind: 'reserved', ...own } as const, { kind: 'rail_clearing', rail: payout.rail } as const] : [{ kind: 'reserved', ...own } as const, { kind: 'available', ...own } as const];
  return {
    key: `payout:${payout.id}:${what}`, kind: `payout_${what}` as const, effectiveAt: AT, cause: { type: 'payout', id: payout.id },
    postings: [{ account: from, amount: `-${payout.amount}` }, { account: to, amount: payout.amount }],
  };
}
