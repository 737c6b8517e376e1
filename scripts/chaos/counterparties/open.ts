import type { Counterparty, CounterpartyOptions, RailName } from '../counterparty.ts';
import { brokerCounterparty } from './broker.ts';
import { chainCounterparty } from './chain.ts';
import { sandboxCounterparty } from './sandbox.ts';

export const OPEN: Readonly<Record<RailName, (options: CounterpartyOptions) => Promise<Counterparty>>> = {
  sandbox: sandboxCounterparty, 'broker-credit': brokerCounterparty, 'usdt-erc20': chainCounterparty,
};
