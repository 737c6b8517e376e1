import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LAYERS = ['domain', 'workflows', 'db', 'activities', 'api', 'scripts', 'test'];

export interface ImportViolation { rule: string; from: string; to: string; why: string }

interface Cruise {
  summary: {
    totalDependenciesCruised: number;
    violations: { from: string; to: string; rule: { name: string } }[];
    ruleSetUsed: { forbidden: { name: string; comment?: string }[] };
  };
}

/** Imports under `root` that the table in .dependency-cruiser.cjs forbids, and how many imports were looked at. */
export function importViolations(root: string): { violations: ImportViolation[]; looked: number } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules/.bin/depcruise'), '--config',
    join(ROOT, '.dependency-cruiser.cjs'), '-T', 'json', ...LAYERS.filter((layer) => existsSync(join(root, layer)))],
  { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  let result: Cruise;
  try {
    result = JSON.parse(stdout) as Cruise;
  } catch (cause) {
    throw new Error(`dependency-cruiser did not work (exit ${status}): ${stderr || stdout}`, { cause });
  }
  const why = new Map(result.summary.ruleSetUsed.forbidden.map(({ name, comment }) => [name, comment ?? '']));
  return {
    looked: result.summary.totalDependenciesCruised,
    violations: result.summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to, why: why.get(rule.name) ?? '' })),
  };
}
