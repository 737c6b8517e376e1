import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import { addProfile } from '../../db/stores/profiles.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { play } from '../activities/reports/intake/desk.ts';

const PROFILE = { format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: 'S', columns: { ticket: 't', account: 'a', symbol: 's', lots: 'l', closeTime: 'c', commission: 'k' } } as const;

/** One line of a report, posted as the workflow does, of an account that nobody has linked: only its commission matters. */
export async function deskReport(pool: Pool, { commission, at, brokerId, from, to }: { brokerId: string; from: string; to: string; commission: string; at: string }): Promise<void> {
  await pool.query(
    `INSERT INTO methodology (id, version, effective_from, pending_period, payout_minimum, tier_window_days, tiers, changelog) VALUES ('mth_funding', 1, '2026-01-01', 'P7D', 10, 30, '[{"name":"base","fromLots":"0","multiplier":"1"}]', 'first') ON CONFLICT DO NOTHING`);
  await withTransaction(pool, (tx) => addProfile(tx.db, brokerId, PROFILE as never));
  await pool.query(`INSERT INTO broker_terms (id, broker_id, version, effective_from, account_types, excluded_classes, symbol_suffixes) VALUES ('trm_' || $1, $1, 1, '2026-01-01', '{"standard":{"eligible":true,"lotFactor":"1"}}', '[]', '[]')`, [brokerId]);
  const file = `t,a,s,l,c,k\n1,77,EURUSD,1.00,${from},${commission}\n`;
  const { reportId } = await receiveReport(pool, { brokerId, from, to, fileName: 'r.csv', declaredVersion: null, receivedBy: 'test', at }, (async function* bytes() { yield Buffer.from(file); })());
  await play(pool, reportId, at);
}
