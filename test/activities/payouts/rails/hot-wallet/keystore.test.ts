import { createCipheriv, scryptSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { keccak256, toHex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { openKeystore } from '../../../../../activities/payouts/rails/hot-wallet/keystore.ts';
import { GETH_SCRYPT, PUBLISHED_KEY, PUBLISHED_PASSWORD, PUBLISHED_PBKDF2, PUBLISHED_SCRYPT_OUT_OF_RANGE } from './vectors.ts';

const KEY = '0f4c1e'.padEnd(64, '7d');
const text = (keystore: object): string => JSON.stringify(keystore);
const cut = PUBLISHED_PBKDF2.crypto;

/** Written here by the published format, not by the code that reads it. */
function keystore(password: string, changes: object = {}, scrypt: object = {}): string {
  const [salt, iv] = [Buffer.alloc(32, 7), Buffer.alloc(16, 9)];
  const derived = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
  const sealed = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv).update(Buffer.from(KEY, 'hex'));
  const mac = keccak256(Buffer.concat([derived.subarray(16), sealed])).slice(2);
  const kdfparams = { dklen: 32, salt: salt.toString('hex'), n: 1024, r: 8, p: 1, ...scrypt };
  return text({ version: 3, id: 'x', crypto: { cipher: 'aes-128-ctr', ciphertext: sealed.toString('hex'), cipherparams: { iv: iv.toString('hex') }, kdf: 'scrypt', kdfparams, mac, ...changes } });
}

function failure(json: string, password: string): unknown {
  try {
    return openKeystore(json, password);
  } catch (error) {
    return error;
  }
}

describe('a keystore', () => {
  it('of the definition with PBKDF2 is read', () => {
    expect(openKeystore(text(PUBLISHED_PBKDF2), PUBLISHED_PASSWORD)).toBe(PUBLISHED_KEY);
  });

  it.each(GETH_SCRYPT)('of go-ethereum with scrypt is read: $keystore.address', ({ keystore: written, password }) => {
    expect(privateKeyToAddress(`0x${openKeystore(text(written), password)}`).toLowerCase()).toBe(`0x${written.address}`);
  });

  it('gives its key to its password, also with 0x and capitals', () => {
    expect(openKeystore(keystore('right'), 'right')).toBe(KEY);
    expect(openKeystore(keystore('right', { cipherparams: { iv: `0x${'09'.repeat(16)}` } }), 'right')).toBe(KEY);
    expect(openKeystore(text({ ...PUBLISHED_PBKDF2, crypto: { ...cut, mac: cut.mac.toUpperCase() } }), PUBLISHED_PASSWORD)).toBe(PUBLISHED_KEY);
  });

  it('of the definition with scrypt has parameters that scrypt forbids: refused in words that say how to mend it', () => {
    expect(failure(text(PUBLISHED_SCRYPT_OUT_OF_RANGE), PUBLISHED_PASSWORD)).toMatchObject({ code: 'KEYSTORE_UNREADABLE', message: expect.stringMatching(/n 262144 with r 1 and p 8; write the keystore anew with r 8/) });
  });

  it.each([
    ['the wrong password', keystore('right'), 'wrong', /password is wrong/],
    ['another cipher', keystore('right', { cipher: 'aes-128-cbc' }), 'right', /crypto.cipher/],
    ['another derivation', keystore('right', { kdf: 'argon2' }), 'right', /crypto.kdf/],
    ['no JSON', '{"crypto', 'right', /the file/],
    ['another version', '{"version":1}', 'right', /version, crypto/],
    ['a short mac', keystore('right', { mac: 'ab' }), 'right', /crypto.mac/],
    ['a key that is too short', keystore('right', { ciphertext: 'ab'.repeat(31) }), 'right', /crypto.ciphertext/],
    ['parameters that cannot be computed', keystore('right', {}, { n: 1023 }), 'right', /not n 1023/],
    ['parameters that would take all memory', keystore('right', {}, { n: 2 ** 20, r: 32 }), 'right', /crypto.kdfparams/],
    ['parameters that would take all memory at once', keystore('right', {}, { n: 2, r: 2 ** 23, p: 1 }), 'right', /crypto.kdfparams/],
    ['parameters that would take minutes', keystore('right', {}, { n: 2 ** 18, r: 8, p: 64 }), 'right', /crypto.kdfparams/],
    ['rounds that would take minutes', text({ ...PUBLISHED_PBKDF2, crypto: { ...cut, kdfparams: { ...cut.kdfparams, c: 1e9 } } }), PUBLISHED_PASSWORD, /crypto.kdfparams.c/],
    ['megabytes', `${keystore('right')}${' '.repeat(1 << 20)}`, 'right', /the file/],
  ])('is refused with %s, without a word of content or password', (_what, json, password, why) => {
    const refusal = failure(json, password);
    expect(refusal).toMatchObject({ code: 'KEYSTORE_UNREADABLE', message: expect.stringMatching(why) });
    const shown = `${inspect(refusal, { depth: 9, showHidden: true })} ${JSON.stringify(refusal)}`;
    for (const secret of [KEY.slice(0, 40), toHex(password).slice(2), `${password} `, '09'.repeat(16), cut.ciphertext]) expect(shown).not.toContain(secret);
  });
});
