import { readFileSync } from 'node:fs';
import { required } from '../../../../db/config.ts';
import { Problem } from '../../../../domain/problem.ts';
import { openKeystore } from './keystore.ts';

/** The values of `<variables>_PRIVATE_KEY`, `…_KEYSTORE` (a file's path) and `…_KEYSTORE_PASSWORD`. */
export interface WalletKeySettings { key?: string | undefined; keystore?: string | undefined; password?: string | undefined }

/** A hot wallet's private key in hex, from where the settings have it. Throws `Problem` CONFIG_MISSING, CONFIG_INVALID or KEYSTORE_UNREADABLE; none says anything of the key. */
export function readWalletKey(variables: string, { key, keystore, password }: WalletKeySettings): string {
  if (key !== undefined && keystore !== undefined) throw new Problem('CONFIG_INVALID', `Both ${variables}_PRIVATE_KEY and ${variables}_KEYSTORE are set; set one of them.`);
  if (keystore === undefined) {
    if (key === undefined) throw new Problem('CONFIG_MISSING', `Neither ${variables}_KEYSTORE nor ${variables}_PRIVATE_KEY is set; nothing can be signed.`);
    return key;
  }
  const opensIt = required(`${variables}_KEYSTORE_PASSWORD`, password);
  let content: string;
  try {
    content = readFileSync(keystore, 'utf8');
  } catch (error) {
    throw new Problem('CONFIG_INVALID', `${variables}_KEYSTORE names the file ${keystore}, which cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}).`);
  }
  return openKeystore(content, opensIt);
}
