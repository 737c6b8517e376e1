import { z } from 'zod';
import type { LookUpOutcome } from '../../../../domain/payouts/outcomes.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { AttemptHandle } from '../rail.ts';
import { addressHex } from './address.ts';
import type { TransactionInfo } from './node.ts';
import type { Wallet } from './conditions.ts';
import { fromUnits, toUnits, trxText } from './units.ts';

const TRANSFER = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
/** The solidified head must be so much past a transaction's expiry before its absence counts: behind one address there may be nodes that are not equally far. */
const PAST_EXPIRY_MS = 60_000;

/** What a transfer's attempt keeps: enough to prove later that it can no longer be executed, on the very chain that it was made for. */
export const TransferFacts = z.object({ txId: z.string(), expiration: z.coerce.number().int(), refNumber: z.coerce.number().int(), refId: z.string(), genesis: z.string() });

/** A transfer with less of its time left is not sent any more. */
const LEAST_LEFT_MS = 6_000;

/** Whether bytes that expire then (milliseconds) may be sent while the newest block is of `headAt`. */
export const inTime = (headAt: number, expiration: number): boolean => headAt <= expiration - LEAST_LEFT_MS;

/**
 * Asks what became of a transfer. Executed: a solidified block holds it, with the result SUCCESS and exactly the Transfer that was ordered. Rejected: it is in one and failed, which
 * moves nothing. Not found: only once the solidified head, asked *before* the transaction, is past its expiry on the chain that it refers to. Until then one that is not seen may still
 * be executed, because anyone who has the bytes may send them: it is pending, and may be sent again itself (`Rail.replace` gives the same bytes), or unknown where it is too late for that.
 */
export async function lookUpTransfer(wallet: Wallet, attempt: AttemptHandle, signal: AbortSignal): Promise<LookUpOutcome> {
  const facts = TransferFacts.safeParse(attempt.facts);
  if (!facts.success) throw new Problem('RAIL_FACTS_MISSING', `The attempt ${attempt.attemptId} lacks what a TRC-20 transfer keeps.`, { status: 500 });
  const { txId, expiration, refNumber, refId, genesis } = facts.data;
  const { node } = wallet;
  const solid = await node.solid(signal);
  if (solid.kind === 'silent') return { kind: 'unknown', detail: solid.detail };
  const info = await node.solidInfo(txId, signal);
  if (info.kind === 'silent') return { kind: 'unknown', detail: info.detail };
  if (info.value !== null) return settled(wallet, attempt, txId, info.value, signal);
  const seen = await node.seen(txId, signal);
  if (seen.kind === 'silent') return { kind: 'unknown', detail: seen.detail };
  if (seen.value) return { kind: 'pending', railReference: txId, detail: 'waits for a block that is solidified' };
  if (solid.value.at <= expiration + PAST_EXPIRY_MS) {
    const detail = `the node does not know it; it can be executed until ${new Date(expiration).toISOString()}, and the chain is solidified up to ${new Date(solid.value.at).toISOString()}`;
    const head = await node.head(signal);
    return head.kind === 'said' && inTime(head.value.at, expiration) ? { kind: 'pending', railReference: txId, replaceable: true, detail } : { kind: 'unknown', detail };
  }
  // Another network, or a node without the history of those days, would not find it either.
  const referred = await node.block(refNumber, signal);
  if (genesis !== wallet.genesis || referred.kind === 'silent' || referred.value?.id !== refId) {
    return { kind: 'unknown', detail: `the node does not have block ${refNumber} as it was when this was signed, so that it does not find it proves nothing` };
  }
  return { kind: 'not_found' };
}

async function settled(wallet: Wallet, attempt: AttemptHandle, txId: string, info: TransactionInfo, signal: AbortSignal): Promise<LookUpOutcome> {
  const { result } = info.receipt;
  if (info.id !== txId || result === undefined) return { kind: 'unknown', detail: 'the node answered about another transaction, or without its result' };
  if (result !== 'SUCCESS' || info.result === 'FAILED') return failed(wallet, attempt, result, signal);
  const topic = (hex: string): string => hex.slice(2).padStart(64, '0');
  const sent = info.log.filter(({ address, topics }) => address === wallet.token.slice(2) && topics[0] === TRANSFER && topics[1] === topic(wallet.own));
  const [transfer] = sent;
  const units = transfer !== undefined && /^[0-9a-f]{64}$/.test(transfer.data) ? BigInt(`0x${transfer.data}`) : null;
  if (sent.length !== 1 || transfer?.topics[2] !== topic(addressHex(attempt.destination['address'] ?? '') ?? '') || units !== toUnits(attempt.amount)) {
    const amounts = sent.map(({ data }) => (/^[0-9a-f]{1,64}$/.test(data) ? fromUnits(BigInt(`0x${data}`)) : '?')).join(', ');
    return { kind: 'unknown', detail: `TRANSFER_DIFFERS: ${attempt.amount} ${attempt.currency} were ordered, the transaction moved ${amounts || 'nothing'}; look at ${txId}` };
  }
  return { kind: 'executed', railReference: txId, executedAt: new Date(info.blockTimeStamp).toISOString(), amount: attempt.amount, currency: attempt.currency, fee: '0', networkFee: trxText(BigInt(info.fee)) };
}

/** A failed transaction moves nothing and is never executed again. Whether another one may be made: where what it failed for passes (energy, a pause, an empty wallet). */
async function failed(wallet: Wallet, attempt: AttemptHandle, result: string, signal: AbortSignal): Promise<LookUpOutcome> {
  if (result === 'OUT_OF_ENERGY' || result === 'OUT_OF_TIME') return { kind: 'rejected', code: `TRON_${result}`, reason: 'The network ended the transfer for lack of energy; nothing was moved.', retryable: true };
  const [paused, balance] = await Promise.all([
    wallet.node.read(wallet.token, 'paused()', '', 'head', signal), wallet.node.read(wallet.token, 'balanceOf(address)', wallet.own.slice(2).padStart(64, '0'), 'head', signal),
  ]);
  const passes = (paused.kind === 'said' && paused.value !== 0n) || (balance.kind === 'said' && balance.value < toUnits(attempt.amount));
  return { kind: 'rejected', code: 'TRON_REVERTED', reason: `The token refused the transfer (${result.slice(0, 40)}); nothing was moved.`, retryable: passes };
}
