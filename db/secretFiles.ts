import { readFileSync } from 'node:fs';
import { Problem } from '../domain/problem.ts';

/** Larger files are no settings. */
const LONGEST = 65_536;

/**
 * The environment in which every `NAME_FILE` of these names is replaced by NAME with that file's content (without the line end at its
 * close): how orchestrators hand over secrets. Throws `Problem` CONFIG_INVALID, which never repeats a content, where a file cannot be
 * read or both are set.
 */
export function withSecretFiles(names: readonly string[], env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const all = { ...env };
  for (const name of names) {
    const variable = `${name}_FILE`;
    const path = env[variable]?.trim();
    delete all[variable];
    if (path === undefined || path === '') continue;
    if (env[name]?.trim()) throw new Problem('CONFIG_INVALID', `Both ${name} and ${variable} are set; set one of them.`);
    all[name] = content(variable, path);
  }
  return all;
}

function content(variable: string, path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new Problem('CONFIG_INVALID', `${variable} names the file ${path}, which cannot be read (${(cause as NodeJS.ErrnoException).code}).`, { cause });
  }
  if (bytes.length > LONGEST) throw new Problem('CONFIG_INVALID', `${variable} names the file ${path}, which is too large for a setting.`);
  return bytes.toString().replace(/\r?\n$/, '');
}
