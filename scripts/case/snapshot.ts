import type { Pool } from 'pg';
import { z } from 'zod';
import { Decimal, plain, sum } from '../../domain/decimal.ts';
import { balancesOfUsers } from '../../db/ledger/balances.ts';
import { standingSummary } from '../../db/stores/reportLines.ts';

const money = z.object({ pending: z.string(), available: z.string(), reserved: z.string(), paid: z.string() });

/** One checkpoint of expected.json: USD and lots as decimal strings. */
export const checkpointSchema = z.object({
  users: z.record(z.string(), money),
  lots: z.object({ paid: z.string(), excluded: z.string(), quarantined: z.string() }),
  reasons: z.record(z.string(), z.int()),
  payouts: z.array(z.object({ user: z.string(), amount: z.string() })),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** What the system says now, in the form of a checkpoint. */
export async function snapshot(pool: Pool, brokerId: string, users: ReadonlyMap<string, string>): Promise<Checkpoint> {
  const balances = await balancesOfUsers(pool, [...users.values()]);
  const summary = await standingSummary(pool, brokerId);
  const lots = (outcome: string): string => plain(sum(summary.filter((row) => row.outcome === outcome).map((row) => row.lots)));
  const names = new Map([...users].map(([name, id]) => [id, name]));
  const paid = await pool.query<{ user_id: string; amount: string }>("SELECT user_id, amount FROM payout WHERE state = 'paid' ORDER BY id");
  return {
    users: Object.fromEntries([...users].map(([name, id]) => {
      const { pending, available, reserved, paid } = balances.get(id)!.total;
      return [name, { pending, available, reserved, paid }];
    })),
    lots: { paid: lots('paid'), excluded: lots('excluded'), quarantined: lots('quarantined') },
    reasons: Object.fromEntries(summary.filter((row) => row.reason !== null).map((row) => [row.reason!, row.lines])),
    payouts: paid.rows.map((row) => ({ user: names.get(row.user_id) ?? row.user_id, amount: plain(new Decimal(row.amount)) })),
  };
}

/** A difference: where, and both values. */
export interface Difference { path: string; expected: string; got: string }

/** Every difference of two checkpoints, numbers by value, payouts in any order. */
export function compare(check: string, expected: Checkpoint, got: Checkpoint): Difference[] {
  const found: Difference[] = [];
  const numbers = (path: string, want: Record<string, string | number>, have: Record<string, string | number>, missing: string): void => {
    for (const name of new Set([...Object.keys(want), ...Object.keys(have)])) {
      const [w, h] = [want[name] ?? missing, have[name] ?? missing];
      if (w === 'nothing' || h === 'nothing' || !new Decimal(w).equals(h)) found.push({ path: `${path}.${name}`, expected: String(w), got: String(h) });
    }
  };
  for (const user of new Set([...Object.keys(expected.users), ...Object.keys(got.users)])) {
    numbers(`${check}.users.${user}`, expected.users[user] ?? {}, got.users[user] ?? {}, 'nothing');
  }
  numbers(`${check}.lots`, expected.lots, got.lots, '0');
  numbers(`${check}.reasons`, expected.reasons, got.reasons, '0');
  const listed = (payouts: Checkpoint['payouts']): string[] => payouts.map((p) => `${p.user} ${plain(new Decimal(p.amount))}`).sort();
  const [want, have] = [listed(expected.payouts), listed(got.payouts)];
  if (want.join() !== have.join()) found.push({ path: `${check}.payouts`, expected: want.join(', ') || 'none', got: have.join(', ') || 'none' });
  return found;
}
