import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { parseEnvironment } from '../../db/config.ts';
import { withSecretFiles } from '../../db/secretFiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'cashback-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const Schema = z.object({ TOKEN: z.string().min(8).optional(), LIMIT: z.coerce.number().default(3) });

test('NAME_FILE gives NAME the content of a file, without the line end at its close', () => {
  expect(parseEnvironment(Schema, { TOKEN_FILE: file('a', 'first line\nsecond line\n'), LIMIT_FILE: file('b', '7\r\n') })).toEqual({ TOKEN: 'first line\nsecond line', LIMIT: 7 });
});

test('a file that is not named, or an empty variable, counts as not set', () => {
  expect(parseEnvironment(Schema, { TOKEN_FILE: ' ', OTHER_FILE: '/nowhere' })).toEqual({ LIMIT: 3 });
});

test.each([
  ['both are set', { TOKEN: 'from the environment', TOKEN_FILE: file('c', 'from the file') }, 'Both TOKEN and TOKEN_FILE are set'],
  ['a file is missing', { TOKEN_FILE: join(folder, 'none') }, /TOKEN_FILE names the file .*none, which cannot be read \(ENOENT\)/],
  ['a file is huge', { TOKEN_FILE: file('d', 'x'.repeat(70_000)) }, 'too large'],
  ['a content is wrong', { TOKEN_FILE: file('e', 'short') }, 'TOKEN: '],
])('%s: refused by name, and no content is told', (_what, env, message) => {
  expect(() => parseEnvironment(Schema, env)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message) }));
  expect(() => parseEnvironment(Schema, env)).not.toThrow(/from the|xxxx|short\b.*short/);
});

test('for programs that hand their environment on, the value replaces the file', () => {
  expect(withSecretFiles(['TOKEN'], { TOKEN_FILE: file('f', 'secret text'), KEEP_FILE: '/kept' })).toEqual({ TOKEN: 'secret text', KEEP_FILE: '/kept' });
});
