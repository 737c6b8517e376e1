import type { UsdtErc20Config } from './config.ts';
import { walletId } from './nonces.ts';

/**
 * What operators are told while transfers of a wallet (or chain) that is configured no more are still open: they are looked up and sent again, but nothing can give them a higher fee or close
 * a gap before them without that wallet's key. Null: there are none.
 */
export async function formerWallets({ pool, chainId, signer }: UsdtErc20Config): Promise<{ code: string; detail: string } | null> {
  // Asked before each payout: where no wallet was ever changed it is one look into a table of one row.
  const { rows } = await pool.query<{ id: string; open: number }>(
    `SELECT w.id, o.open FROM hot_wallet w CROSS JOIN LATERAL (
       SELECT count(*)::int AS open FROM payout_attempt a JOIN wallet_nonce n ON n.attempt_id = a.id WHERE a.state IN ('prepared','sent','accepted','unknown') AND n.wallet_id = w.id) o
     WHERE starts_with(w.id, 'eip155:') AND w.id <> $1 AND o.open > 0 ORDER BY w.id`, [walletId(chainId, signer.address)]);
  if (rows.length === 0) return null;
  return { code: 'WALLET_CHANGED', detail: `${rows.map(({ id, open }) => `${open} open transfers are from ${id}`).join(', ')}, configured is ${walletId(chainId, signer.address)}: let them end, or bring that wallet back, before its key is given up.` };
}
