import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { Decimal } from '../../../../domain/decimal.ts';
import type { RailGuarantees } from '../../../../domain/payouts/guarantees.ts';
import type { SubmitOutcome } from '../../../../domain/payouts/outcomes.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { CommittedAttempt, LastLook, PayoutInstruction, PreparedAttempt, PrepareContext, Rail, RailReadiness } from '../rail.ts';
import { addressHex } from './address.ts';
import { conditions, type Wallet } from './conditions.ts';
import { demandOn, openUpTo } from './demand.ts';
import { checkDestination } from './destination.ts';
import { transfersOut } from './history.ts';
import { inTime, lookUpTransfer, TransferFacts } from './lookup.ts';
import { tronNode } from './node.ts';
import type { TronConfig } from './settings.ts';
import { readTerms, signTransfer } from './transaction.ts';
import { fromUnits, toUnits, USDT_DECIMALS } from './units.ts';

/** Added to the expiry that the engine sees: its clock is not the chain's, and the look-up waits for the chain in any case. */
const EXPIRY_MARGIN_MS = 60_000;
/** A transfer that the node does not know after so long is sent again, the same bytes. */
const SEND_AGAIN_SECONDS = 60;

/**
 * USDT by TRC-20: transfers of a token on TRON, signed offline by tronweb and sent through the HTTP API of a full node (docs/decisions/usdt-trc20.md).
 *
 * Tested against scripts/sandbox-tron, a stand-in for a node that was written from java-tron's documentation, and against tronweb's own reading of what is signed. It has never met a
 * TRON network: before money moves, the list in that record is to be gone through on the test network Nile.
 *
 * A transaction has no nonce but an expiry: the same bytes are one transaction for good, and what is in no solidified block once the chain is solidified past the expiry never will be.
 */
export function usdtTrc20Rail(config: TronConfig, pool: Pool, now: () => number = Date.now): Rail {
  const id = config.id ?? 'usdt-trc20';
  const token = addressHex(config.token);
  if (token === null) throw new Problem('CONFIG_INVALID', `"${config.token}" is no TRON address of a token.`);
  const wallet: Wallet = {
    node: tronNode({ node: config.nodeUrl, solidity: config.solidityUrl, history: config.historyUrl, apiKey: config.apiKey, timeoutMs: config.timeoutMs }),
    own: config.signer.address, token, genesis: config.network.genesis, feeLimitSun: config.feeLimitSun, behindSeconds: config.behindSeconds ?? 180, now,
  };
  const guarantees: RailGuarantees = {
    honoursKeysForSeconds: 'forever', provesNonExecution: 'after_expiry', finalOn: 'executed', settlesWithinSeconds: config.expiresSeconds + 300, arrivesWithinSeconds: 180, canReturn: false, replacesAfterSeconds: SEND_AGAIN_SECONDS,
    minimum: config.minimum, maximum: config.maximum, fee: config.fee, feeBearer: new Decimal(config.fee).isZero() ? 'company' : 'payee', precision: USDT_DECIMALS, currencies: ['USDT'], mode: 'single',
    network: config.network.shown, reference: { name: 'transaction id', ...(config.network.explorer === null ? {} : { explorer: config.network.explorer }) }, peg: { currency: 'USDT', rule: '1 USDT is paid for 1 USD' }, ...(config.callsPerSecond === undefined ? {} : { callsPerSecond: config.callsPerSecond }),
  };

  async function ready(signal: AbortSignal): Promise<RailReadiness> {
    const unavailable = await config.signer.unavailable();
    if (unavailable !== null) return { ready: false, code: 'SIGNER_UNAVAILABLE', reason: unavailable, retryAfterSeconds: 300 };
    const demand = await demandOn(pool, id);
    const open = toUnits(demand.open);
    const found = await conditions(wallet, open + toUnits(demand.largest), signal);
    if (!found.ok) return { ready: false, code: found.code, reason: found.reason, retryAfterSeconds: found.retryAfterSeconds };
    const terms = { refNumber: String(found.solid.number), refId: found.solid.id, headAt: String(found.head.at) };
    const all = open + toUnits(demand.waiting);
    if (found.balance < all) return { ready: true, terms, warning: { code: 'HOT_WALLET_SOON_EMPTY', detail: `The hot wallet holds ${fromUnits(found.balance)} USDT, and ${fromUnits(all)} are to be paid from it.` } };
    if (found.sun < found.burn * BigInt(demand.payoutsWaiting)) return { ready: true, terms, warning: { code: 'HOT_WALLET_TRX_SOON_LOW', detail: `The hot wallet's TRX may not do for the ${demand.payoutsWaiting} payouts that wait.` } };
    return { ready: true, terms };
  }

  async function prepare(instruction: PayoutInstruction, { terms }: PrepareContext): Promise<PreparedAttempt> {
    const check = checkDestination(instruction.destination, wallet);
    if (!check.ok) throw new Problem(check.code, check.reason, { at: { field: check.field } });
    if (instruction.currency !== 'USDT') throw new Problem('RAIL_CURRENCY_REFUSED', `This rail pays USDT, not ${instruction.currency}.`, { at: { field: 'currency' } });
    if (!/^\d{1,12}(\.\d{1,6})?$/.test(instruction.amount) || new Decimal(instruction.amount).isZero()) {
      throw new Problem('RAIL_AMOUNT_REFUSED', `This rail pays positive amounts of at most ${USDT_DECIMALS} decimals, not "${instruction.amount}"; cut the amount and carry the rest.`, { at: { field: 'amount' } });
    }
    const chain = readTerms(terms);
    const { bytes, txId, expiration } = await signTransfer(config.signer, {
      token: wallet.token, to: addressHex(check.destination['address'] ?? '') ?? '', units: toUnits(instruction.amount), feeLimitSun: config.feeLimitSun,
      expiresSeconds: config.expiresSeconds, attemptId: instruction.attemptId, terms: chain,
    });
    const expiresAt = Math.max(expiration, Date.parse(instruction.asOf) + config.expiresSeconds * 1000) + EXPIRY_MARGIN_MS;
    return {
      bytes, requestHash: createHash('sha256').update(bytes).digest('hex'), railReference: txId, expiresAt: new Date(expiresAt).toISOString(),
      facts: { txId, expiration: String(expiration), refNumber: String(chain.refNumber), refId: chain.refId, genesis: wallet.genesis },
    };
  }

  /** Before the bytes leave it is asked once more whether they would go through: what the chain fails costs a fee and an attempt. From `broadcast` on, only what says so itself was not sent. */
  async function submit(attempt: CommittedAttempt, signal: AbortSignal, lastLook?: LastLook): Promise<SubmitOutcome> {
    const deferred = (code: string, reason: string, retryAfterSeconds: number): SubmitOutcome => ({ kind: 'deferred', code, reason, retryAfterSeconds });
    let open: bigint;
    try {
      open = toUnits(await openUpTo(pool, id, attempt.attemptId));
    } catch {
      return deferred('NOT_SENT', 'The database could not be asked what is under way; nothing was sent.', 5);
    }
    const own = toUnits(attempt.amount);
    const found = await conditions(wallet, open > own ? open : own, signal);
    if (!found.ok) return deferred(found.code, found.reason, found.retryAfterSeconds);
    if (!inTime(found.head.at, Number(attempt.facts['expiration']))) return deferred('TRON_EXPIRED', 'The transfer has expired unsent; another one will be made.', 30);
    const late = await lastLook?.() ?? null;
    if (late !== null) return late;
    const said = await wallet.node.broadcast(attempt.bytes, signal);
    if (said.kind === 'silent') return said.refused ? deferred('RAIL_UNREACHABLE', said.detail, 15) : { kind: 'unknown', detail: said.detail };
    // A node that has these bytes already says so; anything else that it refuses it may have passed on before, or someone behind the same address may have.
    if (said.value.taken || said.value.code === 'DUP_TRANSACTION_ERROR') return { kind: 'accepted', railReference: attempt.railReference };
    return { kind: 'unknown', detail: `the node answered ${said.value.code.slice(0, 40)}: ${said.value.message.slice(0, 200)}` };
  }

  /** The same bytes: they are one transaction however often they are sent, and no others could take their place without a nonce. */
  async function again({ bytes, railReference, facts }: CommittedAttempt, { terms }: PrepareContext): Promise<PreparedAttempt | null> {
    const { expiration } = TransferFacts.parse(facts);
    if (!inTime(readTerms(terms).headAt, expiration)) return null;
    return { bytes, requestHash: createHash('sha256').update(bytes).digest('hex'), railReference, expiresAt: new Date(expiration + EXPIRY_MARGIN_MS).toISOString(), facts };
  }

  return {
    id, guarantees, ready, prepare, submit, replace: again, lostBy: 'by_account',
    validateDestination: (destination) => checkDestination(destination, wallet),
    currencyOf: () => 'USDT',
    rate: async () => ({ currency: 'USDT', rate: '1', source: 'peg', validUntil: null }),
    lookUp: (attempt, signal) => lookUpTransfer(wallet, attempt, signal),
    record: (from, to, signal) => transfersOut(wallet, pool, id, from, to, signal),
  };
}
