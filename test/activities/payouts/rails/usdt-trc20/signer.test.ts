import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCipheriv, scryptSync } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { ecRecover, keccak256, pkToAddress, toHex } from 'tronweb/utils';
import { keyOfKeystore } from '../../../../../activities/payouts/rails/usdt-trc20/keystore.ts';
import { keySigner, lazySigner } from '../../../../../activities/payouts/rails/usdt-trc20/signer.ts';

const KEY = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const WALLET = pkToAddress(KEY);
const folder = mkdtempSync(join(tmpdir(), 'tron-keystore-'));
afterAll(() => rmSync(folder, { recursive: true }));

function keystore(password: string, n = 1024): string {
  const salt = Buffer.alloc(32, 7);
  const iv = Buffer.alloc(16, 9);
  const derived = scryptSync(password, salt, 32, { N: n, r: 8, p: 1, maxmem: 2 ** 29 });
  const sealed = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv).update(Buffer.from(KEY, 'hex'));
  const mac = keccak256(Buffer.concat([derived.subarray(16), sealed])).slice(2);
  return JSON.stringify({ version: 3, id: 'x', address: toHex(WALLET), crypto: { cipher: 'aes-128-ctr', ciphertext: sealed.toString('hex'), cipherparams: { iv: iv.toString('hex') }, kdf: 'scrypt', kdfparams: { dklen: 32, n, r: 8, p: 1, salt: salt.toString('hex') }, mac } });
}

it('opens a keystore', () => {
  expect(keyOfKeystore(keystore('open'), 'open')).toBe(KEY);
  expect(keyOfKeystore(keystore('open', 16_384), 'open')).toBe(KEY);
});

it('a wrong password or a damaged file is refused without a word of what is in it', () => {
  expect(() => keyOfKeystore(keystore('open'), 'shut')).toThrow(expect.objectContaining({ code: 'KEYSTORE_UNREADABLE', message: expect.stringContaining('password is wrong') }));
  expect(() => keyOfKeystore('{"secret', 'x')).toThrow(expect.objectContaining({ code: 'KEYSTORE_UNREADABLE', message: expect.not.stringContaining('secret') }));
  expect(() => keyOfKeystore('{"version":3}', 'x')).toThrow(expect.objectContaining({ code: 'KEYSTORE_UNREADABLE' }));
});

it('signs so that the wallet is recovered, the same digest the same way, from a key and from a keystore file', async () => {
  const file = join(folder, 'wallet.json');
  writeFileSync(file, keystore('open'));
  const digest = 'ab'.repeat(32);
  const signature = await (await keySigner(KEY)).sign(digest);
  expect(ecRecover(digest, signature).toLowerCase()).toBe(toHex(WALLET));
  for (const settings of [{ key: KEY }, { key: `0x${KEY}` }, { keystore: file, password: 'open' }]) {
    const signer = lazySigner(WALLET, settings);
    expect(await signer.unavailable()).toBeNull();
    expect(await signer.sign(digest)).toBe(signature);
  }
});

it.each([
  ['no key', {}, 'nothing can be signed'],
  ['two of them', { key: KEY, keystore: 'x' }, 'set one of them'],
  ['a keystore without its password', { keystore: 'x' }, 'PASSWORD is not'],
  ['a file that is not there', { keystore: join(folder, 'gone'), password: 'x' }, 'ENOENT'],
  ['a key of another wallet', { key: '11'.repeat(32) }, WALLET],
  ['no key at all', { key: 'zz'.repeat(32) }, 'not a private key'],
  ['a key beyond the curve', { key: 'ff'.repeat(32) }, 'not a private key'],
])('%s: cannot sign, and says why', async (_name, settings, reason) => {
  const signer = lazySigner(WALLET, settings);
  expect(await signer.unavailable()).toContain(reason);
  expect(await signer.unavailable()).not.toContain(KEY);
  await expect(signer.sign('ab'.repeat(32))).rejects.toThrow(expect.objectContaining({ code: expect.stringMatching(/^[A-Z_]+$/) }));
});
