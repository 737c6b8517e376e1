import { Decimal } from '../decimal.ts';
import { checkDecimal } from '../decimalText.ts';
import { Problem } from '../problem.ts';
import { type ChangeKindName, changeKind } from './kinds.ts';

export const DECIDING_ROLES = ['support', 'finance', 'compliance', 'admin'] as const;
export type DecidingRole = (typeof DECIDING_ROLES)[number];

/** When a kind of change needs a second operator, and who that may be. */
export interface ApprovalPolicy {
  kind: ChangeKindName;
  needsSecondOperator: boolean;
  /** USD: only above it; null: always. */
  overAmount: string | null;
  expiryHours: number;
  deciders: DecidingRole[];
}

/** Whether somebody else must agree. An amount exactly at the limit needs nobody. */
export function needsSecond(policy: ApprovalPolicy, amount: string | null = null): boolean {
  if (!policy.needsSecondOperator) return false;
  return policy.overAmount === null || amount === null || new Decimal(amount).gt(policy.overAmount);
}

/** Throws POLICY_INVALID | DECIMAL_INVALID. */
export function checkPolicy(policy: ApprovalPolicy): void {
  const limited = changeKind(policy.kind).limited === true;
  if (policy.overAmount !== null && !limited) throw invalid('overAmount', `Changes of the kind ${policy.kind} have no amount, so they cannot have a limit.`);
  if (policy.overAmount === null && limited) throw invalid('overAmount', `The kind ${policy.kind} is judged by a limit in USD; give one, or switch it off by needsSecondOperator.`);
  if (policy.overAmount !== null) checkDecimal(policy.overAmount, 'overAmount');
  if (policy.kind === 'approval_policy' && !policy.needsSecondOperator) throw invalid('needsSecondOperator', 'What needs a second operator is never changed by one alone; an installation of one operator sets TWO_PEOPLE=off.');
}

const invalid = (field: string, sentence: string): Problem => new Problem('POLICY_INVALID', sentence, { at: { field } });
