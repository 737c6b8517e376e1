import { renameSync } from 'node:fs';
import { describe } from 'vitest';
import { canRunBank } from '../../../../../scripts/sandbox-bank/install.ts';
import { railContract, type RailWorld } from '../contract.ts';
import { bankWorld } from './bank-world.ts';

describe.skipIf(!canRunBank())('with mock-bank (needs Python 3.10 with venv and pip)', () => {
  railContract('bank transfer', open);
});

async function open(): Promise<RailWorld> {
  const world = await bankWorld();
  // Whatever is paid comes back after three bank days: a test that looks for that lets them pass.
  await world.bank.control.account('ACME', { behaviour: 'return-later', parameters: { days: 3 } });
  const { outgoing } = world.bank;
  let down = false;
  return {
    rail: world.rail, pool: world.pool, amountUsd: '42.98',
    good: () => ({ iban: 'DE89370400440532013000', holderName: 'Łucja Müller' }),
    bad: [
      { destination: { iban: 'DE89370400440532013001', holderName: 'Lucja Muller' }, field: 'iban' }, { destination: { holderName: 'Lucja Muller' }, field: 'iban' },
      { destination: { iban: 'NL41MOCK0000000001', holderName: 'Acme' }, field: 'iban' }, { destination: { iban: 'DE89370400440532013000', bic: 'COBADEFF1', holderName: 'Lucja Muller' }, field: 'bic' },
      { destination: { iban: 'DE89370400440532013000', bic: 'ZZZZNL2AXXX', holderName: 'Lucja Muller' }, field: 'bic' }, { destination: { iban: 'DE89370400440532013000' }, field: 'holderName' },
      { destination: { iban: 'DE89370400440532013000', holderName: 'Лу́ция' }, field: 'holderName' }, { destination: { iban: 'DE89370400440532013000', holderName: 'Lucja Muller', account: '1' }, field: 'account' },
    ],
    executions: world.executions,
    settle: () => world.bank.control.advance(1),
    exchange: async () => (down ? world.exchange().catch(() => undefined) : world.exchange()),
    async down() {
      down = true;
      renameSync(outgoing, `${outgoing}.away`);
    },
    async up() {
      down = false;
      renameSync(`${outgoing}.away`, outgoing);
    },
    async sendBack() {
      await world.bank.control.advance(7);
      await world.exchange();
    },
    close: world.close,
  };
}
