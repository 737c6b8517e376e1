import { expect, it } from 'vitest';
import { ecRecover, pkToAddress, toHex } from 'tronweb/utils';
import { keySigner, lazySigner } from '../../../../../activities/payouts/rails/usdt-trc20/signer.ts';
import { Problem } from '../../../../../domain/problem.ts';

const KEY = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const WALLET = pkToAddress(KEY);

it('signs so that the wallet is recovered, the same digest the same way', async () => {
  const digest = 'ab'.repeat(32);
  const signature = await (await keySigner(KEY)).sign(digest);
  expect(ecRecover(digest, signature).toLowerCase()).toBe(toHex(WALLET));
  for (const key of [KEY, `0x${KEY}`]) {
    const signer = lazySigner(WALLET, () => key);
    expect(await signer.unavailable()).toBeNull();
    expect(await signer.sign(digest)).toBe(signature);
  }
});

it.each([
  ['no key', (): string => { throw new Problem('CONFIG_MISSING', 'nothing can be signed'); }, 'nothing can be signed'],
  ['a key of another wallet', () => '11'.repeat(32), WALLET],
  ['no key at all', () => 'zz'.repeat(32), 'not a private key'],
  ['a key beyond the curve', () => 'ff'.repeat(32), 'not a private key'],
])('%s: cannot sign, and says why', async (_name, read, reason) => {
  const signer = lazySigner(WALLET, read);
  expect(await signer.unavailable()).toContain(reason);
  expect(await signer.unavailable()).not.toContain(KEY);
  await expect(signer.sign('ab'.repeat(32))).rejects.toThrow(expect.objectContaining({ code: expect.stringMatching(/^[A-Z_]+$/) }));
});
