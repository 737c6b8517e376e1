import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { createPool } from '../db/connection.ts';
import { migrate } from '../db/migrate.ts';
import { caseFolders } from './case/folders.ts';
import { runCase } from './case/run.ts';
import { appUrl } from './local/app-role.ts';
import { startPostgres } from './local/postgres.ts';
import { registerSearchAttributes } from './local/search-attributes.ts';
import { supervise } from './local/supervise.ts';
import { timeSkippingServer } from './local/time-skipping.ts';
import { buildWorkflowBundle } from './local/workflow-bundle.ts';
import { statement, withDatabase } from './local/databases.ts';

/** `npm run case -- DIR…`: runs each case folder, or each of a folder of cases, on a fresh database and prints every difference; exit 0 only if there is none. */
const log = (line: string): void => console.log(line);
const callers = process.env['INIT_CWD'] ?? process.cwd();
const named = process.argv.slice(2).map((folder) => resolve(callers, folder));
if (named.length === 0) {
  console.error('Usage: npm run case -- DIR…   each DIR has setup.json, the report files and expected.json, or folders that have');
  process.exit(2);
}

const dataDir = resolve('.data/case');
await supervise(async ({ onStop }) => {
  const folders = caseFolders(named);
  // The time-skipping server is no whole Temporal, which each worker would warn about.
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } } });
  const postgres = await startPostgres({ dataDir, log, fastAndUnsafe: true });
  onStop('Postgres', () => postgres.stop());
  const server = await timeSkippingServer(log);
  log(`Time-skipping Temporal: ${server.source}`);
  const codePath = resolve(dataDir, `workflows-${process.pid}.js`);
  await buildWorkflowBundle(codePath);
  onStop('workflow bundle', async () => rmSync(codePath, { force: true }));

  let checks = 0;
  let differences = 0;
  for (const folder of folders) {
    const name = `case_${randomBytes(6).toString('hex')}`;
    await statement(postgres.ownerUrl, `create database ${name}`);
    const ownerUrl = withDatabase(postgres.ownerUrl, name);
    await migrate(ownerUrl);
    const pool = createPool(withDatabase(await appUrl(postgres, dataDir), name));
    const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: server.path } } });
    try {
      await registerSearchAttributes(env.connection, env.namespace ?? 'default');
      const result = await runCase(folder, { env, pool, workflowBundle: { codePath }, log });
      checks += result.checks;
      differences += result.differences.length;
      for (const { path, expected, got } of result.differences) log(`  ${path}: expected ${expected}, got ${got}`);
    } finally {
      await env.teardown();
      await pool.end();
      await statement(postgres.ownerUrl, `drop database if exists ${name} with (force)`);
    }
  }
  log(`${folders.length} case(s), ${checks} checkpoints, ${differences} differences`);
  return differences === 0 ? 0 : 1;
});
