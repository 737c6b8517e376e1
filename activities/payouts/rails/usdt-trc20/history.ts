import type { Pool } from 'pg';
import { Problem } from '../../../../domain/problem.ts';
import type { RailRecordEntry } from '../rail.ts';
import { addressHex, addressText } from './address.ts';
import { attemptsOf } from './demand.ts';
import type { Wallet } from './conditions.ts';
import { fromUnits } from './units.ts';

const PAGE = 200;

/** The token's solidified transfers out of the hot wallet, oldest first, each with the attempt whose transaction it is; one that no attempt knows stands there without. Throws `Problem` RAIL_UNREACHABLE (503). */
export async function* transfersOut(wallet: Wallet, pool: Pool, rail: string, from: string | null, to: string | null, signal: AbortSignal): AsyncIterable<RailRecordEntry> {
  const query = new URLSearchParams({ only_confirmed: 'true', only_from: 'true', order_by: 'block_timestamp,asc', limit: String(PAGE), contract_address: addressText(wallet.token) });
  if (from !== null) query.set('min_timestamp', String(Date.parse(from)));
  if (to !== null) query.set('max_timestamp', String(Date.parse(to) - 1));
  /** A transaction may hold several transfers; they are listed in the order of its log. */
  let last = { txId: '', no: 0 };
  for (;;) {
    const page = await wallet.node.history(`/v1/accounts/${addressText(wallet.own)}/transactions/trc20?${query.toString()}`, signal);
    if (page.kind === 'silent') throw new Problem('RAIL_UNREACHABLE', `The transfers of the TRON hot wallet cannot be read: ${page.detail}. Try again when the service is up.`, { status: 503 });
    const rows = page.value.data.filter((row) => row.type === 'Transfer' && addressHex(row.from) === wallet.own && addressHex(row.token_info.address) === wallet.token);
    const attempts = await attemptsOf(pool, rail, rows.map(({ transaction_id: id }) => id));
    for (const { transaction_id: txId, block_timestamp: at, to: payee, value } of rows) {
      last = { txId, no: last.txId === txId ? last.no + 1 : 0 };
      const attempt = attempts.get(txId);
      yield {
        sequence: `${txId}:${last.no}`, kind: 'executed', at: new Date(at).toISOString(), idempotencyKey: attempt?.idempotencyKey ?? null, payoutId: attempt?.payoutId ?? null,
        railReference: txId, amount: fromUnits(BigInt(value)), currency: 'USDT', destination: { address: payee },
      };
    }
    const { fingerprint } = page.value.meta;
    if (fingerprint === undefined || page.value.data.length === 0) return;
    query.set('fingerprint', fingerprint);
  }
}
