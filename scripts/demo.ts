import { join, resolve } from 'node:path';
import { loadSetup } from './case/setup.ts';
import { ourEnvironment, readSystemConfig } from './config.ts';
import { caller } from './demo/call.ts';
import { demoOptions } from './demo/options.ts';
import { demoRails } from './demo/demoRails.ts';
import { ownPlan } from './demo/ownFile.ts';
import { samplePlan } from './demo/sample.ts';
import { castOf, tellStory } from './demo/story.ts';
import { supervise } from './local/supervise.ts';
import { claimFolder, wipeFolder } from './system/folder.ts';
import { temporalLinks } from './system/links.ts';
import { startSystem } from './system/start.ts';

/**
 * `npm run demo`: a broker's reports on a fresh system of its own, from their receipt to paid payouts, told step by step; then
 * it stays up. See scripts/demo/options.ts for a report of one's own.
 */
const log = (line = ''): void => console.log(line);

await supervise(async (supervisor) => {
  const options = demoOptions(process.argv.slice(2));
  const plan = options.own === null ? samplePlan() : await ownPlan(options.own);
  const config = readSystemConfig();
  const dataDir = resolve(config.DATA_DIR, 'demo');
  claimFolder(dataDir)();
  await wipeFolder(dataDir, log);
  const giveBack = claimFolder(dataDir);
  supervisor.onStop('data folder', async () => giveBack());

  const started = performance.now();
  const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;
  log(`Setting up a system for the demo in ${dataDir}, fresh each time …`);
  // A namespace and a database of its own where servers are given: the demo must not mix with what is there.
  const env = { TEMPORAL_NAMESPACE: 'cashback-demo', API_RATE_LIMIT: '100000', PAYOUT_COOL_DOWN_HOURS: '0', ...ourEnvironment() };
  const system = await startSystem(supervisor, { config, dataDir, env, log, scratchDatabase: 'cashback_demo', schedulesPaused: config.TEMPORAL_ADDRESS !== undefined, demoRails: demoRails(plan, process.env) });
  const users = await loadSetup(system.pool, plan.setup);
  const admin = caller(system.apiUrl, system.adminKey ?? '');
  const links = temporalLinks(config.TEMPORAL_UI_URL ?? system.temporal.uiUrl, system.temporal.namespace);
  log(`Set up after ${seconds(started)} s.\n`);

  const story = performance.now();
  log(`${plan.setup.broker.name ?? plan.setup.broker.id}: ${plan.setup.accounts.length} trading accounts of ${plan.setup.users.length} traders`);
  if (plan.assumed.length > 0) log(`Assumed, because a file does not say it:\n${plan.assumed.map((line) => `  - ${line}`).join('\n')}`);
  log();
  const end = await tellStory({
    plan, links, log, signal: supervisor.signal, workflows: [], names: new Map([...users].map(([name, id]) => [id, name])), ...await castOf(system, admin),
  });
  log(`${end.paid} payouts paid, ${end.accruals} accruals${end.refused > 0 ? `, ${end.refused} report refused` : ''}${end.notPaid > 0 ? `, ${end.notPaid} payouts not paid` : ''}; told in ${seconds(story)} s.\n`);
  log(`  API          ${system.apiUrl}/v1\n  API docs     ${system.apiUrl}/docs\n  OpenAPI      ${system.apiUrl}/openapi.json`);
  if (links.home !== null) log(`  Temporal UI  ${links.home}`);
  log(`  Logs         ${join(dataDir, 'logs')}`);
  if (options.exit) {
    log('\nThe story ends here, and with it the servers (--exit, or CI is set); without it they stay up.');
    return end.refused > 0 || end.notPaid > 0 ? 1 : 0;
  }
  log(`  Admin key    ${system.adminKey}\n`);
  log(`Try: curl -H 'Authorization: Bearer ${system.adminKey}' '${system.apiUrl}/v1/accruals?limit=2'`);
  log('It stays up until Ctrl-C.');
  return 'stay up';
});
