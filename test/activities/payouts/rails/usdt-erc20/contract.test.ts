import { railContract } from '../contract.ts';
import { chainWorld, CONFIRMATIONS } from './world.ts';

railContract('USDT (ERC-20)', async () => {
  const world = await chainWorld();
  const { chain, rail, pool } = world;
  return {
    rail, pool, amountUsd: '42.9876543',
    good: () => ({ address: world.address() }),
    bad: [
      { destination: {}, field: 'address' }, { destination: { address: '0x12' }, field: 'address' }, { destination: { address: chain.wallet }, field: 'address' },
      { destination: { address: world.address(), network: 'TRC-20' }, field: 'network' }, { destination: { address: world.address(), memo: '7' }, field: 'memo' },
    ],
    executions: (attempt) => world.executions(attempt),
    settle: () => chain.mine(CONFIRMATIONS),
    async loseAnswer() { chain.faults.script.push('reset_after'); },
    async down() { chain.faults.down = true; },
    async up() { chain.faults.down = false; },
    close: () => world.close(),
  };
});
