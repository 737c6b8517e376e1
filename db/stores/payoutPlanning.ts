import type { AvailableBalance } from '../../domain/payouts/plan.ts';
import { gateReasons, type GateDecision } from '../../domain/verification/gate.ts';
import type { Tx } from '../connection.ts';
import { methodSql, ownersSql, STANDING_SQL, standingOf, type StandingRow } from './payoutGate.ts';

export interface Candidate {
  userId: string; active: boolean;
  /** All that blocks a payout, first things first. */
  blockedBy: GateDecision[];
  /** The method in use at `asOf`; its destination as it is stored. */
  method: { id: string; rail: string; destination: Record<string, string> } | null;
  balances: AvailableBalance[];
}

/**
 * What decides about these users' payouts at `asOf`, their available balances (USD) locked in account order until the transaction ends:
 * of two runs that reserve at once the second sees what the first left.
 */
export async function lockCandidates(tx: Tx, userIds: readonly string[], asOf: string): Promise<Map<string, Candidate>> {
  const balances = await tx.client.query<{ user_id: string; broker_id: string; programme: AvailableBalance['programme']; amount: string }>(
    `SELECT user_id, broker_id, programme, amount FROM ledger_lock_available_of($1) WHERE currency = 'USD'`, [userIds]);
  // Read after the locks were granted: a suspension or a changed method that was committed while waiting counts.
  const users = await tx.client.query<StandingRow & { id: string; active: boolean; method_id: string | null; rail: string; destination: Record<string, string> }>(
    `SELECT u.id, u.status = 'active' AS active, m.id AS method_id, m.rail, m.destination, ${STANDING_SQL}
     FROM app_user u LEFT JOIN user_profile p ON p.user_id = u.id LEFT JOIN LATERAL (${methodSql('$2')}) m ON true LEFT JOIN ${ownersSql(' AND user_id = ANY ($1)')} o ON o.user_id = u.id
     WHERE u.id = ANY ($1) ORDER BY u.id FOR SHARE OF u`, [userIds, asOf]);
  const candidates = new Map<string, Candidate>(users.rows.map((row) => [row.id, {
    userId: row.id, active: row.active, blockedBy: gateReasons(standingOf(row), asOf), balances: [],
    method: row.method_id === null ? null : { id: row.method_id, rail: row.rail, destination: row.destination },
  }]));
  for (const row of balances.rows) candidates.get(row.user_id)?.balances.push({ brokerId: row.broker_id, programme: row.programme, amount: row.amount });
  return candidates;
}

export interface NewPayout {
  id: string; runId: string; userId: string; methodId: string; rail: string; destination: Record<string, string>;
  /** USD. */
  amount: string;
  /** What that pays, in the rail's currency. */
  payAmount: string; payCurrency: string;
  plannedAt: string; sources: readonly AvailableBalance[];
}

/** The payouts with their sources, in two statements; the caller posts the reservations in the same transaction. */
export async function insertPayouts(tx: Tx, payouts: readonly NewPayout[]): Promise<void> {
  if (payouts.length === 0) return;
  await tx.client.query(
    `INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, pay_amount, pay_currency, state, planned_at)
     SELECT p.id, p.run_id, p.user_id, p.method_id, p.rail, p.destination, p.amount, p.pay_amount, p.pay_currency, 'reserved', p.planned_at
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::numeric[], $8::timestamptz[], $9::numeric[], $10::text[])
       AS p (id, run_id, user_id, method_id, rail, destination, amount, planned_at, pay_amount, pay_currency)`,
    [payouts.map((p) => p.id), payouts.map((p) => p.runId), payouts.map((p) => p.userId), payouts.map((p) => p.methodId), payouts.map((p) => p.rail),
      payouts.map((p) => JSON.stringify(p.destination)), payouts.map((p) => p.amount), payouts.map((p) => p.plannedAt), payouts.map((p) => p.payAmount), payouts.map((p) => p.payCurrency)]);
  const sources = payouts.flatMap((payout) => payout.sources.map((source) => ({ payoutId: payout.id, ...source })));
  await tx.client.query('INSERT INTO payout_source (payout_id, broker_id, programme, amount) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::numeric[])',
    [sources.map((s) => s.payoutId), sources.map((s) => s.brokerId), sources.map((s) => s.programme), sources.map((s) => s.amount)]);
}
