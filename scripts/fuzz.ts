import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ENVIRONMENT, readSystemConfig } from './config.ts';
import { realIds, type OpenApi } from './fuzz/ids.ts';
import { fuzzOptions } from './fuzz/options.ts';
import { runPass } from './fuzz/pass.ts';
import { schemathesis } from './fuzz/schemathesis.ts';
import { seed } from './fuzz/seed.ts';
import { supervise } from './local/supervise.ts';
import { startSystem } from './system/start.ts';

/**
 * `npm run fuzz`: the running API, made from its OpenAPI document by schemathesis with all its checks, on a system of its own with
 * the demo's data; exit code 1 where anything is found. See scripts/fuzz/options.ts.
 */
const log = (line = ''): void => console.log(line);

/** Without our own settings: thousands of random changes must meet nobody's database, mail server or rail. */
const foreign = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const ours = new Set<string>(Object.values(ENVIRONMENT).flatMap(({ shape }) => Object.keys(shape)));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_') && !ours.has(name) && !ours.has(name.replace(/_FILE$/, ''))));
};

/** Parameters that are no ids of something listed. */
const NAMES = { rail: 'sandbox', provider: 'sandbox', year: '2026', kind: 'rate' };

await supervise(async (supervisor) => {
  const options = fuzzOptions(process.argv.slice(2));
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1_000);
  const executable = await schemathesis(log);
  const dataDir = resolve(readSystemConfig().DATA_DIR, `fuzz-${process.pid}`);
  const found: string[] = [];
  // What was found is looked up in the logs: these stay then.
  supervisor.onStop('data folder', async () => {
    const gone = found.length === 0 ? [dataDir] : readdirSync(dataDir).filter((name) => name !== 'logs').map((name) => join(dataDir, name));
    for (const path of gone) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  const env = { ...foreign(process.env), API_RATE_LIMIT: '10000000', PAYOUT_COOL_DOWN_HOURS: '0', API_SIGN_IN_RATE_LIMIT: '10000000', WEBHOOKS_ALLOW_PRIVATE: 'true', API_MAX_EVENT_LOOP_DELAY: '0', LOG_LEVEL: 'error', PORT: '' };
  const system = await startSystem(supervisor, { config: { ...readSystemConfig(env), PORT: 0, portChosen: false }, dataDir, env, log, schedulesPaused: true });
  const { keys, admin, trader } = await seed(supervisor, system);
  const document = await (await fetch(`${system.apiUrl}/openapi.json`)).json() as OpenApi;
  const ids = await realIds(document, [trader, admin]);
  for (const [name, value] of Object.entries(NAMES)) ids.set(name, [...(ids.get(name) ?? []), value]);
  ids.set('keyId', (ids.get('keyId') ?? []).filter((id) => !keys.ids.includes(id)));
  const without = [...ids].filter(([, values]) => values.length === 0).map(([name]) => name);
  log(`Seeded after ${seconds()} s: ids for ${[...ids.keys()].filter((name) => !without.includes(name)).join(', ')}${without.length > 0 ? `; none for ${without.join(', ')}` : ''}.\n`);

  for (const pass of options.passes) {
    log(`As ${pass}, seed ${options.seed}, at most ${options.maxExamples} cases for each operation and phase:`);
    if (!(await runPass(pass, { executable, folder: dataDir, apiUrl: system.apiUrl, keys, ids, options, signal: supervisor.signal }))) found.push(pass);
    // A run that has lost its key, or whose API has died, has shown nothing.
    if ((await fetch(`${system.apiUrl}/v1/me`, { headers: { authorization: `Bearer ${keys.admin}` } })).status !== 200) found.push(`${pass} (its key no longer works)`);
    if ((await fetch(`${system.apiUrl}/readyz`)).status !== 200) found.push(`${pass} (the API is not ready)`);
  }
  log(`fuzz: ${found.length === 0 ? `nothing found as ${options.passes.join(', ')}` : `something found as ${found.join(', ')}, see ${join(dataDir, 'logs', 'API.log')}`} (${seconds()} s)`);
  return found.length === 0 ? 0 : 1;
});
