import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { ApiClient } from '../../api/client/client.ts';
import { recordVerified } from '../../db/stores/recordVerified.ts';
import { FAR_AHEAD } from '../../scripts/chaos/seed.ts';
import { railDoor } from '../../scripts/rail-door.ts';
import { type SandboxRail, startSandboxRail } from '../../scripts/sandbox-rail/server.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { testPersonalData } from '../support/personal.ts';
import { timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';
import { testApi, type TestApi } from './support.ts';

/** The API with workers and a rail behind it, a broker, two traders with a verified account each, and two operators. */
export interface MainJobWorld {
  api: TestApi;
  time: TimeSkipping;
  rail: SandboxRail;
  /** Keys by name or role. */
  who: Record<'ann' | 'bob' | 'finance' | 'compliance', string>;
  /** Her user id. */
  ann: string;
  stop(): Promise<void>;
}

export async function mainJobWorld(): Promise<MainJobWorld> {
  const time = await timeSkipping();
  const folder = mkdtempSync(join(tmpdir(), 'cashback-rail-'));
  const rail = await startSandboxRail({ record: join(folder, 'record.jsonl'), secret: 'api' });
  const rails = railRegistry([sandboxRail({ url: rail.url, secret: 'api', minimum: '0.01' })]);
  const clock = { now: () => api.clock.now };
  const api: TestApi = await testApi({ client: time.client, rails: railDoor(rails, () => clock.now()) });
  api.clock.now = new Date(await time.env.currentTimeMs()).toISOString();
  const namespace = time.env.namespace ?? 'default';
  const workers = runWorkers(await createWorkers({
    personal: testPersonalData(),
    connection: time.env.nativeConnection, namespace, workflows: { workflowBundle: await workflowBundle() }, pool: api.pool, client: time.client, rails,
    payoutSettings: { ...PAYOUT_SETTINGS, approvalLimit: '5', policy: { ...PAYOUT_SETTINGS.policy, firstLookSeconds: 0 } },
  }));
  const stop = async (): Promise<void> => { await workers.stop(); await rail.stop(); rmSync(folder, { recursive: true, force: true }); };

  const url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  const admin = new ApiClient({ url, key: await api.key('admin') });
  const path = { brokerId: 'alpha' };
  await admin.call('publishMethodology', { body: { effectiveFrom: '2026-01-01T00:00:00Z', pendingPeriod: 'P7D', payoutMinimum: '5.00', tierWindowDays: 30, tiers: [{ name: 'standard', fromLots: '0', multiplier: '1' }], changelog: 'First' } });
  await admin.call('createBroker', { body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
  await admin.call('createAgreement', { path, body: { activeFrom: '2026-01-01T00:00:00Z' } });
  await admin.call('addTerms', { path, body: { effectiveFrom: '2026-01-01T00:00:00Z', accountTypes: { standard: { eligible: true, lotFactor: '1' } } } });
  await admin.call('putSymbols', { path, body: { symbols: { EURUSD: 'forex' } } });
  await admin.call('addRate', { path, body: { class: 'forex', perLot: '6.00', effectiveFrom: '2026-01-01T00:00:00Z' } });
  await admin.call('addProfile', { path, body: { format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: 'A', full: true, columns: { ticket: 'ticket', account: 'account', symbol: 'symbol', lots: 'lots', closeTime: 'closed' } } });
  const who = {} as MainJobWorld['who'];
  let ann = '';
  const now = api.clock.now;
  for (const [name, login] of [['ann', '100'], ['bob', '200']] as const) {
    const user = await admin.call('createUser', { body: { externalId: name } });
    who[name] = (await admin.call('createApiKey', { body: { name, role: 'trader', scopes: ['*'], userId: user.id } })).key ?? '';
    await admin.call('addPayoutMethod', { path: { userId: user.id }, body: { rail: 'sandbox', destination: { account: `ACC-${name}` } } });
    const trader = new ApiClient({ url, key: who[name] });
    api.clock.now = '2026-11-01T00:00:00.000Z'; // both asked before they traded
    const account = await trader.call('registerAccount', { body: { brokerId: 'alpha', server: 'A', login, type: 'standard' } });
    const link = await trader.call('requestLink', { body: { tradingAccountId: account.id } });
    await admin.call('verifyLink', { path: { linkId: link.id }, body: { accountType: 'standard' } });
    api.clock.now = now;
    if (name === 'ann') ann = user.id;
    await recordVerified(api.pool, { userIds: [user.id], at: now, by: 'test', reason: 'set up', screenedUntil: FAR_AHEAD });
  }
  for (const role of ['finance', 'compliance'] as const) who[role] = await api.key(role);
  return { api, time, rail, who, ann, stop };
}
