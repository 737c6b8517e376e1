import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../db/migrate.ts';
import { appUrl } from '../local/app-role.ts';
import { statement, withDatabase } from '../local/databases.ts';
import { startPostgres } from '../local/postgres.ts';
import type { Supervisor } from '../local/supervise.ts';
import { type LocalTemporal, startTemporal } from '../local/temporal.ts';

export interface StoresOptions {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  /** A database of its own on DATABASE_URL's server, made anew: for demos, which must not touch what is there. */
  scratchDatabase?: string;
}

export interface Stores { databaseUrl: string; temporal: LocalTemporal }

/** Postgres, migrated, and Temporal with namespace and search attributes; both are stopped by the supervisor where we run them. */
export async function startStores(supervisor: Supervisor, options: StoresOptions): Promise<Stores> {
  const { dataDir, env, log } = options;
  const [databaseUrl, temporal] = await Promise.all([
    startDatabase(supervisor, options),
    startTemporal({ dataDir: join(dataDir, 'temporal'), log, env }).then((server) => {
      supervisor.onStop('Temporal', () => server.stop());
      log(server.source);
      return server;
    }),
  ]);
  return { databaseUrl, temporal };
}

async function startDatabase(supervisor: Supervisor, { dataDir, env, log, scratchDatabase }: StoresOptions): Promise<string> {
  const folder = join(dataDir, 'postgres');
  const postgres = await startPostgres({ dataDir: folder, log, env });
  supervisor.onStop('Postgres', () => postgres.stop());
  log(postgres.source);
  const own = postgres.kind === 'external' ? scratchDatabase : undefined;
  if (own !== undefined) {
    await statement(postgres.ownerUrl, `drop database if exists ${own} with (force)`);
    await statement(postgres.ownerUrl, `create database ${own}`);
  }
  const at = (url: string): string => (own === undefined ? url : withDatabase(url, own));
  await migrate(at(postgres.ownerUrl));
  return at(await appUrl(postgres, folder, env));
}

/** The environment in which a child connects to these stores; settings for another Temporal, also in the user's own file, must not reach it. */
export function storesEnvironment(env: NodeJS.ProcessEnv, dataDir: string, { databaseUrl, temporal }: Stores): NodeJS.ProcessEnv {
  const own = { ...env, DATABASE_APP_URL: databaseUrl };
  if (temporal.kind === 'external') return own;
  const file = join(dataDir, 'temporal', 'client.toml');
  writeFileSync(file, `[profile.default]\naddress = "${temporal.address}"\nnamespace = "${temporal.namespace}"\n`);
  return { ...Object.fromEntries(Object.entries(own).filter(([name]) => !name.startsWith('TEMPORAL_'))), TEMPORAL_CONFIG_FILE: file };
}
