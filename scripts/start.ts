import { resolve } from 'node:path';
import { ourEnvironment, readSystemConfig } from './config.ts';
import { supervise } from './local/supervise.ts';
import { claimFolder } from './system/folder.ts';
import { temporalLinks } from './system/links.ts';
import { startSystem } from './system/start.ts';

/** `npm start`: everything of a running system, with its data kept under DATA_DIR, until Ctrl-C or SIGTERM drains it. */
const log = (line: string): void => console.log(line);

await supervise(async (supervisor) => {
  const config = readSystemConfig();
  const dataDir = resolve(config.DATA_DIR);
  const giveBack = claimFolder(dataDir);
  supervisor.onStop('data folder', async () => giveBack());
  const started = Date.now();
  log(`Starting, data in ${dataDir} …`);
  const system = await startSystem(supervisor, { config, dataDir, env: ourEnvironment(), log });
  const links = temporalLinks(config.TEMPORAL_UI_URL ?? system.temporal.uiUrl, system.temporal.namespace);
  log(`Ready after ${Math.round((Date.now() - started) / 1_000)} s.\n`);
  log(`  API          ${system.apiUrl}/v1`);
  log(`  API docs     ${system.apiUrl}/docs`);
  if (links.home !== null) log(`  Temporal UI  ${links.home}\n  Schedules    ${links.schedules()}`);
  log(system.adminKey === null
    ? '\nThe admin key was printed on the first start; make others by POST /v1/api-keys.'
    : `\nFirst admin key, shown only now:\n\n  ${system.adminKey}\n`);
  log('Ctrl-C stops everything; the data stays.');
  return 'stay up';
});
