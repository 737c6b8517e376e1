import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fuzzOptions } from '../../scripts/fuzz/options.ts';
import { python } from '../../scripts/fuzz/schemathesis.ts';
import { run } from '../support/programs.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cashback-fuzz-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

// The whole of it is `npm run fuzz`. Without Python there is nothing to run it by; the skipped test is counted and says so.
test.skipIf(python() === undefined)('schemathesis (needs Python 3.10 with venv and pip): a short run with all its checks finds nothing', { timeout: 600_000 }, async () => {
  const fuzz = run('fuzz.ts', ['--short'], dataDir);
  const { code } = await fuzz.ended;
  expect({ code, said: code === 0 ? '' : fuzz.said().slice(-8_000) }).toEqual({ code: 0, said: '' });
  expect(fuzz.said()).toMatch(/Tested: (\d{2,})/);
  expect(fuzz.said()).toMatch(/Test cases:\s+(\d{3,}) generated, \d{3,} passed/);
  expect(fuzz.said()).toContain('fuzz: nothing found as admin');
});

test('its options: the same seed again, a short run, and no others', () => {
  expect(fuzzOptions([])).toEqual({ seed: 1, maxExamples: 60, passes: ['admin', 'trader', 'nobody'], phases: 'examples,coverage,fuzzing,stateful', operations: [] });
  expect(fuzzOptions(['--short', '--seed', '7', '--operation', 'getUser'])).toMatchObject({ seed: 7, maxExamples: 3, passes: ['admin'], operations: ['getUser'] });
  for (const wrong of [['--seed', 'x'], ['--as', 'root'], ['--fast']]) expect(() => fuzzOptions(wrong)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
