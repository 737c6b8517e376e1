import type { Tx } from '../../db/connection.ts';
import type { ChangeKindName } from '../../domain/changes/kinds.ts';
import { Problem } from '../../domain/problem.ts';
import type { ApiDeps } from '../deps.ts';
import type { Applier, ApplyContext } from './applier.ts';
import { AGREEMENT, AGREEMENT_END, PROFILE, RATE, SYMBOLS, TERMS } from './brokerChanges.ts';
import { DASHBOARD_FIGURES } from './figuresChanges.ts';
import { BROKER_PAYMENT, FUNDING_TERMS } from './fundingChanges.ts';
import { OPERATOR_ROLE } from './operatorChanges.ts';
import { APPROVAL_POLICY, METHODOLOGY, USER_SUSPENSION, USER_TIER } from './otherChanges.ts';
import { PAYOUT_METHOD } from './payoutMethodChanges.ts';
import { PAYOUT_FILE_WITHDRAWAL, PAYOUT_OUTCOME, PAYOUTS_RESUME } from './payoutChanges.ts';
import { REPORT_SOURCE } from './sourceChanges.ts';
import { VERIFICATION_OVERRIDE } from './verificationChanges.ts';

/** An applier that reads its payload from what was stored. */
export interface RegisteredApplier {
  kind: ChangeKindName;
  before(tx: Tx, payload: unknown, context: ApplyContext): Promise<object | null>;
  apply(tx: Tx, payload: unknown, context: ApplyContext): Promise<object>;
  afterCommit(deps: ApiDeps, result: object, context: ApplyContext): Promise<unknown>;
}

function registered<P extends object, R extends object>(applier: Applier<P, R>): RegisteredApplier {
  const read = (stored: unknown): P => {
    const { success, data } = applier.payload.safeParse(stored);
    if (!success) throw new Problem('CHANGE_OUTDATED', 'What this change asks for is no longer described like that; ask for it again.', { status: 409 });
    return data;
  };
  return {
    kind: applier.kind,
    before: (tx, payload, context) => applier.before(tx, read(payload), context),
    apply: (tx, payload, context) => applier.apply(tx, read(payload), context),
    afterCommit: async (deps, result, context) => applier.afterCommit?.(deps, result as R, context),
  };
}

/** Every kind that is applied when a second operator agrees; those that only stop a report or a run stand in db/stores/changeGates.ts. */
const APPLIERS: ReadonlyMap<ChangeKindName, RegisteredApplier> = new Map([
  registered(RATE), registered(TERMS), registered(AGREEMENT), registered(AGREEMENT_END), registered(SYMBOLS), registered(PROFILE),
  registered(METHODOLOGY), registered(USER_SUSPENSION), registered(USER_TIER), registered(APPROVAL_POLICY), registered(OPERATOR_ROLE), registered(VERIFICATION_OVERRIDE), registered(PAYOUT_METHOD), registered(REPORT_SOURCE), registered(BROKER_PAYMENT), registered(FUNDING_TERMS), registered(DASHBOARD_FIGURES), registered(PAYOUT_OUTCOME), registered(PAYOUTS_RESUME), registered(PAYOUT_FILE_WITHDRAWAL),
].map((applier) => [applier.kind, applier]));

/** Throws CHANGE_NOT_APPLICABLE (409) for a kind that this build cannot apply. */
export function applierOf(kind: ChangeKindName): RegisteredApplier {
  const applier = APPLIERS.get(kind);
  if (applier === undefined) throw new Problem('CHANGE_NOT_APPLICABLE', `Nothing here knows how to apply a change of the kind ${kind}.`, { status: 409 });
  return applier;
}

export const APPLIED_KINDS: readonly ChangeKindName[] = [...APPLIERS.keys()];
