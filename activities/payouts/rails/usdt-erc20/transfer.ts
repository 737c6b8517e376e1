import { createHash } from 'node:crypto';
import { type Address, type Hex, keccak256, parseUnits } from 'viem';
import { Problem } from '../../../../domain/problem.ts';
import { Decimal } from '../../../../domain/decimal.ts';
import type { AttemptHandle, CommittedAttempt, PayoutInstruction, PrepareContext, PreparedAttempt } from '../rail.ts';
import type { UsdtErc20Config } from './config.ts';
import { checkAddress } from './destination.ts';
import { bumped, type Fees, feesNow } from './fees.ts';
import { allocateNonce, walletId } from './nonces.ts';
import { marketOf } from './readiness.ts';
import { signedFor, signedUnder } from './signedUnder.ts';
import { TOKEN_DECIMALS, transferData } from './token.ts';

/** What is stored of a signed transfer besides its bytes; the key is what looking it up needs. */
export interface TransferFacts extends Fees { nonce: bigint; hash: Hex; block: bigint }

/** Reads an attempt's stored facts. Throws `Problem` RAIL_FACTS_UNREADABLE (500). */
export function transferFacts(facts: AttemptHandle['facts']): TransferFacts {
  const whole = (name: string): bigint => {
    const text = facts[name];
    if (text === undefined || !/^\d+$/.test(text)) throw new Problem('RAIL_FACTS_UNREADABLE', `The attempt's stored ${name} is not a whole number.`, { status: 500 });
    return BigInt(text);
  };
  const hash = facts['hash'];
  if (hash === undefined || !/^0x[0-9a-f]{64}$/.test(hash)) throw new Problem('RAIL_FACTS_UNREADABLE', "The attempt's stored hash is not a transaction's.", { status: 500 });
  return { nonce: whole('nonce'), hash: hash as Hex, block: whole('block'), maxFeePerGas: whole('maxFeePerGas'), maxPriorityFeePerGas: whole('maxPriorityFeePerGas') };
}

/** Signs the transfer with a nonce allocated in the caller's transaction; all that can be refused is refused before. */
export async function prepareTransfer(config: UsdtErc20Config, instruction: PayoutInstruction, { tx, terms }: PrepareContext): Promise<PreparedAttempt> {
  const { to, units } = orderOf(config, instruction);
  const fees = feesNow(marketOf(terms), config.mostFeePerGas);
  const nonce = await allocateNonce(tx, walletId(config.chainId, config.signer.address), instruction.attemptId, BigInt(terms['chainNonce'] ?? ''));
  return signed(config, to, units, nonce, fees, terms['block'] ?? '0');
}

/** The same transfer with the same nonce and higher fees, of all of which at most one can be executed; null where that would cost more than the configured maximum, or where the wallet is another one now. */
export async function replaceTransfer(config: UsdtErc20Config, attempt: CommittedAttempt, { terms }: PrepareContext): Promise<PreparedAttempt | null> {
  if (signedUnder(config, attempt.facts) !== config) return null;
  const { nonce, block, ...old } = transferFacts(attempt.facts);
  const fees = bumped(old, marketOf(terms), config.mostFeePerGas);
  if (fees === null) return null;
  const { to, units } = orderOf(config, attempt);
  // The oldest bytes' block: from there on a look-up searches for who used the nonce.
  return signed(config, to, units, nonce, fees, block.toString());
}

function orderOf(config: UsdtErc20Config, { destination, amount, currency }: Pick<PayoutInstruction, 'destination' | 'amount' | 'currency'>): { to: Address; units: bigint } {
  const check = checkAddress(destination, { wallet: config.signer.address, token: config.token, network: config.network });
  if (!check.ok) throw new Problem(check.code, check.reason, { at: { field: check.field } });
  if (currency !== 'USDT') throw new Problem('RAIL_CURRENCY_REFUSED', `This rail pays USDT, not ${currency}.`, { at: { field: 'currency' } });
  return { to: check.destination['address'] as Address, units: unitsOf(amount) };
}

/** Smallest units of a positive amount of at most 6 decimals. Throws `Problem` RAIL_AMOUNT_REFUSED. */
export function unitsOf(amount: string): bigint {
  const value = /^\d{1,15}(\.\d{1,8})?$/.test(amount) ? new Decimal(amount) : null;
  if (value === null || value.isZero() || value.decimalPlaces() > TOKEN_DECIMALS) {
    throw new Problem('RAIL_AMOUNT_REFUSED', `USDT is paid in positive amounts of at most ${TOKEN_DECIMALS} decimals, not "${amount}"; cut the amount and carry the rest.`, { at: { field: 'amount' } });
  }
  return parseUnits(value.toFixed(), TOKEN_DECIMALS);
}

async function signed(config: UsdtErc20Config, to: Address, units: bigint, nonce: bigint, fees: Fees, block: string): Promise<PreparedAttempt> {
  const raw = await config.signer.sign({
    type: 'eip1559', chainId: config.chainId, nonce: Number(nonce), to: config.token, data: transferData(to, units), value: 0n, gas: config.gasLimit, ...fees,
  });
  const bytes = Buffer.from(raw.slice(2), 'hex');
  const hash = keccak256(raw);
  return {
    bytes, requestHash: createHash('sha256').update(bytes).digest('hex'), railReference: hash, expiresAt: null,
    facts: { nonce: nonce.toString(), hash, block, maxFeePerGas: fees.maxFeePerGas.toString(), maxPriorityFeePerGas: fees.maxPriorityFeePerGas.toString(), ...signedFor(config) },
  };
}
