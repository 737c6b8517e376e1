import { join, resolve } from 'node:path';
import { migrate } from '../../db/migrate.ts';
import { withSecretFiles } from '../../db/secretFiles.ts';
import { appUrl } from './app-role.ts';
import { demandKept } from './kept.ts';
import { startPostgres } from './postgres.ts';

export interface LedgerUrl {
  url: string;
  /** One line for people: which database this is. */
  source: string;
  stop(): Promise<void>;
}

/** Where the ledger is: DATABASE_APP_URL, else DATABASE_URL, else the local Postgres in `DATA_DIR/postgres`, brought up to date. Throws `Problem` NOTHING_KEPT. */
export async function localLedger(log: (line: string) => void): Promise<LedgerUrl> {
  const env = withSecretFiles(['DATABASE_APP_URL', 'DATABASE_URL'], process.env);
  const external = env['DATABASE_APP_URL'] ?? env['DATABASE_URL'];
  if (external) return { url: external, source: `Postgres: ${env['DATABASE_APP_URL'] ? 'DATABASE_APP_URL' : 'DATABASE_URL'}`, stop: async () => {} };
  const folder = resolve(process.env['DATA_DIR'] || '.data');
  demandKept(folder);
  const dataDir = join(folder, 'postgres');
  const postgres = await startPostgres({ dataDir, log });
  try {
    await migrate(postgres.ownerUrl);
    return { url: await appUrl(postgres, dataDir), source: postgres.source, stop: () => postgres.stop() };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
