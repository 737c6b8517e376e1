import { drizzle } from 'drizzle-orm/node-postgres';
import { type NoDestination, whyNoMethod } from '../../domain/payouts/destinations.ts';
import { type GateDecision, gateReasons } from '../../domain/verification/gate.ts';
import { type BlockReason, coolingDown, fundingWaits, missingUntil, needsMore, NEXT_STEPS, type NextStep, shownToUser } from '../../domain/verification/nextSteps.ts';
import { Decimal, sum } from '../../domain/decimal.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { availableBeyondRoom } from './exposureFigures.ts';
import { methodSql, ownersSql, STANDING_SQL, standingOf, type StandingRow } from './payoutGate.ts';
import { minimumInForce } from './payoutMinimum.ts';
import { listPayoutMethods } from './payoutMethods.ts';
import { ALL_RAILS } from './railSwitch.ts';

/** `until`: ISO instant, of a cool-down. `missing`, `minimum`: USD, of an amount that is too small. */
export interface ReadinessReason extends NextStep { code: BlockReason; until?: string; missing?: string; minimum?: string }
export interface Readiness { userId: string; ready: boolean; reasons: ReadinessReason[] }

/** What is known of a rail here: the least (USD) that it pays; null: it has none, or it is not known. The whole null: it is not configured. */
export type RailTerms = (rail: string) => { minimum: string | null } | null;

/**
 * Everything that would keep a user from being paid at `asOf`, as the reader may know it: also what of it waits for a broker's payment, that payouts of his method are stopped or cannot be
 * made any more, and, where he has something, how much more is needed. `ready`: a run would pay him now; who has nothing to be paid is ready where nothing else stands in his way. The user
 * exists.
 */
export async function payoutReadiness(source: SqlSource, userId: string, asOf: string, reader: 'user' | 'operator', terms: RailTerms = () => ({ minimum: null })): Promise<Readiness> {
  const sql = sqlOf(source);
  const { rows: [row] } = await sql.query<StandingRow & { active: boolean; method_id: string | null; rail: string | null; available: string; stopped: boolean }>(
    `SELECT u.status = 'active' AS active, m.id AS method_id, m.rail, ${STANDING_SQL},
       (SELECT coalesce(sum(b.amount), 0) FROM ledger_account a JOIN balance b ON b.account_id = a.id AND b.stripe = 0 WHERE a.user_id = u.id AND a.kind = 'available' AND a.currency = 'USD') AS available,
       (SELECT coalesce(bool_or(s.stopped), false) FROM (SELECT DISTINCT ON (rail) stopped FROM rail_switch WHERE rail IN (m.rail, $3) ORDER BY rail, no DESC) s) AS stopped
     FROM app_user u LEFT JOIN user_profile p ON p.user_id = u.id LEFT JOIN LATERAL (${methodSql('$2')}) m ON true LEFT JOIN ${ownersSql(' AND user_id = $1')} o ON o.user_id = u.id WHERE u.id = $1`, [userId, asOf, ALL_RAILS]);
  if (row === undefined) return { userId, ready: true, reasons: [] };
  const none = row.method_id === null ? whyNoMethod(await listPayoutMethods(drizzle(sql), userId), asOf) : null;
  const rail = row.rail === null ? null : terms(row.rail);
  const codes: (GateDecision | NoDestination | 'suspended' | 'rail_unavailable' | 'payouts_stopped')[] = [
    ...(row.active ? [] : ['suspended' as const]), ...(none === null ? [] : [none.reason]), ...gateReasons(standingOf(row), asOf).map((code) => (reader === 'user' ? shownToUser(code) : code)),
    ...(row.rail !== null && rail === null ? ['rail_unavailable' as const] : []), ...(row.stopped ? ['payouts_stopped' as const] : []),
  ];
  const waiting = await availableBeyondRoom(source, userId, asOf);
  const minimum = Decimal.max(await minimumInForce(source, asOf) ?? '0', rail?.minimum ?? '0').toFixed();
  // Of the methodology's and the rail's minimum the higher one counts, also for what is left beside money that waits.
  const payable = new Decimal(row.available).minus(sum(waiting.map(({ amount }) => amount)));
  return {
    userId, ready: codes.length === 0 && (payable.gt(0) ? payable.gte(minimum) : waiting.length === 0),
    reasons: [
      ...codes.map((code) => (code === 'destination_cooling_down' ? { code, ...coolingDown(none!.until!), until: none!.until! } : { code, ...NEXT_STEPS[code] })),
      ...waiting.map(({ name, amount }) => ({ code: 'broker_funding' as const, ...fundingWaits(name, amount) })),
      ...tooLittle(row.available, minimum),
    ],
  };
}

/** Who has nothing lacks nothing. USD. */
function tooLittle(available: string, minimum: string): ReadinessReason[] {
  const missing = new Decimal(available).gt(0) ? missingUntil(available, minimum) : null;
  return missing === null ? [] : [{ code: 'below_minimum', ...needsMore(missing, minimum), missing, minimum }];
}
