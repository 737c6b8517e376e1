import { randomBytes } from 'node:crypto';
import { askHost } from './ask-host.ts';
import { statement, withDatabase } from '../../scripts/local/databases.ts';
import type { TestPostgresInfo } from './test-postgres.ts';

export interface DatabaseCopy { ownerUrl: string; appUrl: string; drop(): Promise<void> }

/** A backup of a database as it is now, put back as one of its own. Idle connections of the copied one are cut, as pools are prepared for. */
export async function copyOf(ownerUrl: string): Promise<DatabaseCopy> {
  const info = await askHost<TestPostgresInfo>('/postgres');
  const source = new URL(ownerUrl).pathname.slice(1);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await statement(info.ownerUrl, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${source}'`);
  await statement(info.ownerUrl, `create database ${name} template ${source} strategy file_copy`);
  return { ownerUrl: withDatabase(info.ownerUrl, name), appUrl: withDatabase(info.appUrl, name), drop: () => statement(info.ownerUrl, `drop database if exists ${name} with (force)`) };
}
