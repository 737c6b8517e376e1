import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readWalletKey } from '../../../../../activities/payouts/rails/hot-wallet/walletKey.ts';
import { PUBLISHED_KEY, PUBLISHED_PASSWORD, PUBLISHED_PBKDF2 } from './vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'wallet-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the key stands in the settings, or in a keystore', () => {
  const file = join(folder, 'wallet.json');
  writeFileSync(file, JSON.stringify(PUBLISHED_PBKDF2));
  expect(readWalletKey('USDT', { key: '0xabc' })).toBe('0xabc');
  expect(readWalletKey('USDT', { keystore: file, password: PUBLISHED_PASSWORD })).toBe(PUBLISHED_KEY);
});

it.each([
  ['no key', {}, 'CONFIG_MISSING', 'Neither USDT_KEYSTORE nor USDT_PRIVATE_KEY'],
  ['two of them', { key: PUBLISHED_KEY, keystore: 'x' }, 'CONFIG_INVALID', 'set one of them'],
  ['a keystore without its password', { keystore: 'x' }, 'CONFIG_MISSING', 'USDT_KEYSTORE_PASSWORD is not'],
  ['a file that is not there', { keystore: join(folder, 'gone'), password: 'x' }, 'CONFIG_INVALID', 'ENOENT'],
])('%s: says what to set', (_name, settings, code, sentence) => {
  expect(() => readWalletKey('USDT', settings)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(sentence) }));
  expect(() => readWalletKey('USDT', settings)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(PUBLISHED_KEY) }));
});
