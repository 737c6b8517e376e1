import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { environmentRows } from '../../scripts/config.ts';
import { REASON_OUTCOME } from '../../domain/eligibility/reasons.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const PAGES = ['README.md', 'docs/operations.md', 'docs/methodology.md'];

test('the README lists every variable of the environment as the schema describes it, and no other', () => {
  const listed = read('README.md').split('\n').filter((line) => /^\| `[A-Z][A-Z0-9_]+` \|/.test(line));
  expect(listed).toEqual(environmentRows());
});

test('the methodology names every reason code with its outcome', () => {
  const page = read('docs/methodology.md');
  for (const [code, outcome] of Object.entries(REASON_OUTCOME)) expect(page).toContain(`| \`${code}\` | ${outcome} |`);
});

test.each(PAGES)('%s: each npm script and each file that it names exists', (page) => {
  const text = read(page);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, name] of text.matchAll(/npm (?:run ([\w:-]+)|(?:start|test)\b)/g)) if (name !== undefined) expect(Object.keys(scripts)).toContain(name);
  const files = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path]) => join(dirname(page), path!));
  const named = [...text.matchAll(/`((?:activities|api|db|docs|domain|scripts|test|workflows)\/[\w./-]*)`/g)].map(([, path]) => path!);
  for (const path of [...files, ...named]) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
});
