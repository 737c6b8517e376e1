import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFunctionData, type Hex, keccak256, parseAbi } from 'viem';
import { generatePrivateKey, privateKeyToAccount, privateKeyToAddress } from 'viem/accounts';
import { type SandboxChain, type SandboxChainOptions, startSandboxChain } from '../../../scripts/sandbox-chain/server.ts';
import { compileToken } from '../../../scripts/sandbox-chain/token/compile.ts';

const ABI = parseAbi(['function transfer(address to, uint256 value)', 'function balanceOf(address account) view returns (uint256)']);
const folders: string[] = [];
const running: SandboxChain[] = [];
afterEach(async () => {
  for (const chain of running.splice(0)) await chain.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const folder = (): string => folders[folders.push(mkdtempSync(join(tmpdir(), 'sandbox-chain-'))) - 1]!;
async function start(options: SandboxChainOptions): Promise<SandboxChain> {
  const chain = await startSandboxChain(options);
  running.push(chain);
  return chain;
}
async function stop(chain: SandboxChain, how?: 'kill'): Promise<void> {
  running.splice(running.indexOf(chain), 1);
  await chain.stop(how);
}
const balanceOf = async (chain: SandboxChain, account: Hex): Promise<bigint> =>
  BigInt(await chain.rpc<Hex>('eth_call', { to: chain.token.address, data: encodeFunctionData({ abi: ABI, functionName: 'balanceOf', args: [account] }) }, 'latest'));
const signed = (chain: SandboxChain, to: Hex, nonce: number): Promise<Hex> => privateKeyToAccount(chain.env['USDT_ERC20_PRIVATE_KEY'] as Hex).signTransaction({
  type: 'eip1559', chainId: 31_337, nonce, to: chain.token.address, data: encodeFunctionData({ abi: ABI, functionName: 'transfer', args: [to, 5_000_000n] }), gas: 100_000n, maxFeePerGas: 50_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n,
});
/** Through the door, as the rail does. */
async function hand(chain: SandboxChain, raw: Hex): Promise<unknown> {
  const response = await fetch(chain.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: [raw] }) });
  return (await response.json() as { result: unknown }).result;
}

describe('the local chain', () => {
  it('has the token that its source makes: compiled again, the artefact is the same', () => {
    expect(compileToken()).toBe(readFileSync(new URL('../../../scripts/sandbox-chain/token/TetherLike.json', import.meta.url), 'utf8'));
  });

  it('has a token whose transfer returns nothing, and a wallet that has some and can pay for gas', async () => {
    const chain = await start({ mining: 'each', usdt: '12.5', ether: '2' });
    expect(await balanceOf(chain, chain.wallet)).toBe(12_500_000n);
    expect(await chain.rpc('eth_getBalance', chain.wallet, 'latest')).toBe('0x1bc16d674ec80000');
    const to = privateKeyToAddress(generatePrivateKey());
    expect(await chain.rpc('eth_call', { from: chain.wallet, to: chain.token.address, data: encodeFunctionData({ abi: ABI, functionName: 'transfer', args: [to, 1n] }) }, 'latest')).toBe('0x');
    await hand(chain, await signed(chain, to, 0));
    expect(await balanceOf(chain, to)).toBe(5_000_000n);
  });

  it('is the same after an orderly end: blocks, receipts, wallet and token', async () => {
    const at = folder();
    const first = await start({ folder: at, mining: 'manual' });
    const hash = await hand(first, await signed(first, privateKeyToAddress(generatePrivateKey()), 0));
    await first.mine(4);
    const receipt = await first.rpc('eth_getTransactionReceipt', hash);
    const height = await first.rpc('eth_blockNumber');
    await stop(first);
    const second = await start({ folder: at, mining: 'manual' });
    expect(second.env['USDT_ERC20_PRIVATE_KEY']).toBe(first.env['USDT_ERC20_PRIVATE_KEY']);
    expect([second.wallet, second.token.address, await second.rpc('eth_blockNumber')]).toEqual([first.wallet, first.token.address, height]);
    expect(await second.rpc('eth_getTransactionReceipt', hash)).toMatchObject({ status: '0x1', blockNumber: (receipt as { blockNumber: Hex }).blockNumber });
  });

  it('that is killed has every transaction that it answered for, each executed once', async () => {
    const at = folder();
    const first = await start({ folder: at, mining: 'manual' });
    const accounts = Array.from({ length: 4 }, () => privateKeyToAddress(generatePrivateKey()));
    for (const [nonce, account] of accounts.entries()) {
      const raw = await signed(first, account, nonce);
      expect(await hand(first, raw)).toBe(keccak256(raw));
      if (nonce === 1) await first.mine(1);
    }
    await stop(first, 'kill');
    const second = await start({ folder: at, mining: 'manual' });
    await second.mine(1);
    for (const account of accounts) expect(await balanceOf(second, account)).toBe(5_000_000n);
    // Even where what was kept of its state cannot be read.
    await stop(second, 'kill');
    writeFileSync(join(at, 'state.json'), '{"half');
    const third = await start({ folder: at, mining: 'manual' });
    await third.mine(1);
    for (const account of accounts) expect(await balanceOf(third, account)).toBe(5_000_000n);
  });

  it('misbehaves at its door as it is told, and not past it', async () => {
    const chain = await start({ mining: 'manual' });
    const admin = (body: object) => fetch(`${chain.url}/admin/faults`, { method: 'POST', body: JSON.stringify(body) });
    expect(await (await admin({ script: ['reset_before', 'reset_after'] })).json()).toMatchObject({ script: ['reset_before', 'reset_after'] });
    const raw = await signed(chain, privateKeyToAddress(generatePrivateKey()), 0);
    await expect(hand(chain, raw)).rejects.toThrow('fetch failed');
    expect(await chain.rpc('eth_getTransactionByHash', keccak256(raw))).toBeNull();
    await expect(hand(chain, raw)).rejects.toThrow('fetch failed');
    expect(await chain.rpc('eth_getTransactionByHash', keccak256(raw))).toMatchObject({ hash: keccak256(raw) });
    await admin({ down: true });
    await expect(hand(chain, raw)).rejects.toThrow('fetch failed');
    await admin({ down: false });
    expect(await (await fetch(`${chain.url}/admin/faults`)).json()).toMatchObject({ down: false, script: [] });
    await expect(admin({ script: ['no_such_fault'] })).rejects.toThrow('fetch failed');
  });
});
