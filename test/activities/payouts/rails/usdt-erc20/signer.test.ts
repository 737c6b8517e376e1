import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Hex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
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
