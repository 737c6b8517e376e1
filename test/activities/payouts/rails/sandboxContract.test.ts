import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxRail } from '../../../../activities/payouts/rails/sandbox.ts';
import { startSandboxRail } from '../../../../scripts/sandbox-rail/server.ts';
import { createPool } from '../../../../db/connection.ts';
import { newId } from '../../../../domain/ids.ts';
import { seedBase } from '../../../../scripts/chaos/seed.ts';
import { freshDatabase } from '../../../support/database.ts';
import { railContract } from './contract.ts';

railContract('the sandbox rail', async () => {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 6, onError: () => {} });
  await seedBase(pool);
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-contract-'));
  const options = { record: join(folder, 'record'), secret: 'a secret for tests', returnMs: 0 };
  let server = await startSandboxRail(options);
  const { url } = server;
  const faults = (script: object[]) => fetch(`${url}/admin/faults`, { method: 'POST', body: JSON.stringify({ script }) });
  return {
    rail: sandboxRail({ url, secret: options.secret, timeoutMs: 1000 }), pool, amountUsd: '42.98',
    good: () => ({ account: newId('user') }),
    bad: [{ destination: { account: 'a b' }, field: 'account' }, { destination: {}, field: 'account' }, { destination: { account: 'trader-1', iban: 'DE02' }, field: 'iban' }],
    executions: async ({ payoutId }) => server.record().filter((entry) => entry.kind === 'executed' && entry.payoutId === payoutId).length,
    settle: async () => {},
    async loseAnswer() { await faults([{ fault: 'reset_after' }]); },
    async down() { await server.stop(); },
    async up() { server = await startSandboxRail({ ...options, port: Number(new URL(url).port) }); },
    async sendBack({ railReference }) { await fetch(`${url}/admin/payments/${railReference}/return`, { method: 'POST', body: '{}' }); },
    async close() {
      await server.stop();
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
