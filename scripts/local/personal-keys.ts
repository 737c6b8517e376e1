import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readMasterKeys } from '../../db/personal/masterKeys.ts';
import { type PersonalData, personalData } from '../../db/personal/personalData.ts';

export interface PersonalKeys { PERSONAL_DATA_KEYS: string; PERSONAL_DATA_INDEX_KEY: string }

const key = (): string => randomBytes(32).toString('base64');
const make = (): PersonalKeys => ({ PERSONAL_DATA_KEYS: `k1:${key()}`, PERSONAL_DATA_INDEX_KEY: key() });

const fileOf = (dataDir: string): string => join(dataDir, 'secrets/personal-data-keys.json');

/** The keys that a first start made in this data folder; nothing where there was none. */
export function keptPersonalKeys(dataDir: string): Partial<PersonalKeys> {
  const file = fileOf(dataDir);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as PersonalKeys : {};
}

/** The keys of the environment where it has them, else those of this data folder, made on the first start. */
export function personalKeys(env: NodeJS.ProcessEnv, dataDir: string): PersonalKeys {
  const { PERSONAL_DATA_KEYS, PERSONAL_DATA_INDEX_KEY } = env;
  if (PERSONAL_DATA_KEYS?.trim() && PERSONAL_DATA_INDEX_KEY?.trim()) return { PERSONAL_DATA_KEYS, PERSONAL_DATA_INDEX_KEY };
  const file = fileOf(dataDir);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify(make(), null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as PersonalKeys;
}

/** Personal data under keys that nobody keeps: for tests, benchmarks and cases, whose databases go with them. */
export const throwawayPersonalData = (): PersonalData => personalData(readMasterKeys(make()));
