import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test('the intake bench runs from upload to started accruals and prints both limits, both spans and the memory; how fast is not asserted', { timeout: 300_000 }, async () => {
  const { stdout } = await run(process.execPath, ['scripts/bench.ts', 'intake', '1500', '12'], { env: { ...process.env, DATABASE_URL: '' } });
  const rates = String.raw`\d+ / \d+ / \d+`;
  const ratios = String.raw`\d+\.\d\d / \d+\.\d\d / \d+\.\d\d`;
  expect(stdout).toMatch(/1500 lines on 12 accounts, min \/ median \/ max of 3 runs/);
  for (const limit of ['parse only', 'COPY of the same rows only']) expect(stdout).toMatch(new RegExp(`^  ${limit} +${rates}`, 'm'));
  for (const span of ['\\(a\\) upload → staged', '\\(b\\) upload → posted, accruals started']) expect(stdout).toMatch(new RegExp(`^  ${span} +${rates} +${ratios} +${ratios} +${ratios}`, 'm'));
  expect(stdout).toMatch(new RegExp(`most resident memory of the worker +${rates} MB`));
});
