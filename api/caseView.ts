import type { SqlSource } from '../db/connection.ts';
import { attemptsOf, type AttemptView } from '../db/stores/payoutAttempts.ts';
import type { ReconciliationCase } from '../db/stores/reconciliationCases.ts';
import { type LatestAttempt, latestAttempts, payoutsOfCases, type PayoutOfCase } from '../db/stores/unknownOutcomes.ts';
import { notDecidable, operatorMay } from '../domain/payouts/decidable.ts';
import type { ApiDeps } from './deps.ts';

type May = 'confirm' | 'not_executed' | 'close' | 'wait';
export interface CaseView extends ReconciliationCase {
  ageHours: number; payout: PayoutOfCase | null; attempts: AttemptView[]; may: May[];
  mayLater: { what: May; from: string; why: string }[];
}

/** Cases with all that is known of their payouts now, and what an operator may do about each. */
export async function casesWithWhatIsKnown({ pool, rails, now }: Pick<ApiDeps, 'rails' | 'now'> & { pool: SqlSource }, cases: readonly ReconciliationCase[]): Promise<CaseView[]> {
  const ids = [...new Set(cases.flatMap(({ payoutId }) => (payoutId === null ? [] : [payoutId])))];
  const payouts = await payoutsOfCases(pool, ids);
  const attempts = await attemptsOf(pool, ids);
  const latest = await latestAttempts(pool, ids);
  const at = now();
  return cases.map((one) => {
    const of = one.payoutId ?? '';
    return {
      ...one, ageHours: Math.max(0, Math.floor((Date.parse(one.closedAt ?? at) - Date.parse(one.openedAt)) / 3_600_000)), payout: payouts.get(of) ?? null, attempts: attempts.get(of) ?? [],
      ...choices(one, payouts.get(of) ?? null, latest.get(of) ?? null, rails.guarantees(one.rail), at),
    };
  });
}

function choices(one: ReconciliationCase, payout: PayoutOfCase | null, attempt: LatestAttempt | null, guarantees: ReturnType<ApiDeps['rails']['guarantees']>, at: string): Pick<CaseView, 'may' | 'mayLater'> {
  if (one.closedAt !== null) return { may: [], mayLater: [] };
  if (one.code !== 'UNKNOWN_OUTCOME') return { may: ['close', 'wait'], mayLater: [] };
  // Of a rail that is not configured nobody knows what it guarantees.
  if (payout === null || guarantees === null) return { may: ['wait'], mayLater: [] };
  const later = (what: 'confirm' | 'not_executed'): CaseView['mayLater'] => {
    const refusal = notDecidable(payout.state, attempt, guarantees, what === 'confirm' ? 'executed' : what, at);
    return refusal?.until === undefined ? [] : [{ what, from: refusal.until, why: refusal.reason }];
  };
  return { may: operatorMay(payout.state, attempt, guarantees, at), mayLater: [...later('confirm'), ...later('not_executed')] };
}
