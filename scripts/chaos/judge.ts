import type { Pool } from 'pg';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { fundingDifferences } from '../../db/stores/fundingChecks.ts';
import { Decimal, plain, sum } from '../../domain/decimal.ts';
import { compareRecord, type Finding, type RecordMovement } from '../../domain/payouts/compareRecord.ts';
import { PAYOUT_SETTLED, type PayoutState } from '../../domain/payouts/states.ts';
import type { Movement } from './counterparty.ts';

export type ChaosFinding = Finding | { code: string; payoutId: string | null; detail: string };
export interface ChaosPayout { id: string; userId: string; state: PayoutState; amount: string }
export interface Verdict { findings: ChaosFinding[]; states: Record<string, number>; executions: number; resent: number }

export async function chaosPayouts(pool: Pool): Promise<ChaosPayout[]> {
  return (await pool.query<ChaosPayout>('SELECT id, user_id AS "userId", state, amount FROM payout ORDER BY id')).rows;
}

/**
 * The counterparty's own record against our rows and our ledger. Whose a movement is is told by the destination it went to, which is one user's alone: no key or
 * reference of ours is asked. `users`: by destination.
 */
export async function judge(pool: Pool, movements: readonly Movement[], users: ReadonlyMap<string, string>): Promise<Verdict> {
  const payouts = await chaosPayouts(pool);
  const payoutOf = new Map(payouts.map((payout) => [payout.userId, payout.id]));
  const record = movements.map(({ kind, to, amount, reference }): RecordMovement => ({ kind, amount, railReference: reference, payoutId: payoutOf.get(users.get(to) ?? '') ?? null }));
  const balance = async (kind: string): Promise<string> => (await pool.query<{ amount: string | null }>('SELECT sum(amount) AS amount FROM account_balance WHERE kind = $1', [kind])).rows[0]?.amount ?? '0';
  const findings: ChaosFinding[] = compareRecord(payouts, record, await balance('rail_clearing'));
  const found = (code: string, detail: string, payoutId: string | null = null): number => findings.push({ code, payoutId, detail });

  if (payouts.length !== users.size || payoutOf.size !== users.size) found('PAYOUTS_MISSING', `${payouts.length} payouts for ${users.size} users`);
  const open = payouts.filter((payout) => !PAYOUT_SETTLED.includes(payout.state));
  for (const payout of open) found('NOT_SETTLED', `still ${payout.state}`, payout.id);
  const owed = plain(sum(open.map((payout) => payout.amount)));
  const reserved = plain(new Decimal(await balance('reserved')));
  if (owed !== reserved) found('RESERVED_DIFFERS', `open payouts are ${owed}, reserved is ${reserved}`);
  const { rows: [accounts] } = await pool.query<{ n: string }>("SELECT count(*) AS n FROM account_balance WHERE kind = 'reserved' AND amount <> 0");
  if (accounts?.n !== '0') found('RESERVED_LEFT', `${accounts?.n} reserved accounts are not zero`);
  const failed = plain(sum(payouts.filter(({ state }) => state === 'failed' || state === 'returned').map((payout) => payout.amount)));
  const available = plain(new Decimal(await balance('available')));
  if (failed !== available) found('AVAILABLE_DIFFERS', `failed and returned payouts are ${failed}, available is ${available}`);
  for (const { check, what } of (await verifyLedger(pool)).differences) found('LEDGER_UNSOUND', `${check}: ${what}`);
  for (const what of await fundingDifferences(pool)) found('FUNDING_DIFFERS', what);

  const { rows: [again] } = await pool.query<{ n: string }>('SELECT count(*) AS n FROM payout_attempt WHERE sends > 1');
  return {
    findings, resent: Number(again?.n ?? 0), executions: record.filter((movement) => movement.kind === 'executed').length,
    states: Object.fromEntries([...Map.groupBy(payouts, (payout) => payout.state)].map(([state, of]) => [state, of.length])),
  };
}
