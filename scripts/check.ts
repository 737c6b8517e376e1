import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importViolations } from './check/imports.ts';
import { buildWorkflowBundle } from './local/workflow-bundle.ts';

/** `npm run check`: what can be wrong without running the product. Exit code 1 if any step failed. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Step { name: string; run: () => Promise<boolean> | boolean }

function command(file: string, ...args: string[]): () => boolean {
  return () => {
    const { status, error } = spawnSync(join(ROOT, 'node_modules/.bin', file), args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    if (error) console.error(error.message);
    return status === 0;
  };
}

function imports(): boolean {
  const { violations, looked } = importViolations(ROOT);
  for (const { rule, from, to, why } of violations) console.error(`${from} → ${to}\n    ${rule}: ${why}`);
  if (looked === 0) console.error('No imports were found at all: the parser does not work.');
  return violations.length === 0 && looked > 0;
}

async function bundle(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'cashback-bundle-'));
  try {
    await buildWorkflowBundle(join(folder, 'workflows.cjs'));
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const STEPS: Step[] = [
  { name: 'types', run: command('tsc', '--noEmit', '-p', '.') },
  { name: 'lint', run: command('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'import rules', run: imports },
  { name: 'workflow bundle', run: bundle },
  { name: 'replay of saved histories', run: command('vitest', 'run', 'test/replay') },
];

const failed: string[] = [];
for (const { name, run } of STEPS) {
  const started = Date.now();
  const ok = await run();
  if (!ok) failed.push(name);
  console.log(`${ok ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1_000).toFixed(1)} s)`);
}
console.log(`check: ${STEPS.length - failed.length} passed, ${failed.length} failed${failed.length ? ` (${failed.join(', ')})` : ''}`);
process.exit(failed.length === 0 ? 0 : 1);
