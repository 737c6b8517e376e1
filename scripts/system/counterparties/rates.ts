import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startSandboxFx } from '../../sandbox-fx/server.ts';
import type { Counterparty } from './counterparty.ts';
import { keptPort, keptSecret } from './kept.ts';

/** A rate service that quotes fixed rates. */
export const RATES: Counterparty = {
  id: 'rates',
  name: 'Sandbox rate service',
  serves: (rail) => rail === 'bank',
  outside: ['FX_RATES_URL', 'FX_RATES_SECRET'],
  start: ({ folder }) => keptPort(folder, (port) => startSandboxFx({ record: join(folder, 'quotes.jsonl'), port, secret: keptSecret(folder, 'secret', () => randomBytes(24).toString('hex')) })),
};
