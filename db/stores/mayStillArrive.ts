import { ALL_RAILS } from './railSwitch.ts';
import type { Tx } from '../connection.ts';

/** What had passed its last look at the switch, or had left without an answer yet: payments, and files of payments. */
export interface MayStillArrive { payments: number; files: number }

/**
 * The same of one rail or of all ('*') at `at` (ISO instant), in the transaction that has just stopped it: sends are counted under the switch's lock, so what is counted here is all that can
 * still leave. A payment's send is over by `last_sent_at`; of a file nobody knows until it is looked at again.
 */
export async function mayStillArrive(tx: Tx, rail: string, at: string): Promise<MayStillArrive> {
  const { rows: [row] } = await tx.client.query<{ payments: string; files: string }>(
    `SELECT (SELECT count(*) FROM payout_attempt a JOIN payout p ON p.id = a.payout_id
       WHERE ($1 = '${ALL_RAILS}' OR p.rail = $1) AND p.state IN ('submitting', 'unknown') AND a.open AND a.state IN ('sent', 'unknown') AND a.last_sent_at >= $2
         AND NOT EXISTS (SELECT FROM payout_batch_item i WHERE i.attempt_id = a.id)) AS payments,
       (SELECT count(*) FROM payout_batch b WHERE ($1 = '${ALL_RAILS}' OR b.rail = $1) AND b.state = 'assembled' AND b.sends > 0) AS files`, [rail, at]);
  return { payments: Number(row!.payments), files: Number(row!.files) };
}
