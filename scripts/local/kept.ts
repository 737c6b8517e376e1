import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';

/**
 * For commands that work on what is there: in another folder they would otherwise make an empty system and look successful.
 * Throws `Problem` NOTHING_KEPT where `dataDir` holds no database.
 */
export function demandKept(dataDir: string): void {
  if (existsSync(join(dataDir, 'postgres/data/PG_VERSION'))) return;
  throw new Problem('NOTHING_KEPT', `There is no database in ${dataDir}. Name the folder of your system with DATA_DIR, or its Postgres with DATABASE_URL; a new system is made by npm start.`);
}
