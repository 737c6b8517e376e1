import { createCipheriv, scryptSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { concatBytes, type Hex, keccak256, toHex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { openKeystore } from '../../../../../activities/payouts/rails/usdt-erc20/keystore.ts';
import { keySigner } from '../../../../../activities/payouts/rails/usdt-erc20/signer.ts';
import { Problem } from '../../../../../domain/problem.ts';

const KEY = generatePrivateKey();
const ADDRESS = privateKeyToAddress(KEY);
const TRANSFER = { type: 'eip1559', chainId: 1, nonce: 7, to: ADDRESS, value: 0n, gas: 21_000n, maxFeePerGas: 2n, maxPriorityFeePerGas: 1n } as const;
/** Everything of an error or object that a log could show. */
const shown = (thing: unknown): string => `${inspect(thing, { depth: 9, showHidden: true })} ${JSON.stringify(thing)} ${thing instanceof Error ? `${thing.message} ${thing.stack} ${inspect(thing.cause)}` : ''}`;

describe('the signer', () => {
  it('gives the same bytes for the same transaction, and reads the key when it signs', async () => {
    let reads = 0;
    const signer = keySigner(ADDRESS, () => { reads++; return KEY.slice(2); });
    expect([signer.address, reads]).toEqual([ADDRESS, 0]);
    expect(await signer.sign(TRANSFER)).toBe(await signer.sign(TRANSFER));
    expect([signer.unusable(), reads]).toEqual([null, 1]);
    expect(shown(signer)).not.toContain(KEY.slice(2));
  });

  it('never repeats a key that is wrong', async () => {
    for (const wrong of [`${KEY}00`, KEY.slice(0, -1), `zz${KEY.slice(4)}`, generatePrivateKey()]) {
      const signer = keySigner(ADDRESS, () => wrong);
      const problem = signer.unusable();
      expect(problem).toBeInstanceOf(Problem);
      const failure: unknown = await signer.sign(TRANSFER).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect(failure).not.toBeInstanceOf(Problem);
      expect(shown(problem) + shown(failure)).not.toContain(wrong.slice(4, 40));
    }
  });

  it('says nothing of the key where a transaction cannot be signed', async () => {
    const failure: unknown = await keySigner(ADDRESS, () => KEY).sign({ ...TRANSFER, to: '0x12' as Hex }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(shown(failure)).not.toContain(KEY.slice(2, 40));
  });
});

describe('a keystore', () => {
  /** Written here by the published format, not by the code that reads it. */
  const keystore = (password: string, changes: object = {}): string => {
    const [salt, iv] = [Buffer.alloc(32, 7), Buffer.alloc(16, 9)];
    const derived = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
    const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
    const ciphertext = Buffer.concat([cipher.update(Buffer.from(KEY.slice(2), 'hex')), cipher.final()]);
    const mac = keccak256(concatBytes([derived.subarray(16, 32), ciphertext])).slice(2);
    return JSON.stringify({
      version: 3, id: 'x', address: ADDRESS.slice(2).toLowerCase(),
      crypto: { cipher: 'aes-128-ctr', ciphertext: ciphertext.toString('hex'), cipherparams: { iv: iv.toString('hex') }, kdf: 'scrypt', kdfparams: { dklen: 32, salt: salt.toString('hex'), n: 1024, r: 8, p: 1 }, mac, ...changes },
    });
  };

  it('gives its key to its password', () => {
    expect(openKeystore(keystore('right'), 'right')).toBe(KEY);
  });

  /** From the Web3 Secret Storage definition's own test vectors (the one with PBKDF2; OpenSSL refuses the parameters of the other). */
  it('of the published test vector is read', () => {
    const vector = JSON.stringify({
      crypto: {
        cipher: 'aes-128-ctr', cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' }, ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46', kdf: 'pbkdf2',
        kdfparams: { c: 262_144, dklen: 32, prf: 'hmac-sha256', salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd' },
        mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
      },
      id: '3198bc9c-6672-5ab3-d995-4942343ae5b6', version: 3,
    });
    expect(openKeystore(vector, 'testpassword')).toBe('0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d');
  });

  it.each([
    ['the wrong password', () => keystore('right'), 'wrong'],
    ['another cipher', () => keystore('right', { cipher: 'aes-128-cbc' }), 'right'],
    ['no JSON', () => '{"crypto', 'right'],
    ['parameters that cannot be computed', () => keystore('right', { kdfparams: { dklen: 32, salt: '00', n: 1023, r: 8, p: 1 } }), 'right'],
  ])('is refused with %s, without a word of either', (_what, make, password) => {
    let failure: unknown;
    try {
      openKeystore(make(), password);
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'KEYSTORE_UNREADABLE' });
    expect(shown(failure)).not.toContain(`${password} `);
    expect(shown(failure)).not.toContain(toHex('right').slice(2));
    expect(shown(failure)).not.toContain(KEY.slice(2, 40));
  });
});
