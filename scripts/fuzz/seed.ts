import { randomUUID } from 'node:crypto';
import { loadSetup } from '../case/setup.ts';
import { type Caller, caller } from '../demo/call.ts';
import { samplePlan } from '../demo/sample.ts';
import { castOf, tellStory } from '../demo/story.ts';
import type { Supervisor } from '../local/supervise.ts';
import { temporalLinks } from '../system/links.ts';
import type { System } from '../system/start.ts';

/** Who sends requests: two traders, neither of whom may see what is the other's, and an admin. */
export interface FuzzKeys { admin: string; trader: string; otherTrader: string; /** Ids of these keys, which no request may revoke. */ ids: string[] }

/** The demo's whole story – reports, accruals, holds, ownership, paid payouts – in a second instead of its pending period, and keys to fuzz with. */
export async function seed(supervisor: Supervisor, system: System): Promise<{ keys: FuzzKeys; admin: Caller; trader: Caller }> {
  const plan = samplePlan();
  plan.setup.methodology.pendingPeriod = 'PT1S';
  const users = await loadSetup(system.pool, plan.setup);
  const admin = caller(system.apiUrl, system.adminKey ?? '');
  await tellStory({
    plan, links: temporalLinks(undefined, system.temporal.namespace), log() {}, signal: supervisor.signal, workflows: [],
    names: new Map([...users].map(([name, id]) => [id, name])), ...await castOf(system, admin),
  });
  const made = (role: string, userId?: string): Promise<{ id: string; key: string }> =>
    admin.post('/api-keys', { name: `fuzz ${role} ${randomUUID()}`, role, scopes: ['*'], ...(userId === undefined ? {} : { userId }) });
  const paid = await admin.list<{ userId: string }>('/payouts');
  const [own, other] = [...new Set([...paid.map(({ userId }) => userId), ...users.values()])];
  const [adminKey, trader, otherTrader] = await Promise.all([made('admin'), made('trader', own), made('trader', other)]);
  // What the demo has no need of: an endpoint that nobody answers at, and an invited operator.
  for (const as of [admin, admin.as(trader.key)]) await as.post('/webhook-endpoints', { url: 'http://127.0.0.1:9/hook' });
  await admin.post('/operators', { mail: 'fuzz@example.com', role: 'admin' });
  return {
    keys: { admin: adminKey.key, trader: trader.key, otherTrader: otherTrader.key, ids: [adminKey.id, trader.id, otherTrader.id] },
    admin, trader: admin.as(trader.key),
  };
}
