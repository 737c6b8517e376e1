import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';

const isCase = (folder: string): boolean => existsSync(join(folder, 'setup.json')) && existsSync(join(folder, 'expected.json'));

/** The case folders that were named, absolute: a folder of cases stands for each of them, by name. Throws `Problem` NO_CASE. */
export function caseFolders(named: readonly string[]): string[] {
  return named.flatMap((folder) => {
    if (isCase(folder)) return [folder];
    const within = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name)).filter(isCase) : [];
    if (within.length === 0) throw new Problem('NO_CASE', `${folder} is no case and has none: a case is a folder with setup.json, the report files and expected.json.`);
    return within.toSorted();
  });
}
