import { existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { caseFolders } from '../../scripts/case/folders.ts';
import { run } from '../support/programs.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cashback-kept-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.each([
  ['operator-key.ts', ['--name', 'Ben', '--role', 'finance']], ['ledger-verify.ts', []], ['reconcile.ts', []], ['rewrap-personal-data.ts', []],
] as const)('%s makes no system of its own where there is none', { timeout: 60_000 }, async (script, args) => {
  const dataDir = join(scratch, script);
  const program = run(script, [...args], dataDir);
  expect((await program.ended).code).toBe(1);
  expect(program.said()).toContain(`NOTHING_KEPT: There is no database in ${dataDir}.`);
  expect(existsSync(dataDir)).toBe(false);
});

test('an option that does not exist is said in one line', { timeout: 60_000 }, async () => {
  const program = run('operator-key.ts', ['--nam', 'Ben'], scratch);
  expect((await program.ended).code).toBe(1);
  expect(program.said()).toMatch(/^USAGE: Unknown option '--nam'/m);
  expect(program.said()).not.toContain(' at ');
});

test('a folder of cases stands for each of its cases; one without any is refused', () => {
  for (const name of ['b', 'a', 'other']) mkdirSync(join(scratch, 'cases', name), { recursive: true });
  for (const name of ['a', 'b']) for (const file of ['setup.json', 'expected.json']) writeFileSync(join(scratch, 'cases', name, file), '{}');
  const [a, b] = ['a', 'b'].map((name) => join(scratch, 'cases', name));
  expect(caseFolders([join(scratch, 'cases'), b!])).toEqual([a, b, b]);
  for (const none of ['cases/other', 'nothing']) expect(() => caseFolders([join(scratch, none)])).toThrow('is no case and has none');
});
