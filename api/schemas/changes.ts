import { z } from 'zod';
import { CHANGE_KIND_NAMES, type ChangeKindName } from '../../domain/changes/kinds.ts';
import { DECIDING_ROLES } from '../../domain/changes/policy.ts';
import { CHANGE_STATES } from '../../domain/changes/states.ts';
import { decimalIn, DecimalText, idIn, idOut, Instant, text } from './common.ts';

const kind = z.enum(CHANGE_KIND_NAMES as [ChangeKindName, ...ChangeKindName[]]);
const state = z.enum(CHANGE_STATES);
const facts = z.record(z.string(), z.unknown());

export const Change = z.object({
  id: idOut('chg'), kind, subject: z.object({ type: z.string(), id: z.string() }).meta({ description: 'What would be changed.' }), state,
  payload: facts.meta({ description: 'What is to be, as it was sent.' }), before: facts.nullable().meta({ description: 'What was there when it was asked for; null: nothing.' }),
  amount: DecimalText.nullable().meta({ description: 'USD, of kinds with a limit.' }),
  requestedBy: z.string().meta({ description: 'The person, or the key of a program.' }), requestedAt: Instant, expiresAt: Instant,
  decidedBy: z.string().nullable(), decidedAt: Instant.nullable(), decisionReason: z.string().nullable(),
  result: facts.nullable().meta({ description: 'What applying it led to.' }),
}).meta({ id: 'Change' });
export const ChangeToReview = z.object({
  ...Change.shape,
  difference: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })).meta({ description: 'Each value that it sets, beside the one that was there.' }),
  deciders: z.array(z.enum(DECIDING_ROLES)).meta({ description: 'Roles of those who may decide.' }),
  mayDecide: z.boolean().meta({ description: 'Whether you may.' }),
}).meta({ id: 'ChangeToReview' });
export const ChangeQuery = { kind: kind.optional(), state: state.optional(), subjectType: text(60).optional(), subjectId: text(100).optional(), principalId: text(100).optional().meta({ description: 'Who asked for it.' }) };
export const ChangeParams = z.object({ changeId: idIn('chg') });
export const ChangeReason = z.strictObject({ reason: text(1_000) }).meta({ id: 'ChangeReason' });

const settings = {
  needsSecondOperator: z.boolean(),
  overAmount: decimalIn(8, '50000').nullable().meta({ description: 'USD: only above it; null: always.' }),
  expiryHours: z.int().min(1).max(8760).meta({ description: 'An undecided change ends after them.' }),
  deciders: z.array(z.enum(DECIDING_ROLES)).min(1).max(DECIDING_ROLES.length),
};
export const NewApprovalPolicy = z.strictObject(settings).meta({ id: 'NewApprovalPolicy' });
export const ApprovalPolicy = z.object({ kind, ...settings, overAmount: DecimalText.nullable() }).meta({ id: 'ApprovalPolicy' });
export const PolicyParams = z.object({ kind: z.string().max(60).regex(/^[a-z0-9_]+$/, 'is not a kind').meta({ examples: ['rate'] }) });
