import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { APP_ROLE, appUrl } from '../../scripts/local/app-role.ts';
import { statement, withDatabase } from '../../scripts/local/databases.ts';
import { startPostgres } from '../../scripts/local/postgres.ts';

/** What a test file needs to make databases of its own: see database.ts. */
export interface TestPostgresInfo { ownerUrl: string; appUrl: string; template: string }
export interface TestPostgres { info: TestPostgresInfo; stop(): Promise<void> }

/** Starts the run's Postgres (or takes DATABASE_URL) and migrates one template database that fresh ones are copied from. */
export async function startTestPostgres(dataDir: string, log: (line: string) => void): Promise<TestPostgres> {
  const postgres = await startPostgres({ dataDir, log: () => {}, fastAndUnsafe: true });
  if (postgres.kind === 'external') log(postgres.source);
  const template = `cashback_template_${process.pid}`;
  try {
    await statement(postgres.ownerUrl, `create database ${template}`);
    const templateUrl = withDatabase(postgres.ownerUrl, template);
    const migrations = resolve('db/migrate.ts');
    if (existsSync(migrations)) {
      const { migrate } = (await import(pathToFileURL(migrations).href)) as { migrate(url: string): Promise<void> };
      await migrate(templateUrl);
    } else {
      await statement(postgres.ownerUrl, `create role ${APP_ROLE}`);
    }
    return {
      info: { ownerUrl: postgres.ownerUrl, appUrl: await appUrl(postgres, dataDir), template },
      async stop() {
        if (postgres.kind === 'external') await statement(postgres.ownerUrl, `drop database if exists ${template} with (force)`);
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
