import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** The role that the application connects as; it owns nothing, and its rights are granted by the migrations. */
export const APP_ROLE = 'cashback_app';

/** Any fixed number: two processes that start at once must take the same lock. */
const MIGRATION_LOCK = '7310001';

// Roles belong to the whole cluster while advisory locks belong to one database, so two databases may race here.
const CREATE_ROLE = `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${APP_ROLE}') THEN
    CREATE ROLE ${APP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;

/**
 * Brings the database at `ownerUrl` to the newest schema; safe to call from several processes at once and again at every
 * start. Creates the role `cashback_app` (LOGIN, no password: set one where the server asks for it) if it is missing.
 */
export async function migrate(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, options: '-c TimeZone=UTC' });
  client.on('error', () => undefined); // the query in flight rejects with the same error
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    await client.query(CREATE_ROLE);
    await runMigrations(drizzle(client), { migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)) });
  } finally {
    await client.end(); // ends the session and with it the advisory lock
  }
}
