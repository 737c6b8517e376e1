import { railContract } from '../contract.ts';
import { newAddress, tronWorld } from './world.ts';

railContract('USDT by TRC-20', async () => {
  const world = await tronWorld();
  return {
    rail: world.rail, pool: world.pool, amountUsd: '42.98', close: world.close,
    good: () => ({ address: newAddress() }),
    bad: [
      { destination: {}, field: 'address' }, { destination: { address: '0x5b38Da6a701c568545dCfcB03FcB875f56beddC4' }, field: 'address' }, { destination: { address: world.wallet }, field: 'address' },
      { destination: { address: newAddress(), network: 'ERC-20' }, field: 'network' }, { destination: { address: newAddress(), memo: 'x' }, field: 'memo' },
    ],
    // By the payee, so that a second payment under another transaction would show.
    executions: async ({ destination }) => world.node.transfers().filter(({ to }) => to === world.hex(destination['address']!)).length,
    settle: world.solidify,
    loseAnswer: () => world.admin('faults', { script: ['lost_after'] }),
    down: () => world.admin('faults', { down: true }),
    up: () => world.admin('faults', { down: false }),
  };
});
