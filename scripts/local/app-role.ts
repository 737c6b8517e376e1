import { join, resolve } from 'node:path';
import pg from 'pg';
import type { LocalPostgres } from './postgres.ts';
import { secret } from './postgres-cluster.ts';

export const APP_ROLE = 'cashback_app';

/**
 * The connection string of the role the app works as: it owns no table, so the ledger's guards bind it. Call it after
 * the migrations, which create the role. On the embedded Postgres the role gets a login with a password kept in
 * `dataDir`; on an external one DATABASE_APP_URL is used, else the owner's login that becomes the role on connecting.
 */
export async function appUrl(postgres: LocalPostgres, dataDir: string, env = process.env): Promise<string> {
  if (postgres.kind === 'external') return env['DATABASE_APP_URL'] ?? asRole(postgres.ownerUrl);
  const password = secret(join(resolve(dataDir), 'app-password'));
  const client = new pg.Client({ connectionString: postgres.ownerUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`alter role ${APP_ROLE} login password ${client.escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
  const url = new URL(postgres.ownerUrl);
  url.username = APP_ROLE;
  url.password = password;
  return url.toString();
}

function asRole(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.searchParams.set('options', `-c role=${APP_ROLE}`);
  return url.toString();
}
