import { BALANCE_PLACES, Decimal, plain } from '../../../../domain/decimal.ts';
import { PAR, type FxRate } from '../../../../domain/payouts/quote.ts';
import { precisionOf, type RailGuarantees } from '../../../../domain/payouts/guarantees.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { Destination, DestinationCheck, PayoutInstruction, PreparedAttempt, Rail } from '../rail.ts';
import { createHash } from 'node:crypto';
import { referenceOf } from './reference.ts';

/** Units of a currency for 1 USD (`Rail.rate`). */
export type FxRates = (currency: string, asOf: string, signal: AbortSignal) => Promise<FxRate>;

/** What both ways of crediting at one broker share. Amounts are decimal strings in the accounts' currency. */
export interface BrokerTerms {
  brokerId: string;
  /** Servers on which accounts are credited; empty: every server of the broker. */
  servers: readonly string[];
  /** Of the trading accounts. */
  currency: string;
  precision: number;
  minimum: string;
  maximum: string | null;
  /** Characters that the broker takes as a reference (at least `SHORTEST_REFERENCE`). */
  referenceLength: number;
  settlesWithinSeconds: number;
  callsPerSecond?: number;
  rates: FxRates;
}

/** What goes over the wire, or becomes a row of the file. */
export interface CreditOrder { reference: string; server: string; account: string; amount: string; currency: string }

export const railIdOf = (brokerId: string): string => `broker-credit-${brokerId}`;

/** The guarantees that hold either way: a broker honours no keys, credits at once or not at all, may take a credit back. */
export function brokerGuarantees(terms: BrokerTerms): Omit<RailGuarantees, 'provesNonExecution' | 'mode'> {
  return {
    honoursKeysForSeconds: 0, finalOn: 'executed', settlesWithinSeconds: terms.settlesWithinSeconds, canReturn: true, minimum: terms.minimum, maximum: terms.maximum,
    fee: '0', feeBearer: 'company', precision: terms.precision, currencies: [terms.currency], reference: { name: 'operation id' }, ...(terms.callsPerSecond === undefined ? {} : { callsPerSecond: terms.callsPerSecond }),
  };
}

/** The parts of the rail that ask nobody. `encode`: an order as it leaves. */
export function brokerRailBase(terms: BrokerTerms, guarantees: RailGuarantees, encode: (order: CreditOrder) => string): Pick<Rail, 'id' | 'guarantees' | 'tradingAccountOf' | 'validateDestination' | 'currencyOf' | 'rate' | 'prepare'> {
  return {
    id: railIdOf(terms.brokerId), guarantees, tradingAccountOf: terms.brokerId,
    validateDestination: (destination) => checkAccount(terms, destination),
    currencyOf: () => terms.currency,
    rate: async (currency, asOf, signal) => (currency === 'USD' ? PAR : terms.rates(currency, asOf, signal)),
    async prepare(instruction): Promise<PreparedAttempt> {
      const order = orderOf(terms, guarantees, instruction);
      const bytes = Buffer.from(encode(order), 'utf8');
      return { bytes, requestHash: createHash('sha256').update(bytes).digest('hex'), railReference: null, expiresAt: null, facts: { reference: order.reference } };
    },
  };
}

/** Letters and digits first: neither can be a formula where the broker opens a file in a spreadsheet, nor leave the path of a request. */
const SERVER = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;
const ACCOUNT = /^[A-Za-z0-9]{1,32}$/;

function checkAccount({ brokerId, servers }: BrokerTerms, destination: Destination): DestinationCheck {
  const refused = (field: string, reason: string): DestinationCheck => ({ ok: false, code: 'DESTINATION_REFUSED', field, reason });
  const foreign = Object.keys(destination).find((field) => field !== 'server' && field !== 'account');
  if (foreign !== undefined) return refused(foreign, `A credit at ${brokerId} takes the fields server and account only.`);
  const server = destination['server']?.trim() ?? '';
  const account = destination['account']?.trim() ?? '';
  if (!SERVER.test(server)) return refused('server', 'Name the server of the trading account as the broker writes it, such as Alpha-Live.');
  if (servers.length > 0 && !servers.includes(server)) return refused('server', `Accounts on ${servers.join(', ')} can be credited, not on ${server}.`);
  if (!ACCOUNT.test(account)) return refused('account', 'The account must be the login of the trading account: 1 to 32 letters and digits.');
  return { ok: true, destination: { server, account }, shown: `trading account …${account.slice(-4)} on ${server}` };
}

function orderOf(terms: BrokerTerms, guarantees: RailGuarantees, instruction: PayoutInstruction): CreditOrder {
  const check = checkAccount(terms, instruction.destination);
  if (!check.ok) throw new Problem(check.code, check.reason, { at: { field: check.field } });
  if (instruction.currency !== terms.currency) throw new Problem('RAIL_CURRENCY_REFUSED', `Accounts at ${terms.brokerId} are kept in ${terms.currency}, not ${instruction.currency}.`, { at: { field: 'currency' } });
  const places = Math.min(precisionOf(guarantees, terms.currency), BALANCE_PLACES);
  const amount = /^\d{1,15}(\.\d{1,8})?$/.test(instruction.amount) ? new Decimal(instruction.amount) : null;
  if (amount === null || amount.isZero() || amount.decimalPlaces() > places) {
    throw new Problem('RAIL_AMOUNT_REFUSED', `${terms.brokerId} credits amounts above zero of at most ${places} decimals, not "${instruction.amount}"; cut the amount and carry the rest.`, { at: { field: 'amount' } });
  }
  const { server, account } = check.destination as { server: string; account: string };
  return { reference: referenceOf(instruction.idempotencyKey, terms.referenceLength), server, account, amount: plain(amount), currency: terms.currency };
}
