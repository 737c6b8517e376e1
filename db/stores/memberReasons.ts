import { Decimal, sum } from '../../domain/decimal.ts';
import { coolingDown, fundingWaits, memberReason, missingUntil, needsMore, NEXT_STEPS, type NextStep } from '../../domain/verification/nextSteps.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { minimumInForce } from './payoutMinimum.ts';
import type { ReadinessReason } from './payoutReadiness.ts';
import type { ListedMember, PayoutRun } from './payoutRuns.ts';

/** Of a member's methods, as they were when the run was frozen: from when the first could be used, and the rail of the one in use. */
interface Methods { until: string | null; rail: string | null }

/**
 * Why members of a run are not paid, with the figures of then: until when a method cools down, how much more was needed; in three queries whatever their number. `railMinimum`: the least
 * (USD) that a rail pays, where it is known.
 */
export async function withReasons<T extends ListedMember>(source: SqlSource, run: PayoutRun, members: readonly T[], railMinimum: (rail: string) => string | null): Promise<(T & { reason: ReadinessReason | null })[]> {
  const at = run.frozenAt ?? run.scheduledAt;
  const methods = await methodsAt(source, members.filter(({ decision }) => decision === 'destination_cooling_down' || decision === 'below_minimum').map(({ userId }) => userId), at);
  const minimum = await minimumInForce(source, run.scheduledAt);
  const brokers = await namesOf(source, members.flatMap(({ withheld }) => withheld.map(({ brokerId }) => brokerId)));
  return members.map((member) => ({ ...member, reason: reasonOf(member, methods.get(member.userId) ?? { until: null, rail: null }, minimum, railMinimum, brokers) }));
}

function reasonOf({ decision, available, withheld }: ListedMember, { until, rail }: Methods, ofRules: string | null, railMinimum: (rail: string) => string | null, brokers: ReadonlyMap<string, string>): ReadinessReason | null {
  const code = memberReason(decision);
  if (code === null) return null;
  if (code === 'destination_cooling_down' && until !== null) return { code, ...coolingDown(until), until };
  if (code === 'broker_funding' && withheld.length > 0) return { code, ...waitsForAll(withheld, brokers) };
  if (code === 'below_minimum') {
    const minimum = Decimal.max(ofRules ?? '0', (rail === null ? null : railMinimum(rail)) ?? '0').toFixed();
    const missing = missingUntil(available, minimum);
    if (missing !== null) return { code, ...needsMore(missing, minimum), missing, minimum };
  }
  return { code, ...NEXT_STEPS[code] };
}

function waitsForAll(withheld: ListedMember['withheld'], brokers: ReadonlyMap<string, string>): NextStep {
  const each = [...Map.groupBy(withheld, ({ brokerId }) => brokerId)].map(([id, own]) => fundingWaits(brokers.get(id) ?? id, sum(own.map(({ amount }) => amount)).toFixed()));
  return { why: each.map(({ why }) => why).join(' '), nextStep: each[0]!.nextStep };
}

async function methodsAt(source: SqlSource, userIds: readonly string[], at: string): Promise<Map<string, Methods>> {
  if (userIds.length === 0) return new Map();
  const { rows } = await sqlOf(source).query<{ userId: string; until: Date | null; rail: string | null }>(
    `SELECT user_id AS "userId", min(usable_from) FILTER (WHERE usable_from > $2) AS until, (array_agg(rail ORDER BY created_at DESC, id DESC) FILTER (WHERE usable_from <= $2))[1] AS rail
     FROM payout_method WHERE user_id = ANY ($1) AND confirmed_at IS NOT NULL AND (removed_at IS NULL OR removed_at > $2) GROUP BY user_id`, [userIds, at]);
  return new Map(rows.map(({ userId, until, rail }) => [userId, { until: until?.toISOString() ?? null, rail }]));
}

async function namesOf(source: SqlSource, brokerIds: readonly string[]): Promise<Map<string, string>> {
  if (brokerIds.length === 0) return new Map();
  const { rows } = await sqlOf(source).query<{ id: string; name: string }>('SELECT id, name FROM broker WHERE id = ANY ($1)', [[...new Set(brokerIds)]]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
