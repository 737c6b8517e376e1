import type { Pool } from 'pg';
import { withTransaction } from '../connection.ts';
import { LEFT_OUT, NOT_MADE } from './leftOut.ts';
import { clearCondition, noteCondition } from './railConditions.ts';
import { ALL_RAILS } from './railSwitch.ts';

/** A rail's condition: payouts of it have waited for long, each for a reason that stands on it. */
export const PAYOUTS_WAIT = 'PAYOUTS_WAIT';
/** Waits that mend themselves are over by then: a rail that is busy, a rate service that was restarted. */
const AFTER_MINUTES = 60;

interface Row { rail: string; code: string; payouts: string; oldest: string; since: Date; detail: string }

/**
 * Tells operators of payouts of which nothing has left and that a rail (or what its rate is asked of) has told to wait for an hour, whatever the reason: our wallet at a broker is empty, its token was
 * revoked, nobody quotes the currency. Counted from their planning, the end of an earlier attempt or the last word about the rail's switch. Not of rails that operators stopped, nor of what stands out of
 * files, which is told by itself. `at`: ISO instant.
 */
export async function notePayoutsWaiting(pool: Pool, at: string): Promise<void> {
  const { rows } = await pool.query<Row>(
    `WITH switch AS (SELECT DISTINCT ON (rail) rail, stopped, at FROM rail_switch ORDER BY rail, no DESC),
     waiting AS (SELECT p.id, p.rail, p.detail, greatest(p.planned_at, a.ended, (SELECT max(s.at) FROM switch s WHERE s.rail IN (p.rail, '${ALL_RAILS}'))) AS since
       FROM payout p LEFT JOIN LATERAL (SELECT max(closed_at) FILTER (WHERE sends > 0) AS ended FROM payout_attempt WHERE payout_id = p.id) a ON true
       WHERE p.state = 'reserved' AND p.detail ~ '^[A-Z][A-Z0-9_]+: ' AND split_part(p.detail, ':', 1) NOT IN ('${LEFT_OUT}', '${NOT_MADE}')
         AND NOT EXISTS (SELECT FROM switch s WHERE s.rail IN (p.rail, '${ALL_RAILS}') AND s.stopped))
     SELECT DISTINCT ON (rail, code) rail, code, count(*) OVER of AS payouts, id AS oldest, since, detail FROM (SELECT *, split_part(detail, ':', 1) AS code FROM waiting WHERE since < $1::timestamptz - make_interval(mins => $2)) w
     WINDOW of AS (PARTITION BY rail, code) ORDER BY rail, code, since, id`, [at, AFTER_MINUTES]);
  const rails = Map.groupBy(rows, ({ rail }) => rail);
  const { rows: told } = await pool.query<{ rail: string }>('SELECT rail FROM rail_condition WHERE code = $1 AND cleared_at IS NULL', [PAYOUTS_WAIT]);
  await withTransaction(pool, async (tx) => {
    for (const { rail } of told) if (!rails.has(rail)) await clearCondition(tx, { rail, code: PAYOUTS_WAIT, at });
    for (const [rail, reasons] of rails) await noteCondition(tx, { rail, code: PAYOUTS_WAIT, detail: reasons.map(sentence).join(' '), at });
  });
}

const sentence = ({ payouts, oldest, since, detail }: Row): string =>
  `${payouts} ${payouts === '1' ? 'payout waits' : 'payouts wait'}, ${oldest} since ${since.toISOString()}: ${detail.replace(/\.$/, '')}.`;
