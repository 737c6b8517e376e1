import { randomUUID } from 'node:crypto';
import { concurrently } from '../../activities/concurrently.ts';
import { insertPayouts, lockCandidates } from '../../db/stores/payoutPlanning.ts';
import { movePayout } from '../../db/stores/payouts.ts';
import { claimRun } from '../../db/stores/payoutRuns.ts';
import { withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { newId } from '../../domain/ids.ts';
import { cut, Decimal, plain } from '../../domain/decimal.ts';
import { RAIL_TIMEOUT_MS, SECRET } from './settings.ts';
import type { ChaosStack } from './stack.ts';

const AT = '2026-11-23T09:00:00.000Z';

/**
 * Negative control: the payment code that people write first. Every try has a fresh key, a time-out counts as failed and is
 * tried again, an accepted payment counts as paid. The ledger balances at the end; the rail's record tells another story.
 */
export async function payNaively(stack: ChaosStack): Promise<void> {
  const rail = sandboxRail({ url: stack.rail.url, secret: SECRET, timeoutMs: RAIL_TIMEOUT_MS });
  const run = await claimRun(stack.pool, { key: 'naive', workflowId: 'naive', scheduledAt: AT, startedBy: null });
  const { rows: users } = await stack.pool.query<{ id: string }>('SELECT id FROM app_user ORDER BY id');
  await concurrently(users, 8, async ({ id: userId }) => {
    const payout = await withTransaction(stack.pool, async (tx) => {
      const { balances, method } = (await lockCandidates(tx, [userId], AT)).get(userId)!;
      const amount = plain(cut(new Decimal(balances[0]!.amount), 2));
      const row = { id: newId('payout'), runId: run.id, userId, methodId: method!.id, rail: 'sandbox', destination: method!.destination, amount, payAmount: amount, payCurrency: 'USD', plannedAt: AT, sources: [{ ...balances[0]!, amount }] };
      await insertPayouts(tx, [row]);
      await postJournals(tx, [journal(row, 'reserved')]);
      return row;
    });
    let paid = false;
    for (let tries = 0; tries < 5 && !paid; tries++) {
      const key = randomUUID();
      const order = { payoutId: payout.id, attemptId: key, idempotencyKey: key, amount: payout.amount, currency: 'USD', destination: payout.destination };
      const prepared = await withTransaction(stack.pool, (tx) => rail.prepare({ ...order, asOf: AT }, { tx, terms: {} }));
      paid = (await rail.submit({ ...order, ...prepared, replaced: [], preparedAt: AT, firstSentAt: null, lastSentAt: null }, new AbortController().signal)).kind === 'accepted';
    }
    await withTransaction(stack.pool, async (tx) => {
      await postJournals(tx, [journal(payout, paid ? 'paid' : 'released')]);
      await movePayout(tx, payout.id, 'submitting', { detail: '', railReference: null, settledAt: null });
      await movePayout(tx, payout.id, paid ? 'paid' : 'failed', { detail: '', railReference: null, settledAt: AT });
    });
  });
}

function journal(payout: { id: string; userId: string; amount: string }, what: 'reserved' | 'paid' | 'released') {
  const own = { userId: payout.userId, brokerId: 'ava', programme: 'cashback' } as const;
  const [from, to] = what === 'reserved' ? [{ kind: 'available', ...own } as const, { kind: 'reserved', ...own } as const]
    : what === 'paid' ? [{ kind: 'reserved', ...own } as const, { kind: 'rail_clearing', rail: 'sandbox' } as const] : [{ kind: 'reserved', ...own } as const, { kind: 'available', ...own } as const];
  return {
    key: `payout:${payout.id}:${what}`, kind: `payout_${what}` as const, effectiveAt: AT, cause: { type: 'payout', id: payout.id },
    postings: [{ account: from, amount: `-${payout.amount}` }, { account: to, amount: payout.amount }],
  };
}
