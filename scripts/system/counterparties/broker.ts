import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isBrokerCredit } from '../../../activities/payouts/rails/broker-credit/settings.ts';
import { railIdOf } from '../../../activities/payouts/rails/broker-credit/order.ts';
import { startSandboxBroker } from '../../sandbox-broker/server.ts';
import type { Counterparty } from './counterparty.ts';
import { keptPort, keptSecret } from './kept.ts';

/** What the sandbox promises, as a broker would have to: a credit that is in no list so long after its sending was never booked. */
const NON_EXECUTION_SECONDS = 120;

/** The back office of every broker that RAILS names; each account there is in USD. */
export const BROKER: Counterparty = {
  id: 'broker',
  name: "Sandbox broker's back office",
  serves: isBrokerCredit,
  outside: ['BROKER_CREDIT_BROKERS', 'BROKER_CREDIT_SECRETS'],
  async start({ folder, rails }) {
    const token = keptSecret(folder, 'token', () => randomBytes(24).toString('hex'));
    const { url, stop } = await keptPort(folder, (port) => startSandboxBroker({ record: join(folder, 'record.jsonl'), port, token }));
    const brokers = rails.map((rail) => rail.slice(railIdOf('').length));
    return {
      url, stop,
      env: {
        BROKER_CREDIT_BROKERS: JSON.stringify(brokers.map((broker) => ({ broker, way: 'http', url, nonExecutionAfterSeconds: NON_EXECUTION_SECONDS }))),
        BROKER_CREDIT_SECRETS: JSON.stringify(Object.fromEntries(brokers.map((broker) => [broker, token]))),
      },
    };
  },
};
