import { join } from 'node:path';
import { ALL_FAULTS, faultRates } from '../../sandbox-rail/faults.ts';
import type { RecordLine } from '../../sandbox-rail/record.ts';
import type { Counterparty, CounterpartyOptions, Movement } from '../counterparty.ts';
import { counterpartyChild } from '../counterparty-child.ts';
import { LATE_MS, RETURN_MS, SECRET, SLOW_MS } from '../settings.ts';
import { recordLines } from './record-lines.ts';

const account = (user: number): string => `acc-${user}`;

/** The sandbox rail with all of its faults; its record is lines on disk, synced before it answers. */
export async function sandboxCounterparty({ folder, seed, faultRate, webhookUrl }: CounterpartyOptions): Promise<Counterparty> {
  const record = join(folder, 'rail.record');
  const child = await counterpartyChild({
    kind: 'sandbox', record, secret: SECRET, webhookUrl,
    faults: { seed, rates: faultRates(ALL_FAULTS.join(','), faultRate), script: [], slowMs: SLOW_MS, lateMs: LATE_MS, returnMs: RETURN_MS },
  });
  /** Read once: it grows meanwhile. */
  const read = () => {
    const lines = recordLines(record) as unknown as RecordLine[];
    const done = (type: 'executed' | 'returned'): Set<string> => new Set(lines.flatMap((line) => (line.type === type ? [line.reference] : [])));
    return { lines, accepted: lines.filter((line) => line.type === 'accepted'), executed: done('executed'), returned: done('returned') };
  };
  return {
    railId: 'sandbox', port: child.port, faults: child.faults, env: { CHAOS_SECRET: SECRET },
    kill: child.kill, start: child.start, stop: child.stop,
    destination: (user) => ({ fields: { account: account(user) }, key: account(user) }),
    movements: async () => {
      const { lines, accepted } = read();
      const orders = new Map(accepted.map((order) => [order.reference, order]));
      return lines.flatMap((line): Movement[] => {
        if (line.type !== 'executed' && line.type !== 'returned') return [];
        const order = orders.get(line.reference)!;
        return [{ kind: line.type, to: order.destination['account'] ?? '', amount: line.type === 'returned' ? line.amount : order.amount, reference: line.reference }];
      });
    },
    async endFaults() {
      await child.admin('faults', { faults: 'none' });
      // What it would have kept lying for ever (`stuck`) it does now.
      const { accepted, executed } = read();
      for (const { reference } of accepted.filter((order) => order.executeAt === null && !executed.has(order.reference))) await child.admin(`payments/${reference}/execute`, {});
    },
    busy: async () => {
      const { accepted, executed, returned } = read();
      return accepted.some((order) => !executed.has(order.reference) || (order.returnAt !== null && !returned.has(order.reference)));
    },
  };
}
