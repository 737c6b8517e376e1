import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of ours in the user's cache, for what is expensive to fetch or build and the same for every checkout. */
export function cacheFolder(name: string): string {
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cashback', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
