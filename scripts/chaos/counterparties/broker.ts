import { join } from 'node:path';
import { railIdOf } from '../../../activities/payouts/rails/broker-credit/order.ts';
import { ALL_FAULTS, faultRates } from '../../sandbox-broker/faults.ts';
import type { RecordLine } from '../../sandbox-broker/record.ts';
import type { Counterparty, CounterpartyOptions, Movement } from '../counterparty.ts';
import { counterpartyChild } from '../counterparty-child.ts';
import { BROKER_ID, LATE_MS, SECRET, SLOW_MS } from '../settings.ts';
import { recordLines } from './record-lines.ts';

/** What only an operator can settle (credited to another account, taken and never credited), or an operator's money (an empty wallet waits a quarter of an hour). */
const NOT_HERE = ['wrong_account', 'stuck', 'short_of_funds'] as const;

const server = 'live';
const account = (user: number): string => `7000${user}`;

/** The sandbox broker, which credits whatever is sent to it, however often; its record is lines on disk, synced before it answers. */
export async function brokerCounterparty({ folder, seed, faultRate }: CounterpartyOptions): Promise<Counterparty> {
  const record = join(folder, 'broker.record');
  const child = await counterpartyChild({
    kind: 'broker-credit', record, token: SECRET,
    faults: { seed, rates: faultRates(`${ALL_FAULTS.join(',')},${NOT_HERE.map((name) => `-${name}`).join(',')}`, faultRate), script: [], slowMs: SLOW_MS, lateMs: LATE_MS, lagMs: 1000 },
  });
  const lines = (): RecordLine[] => recordLines(record) as unknown as RecordLine[];
  return {
    railId: railIdOf(BROKER_ID), port: child.port, faults: child.faults, env: { CHAOS_SECRET: SECRET },
    kill: child.kill, start: child.start, stop: child.stop,
    destination: (user) => ({ fields: { server, account: account(user) }, key: `${server} ${account(user)}` }),
    movements: async () => lines().flatMap((line): Movement[] => (line.type !== 'operation' ? []
      : [{ kind: line.kind === 'credit' ? 'executed' : 'returned', to: `${line.server} ${line.account}`, amount: line.amount, reference: line.operationId }])),
    endFaults: async () => void await child.admin('faults', { faults: 'none' }),
    busy: async () => {
      const booked = new Set(lines().flatMap((line) => (line.type === 'operation' && line.orderId !== null ? [line.orderId] : [])));
      return lines().some((line) => line.type === 'ordered' && !booked.has(line.orderId));
    },
  };
}
