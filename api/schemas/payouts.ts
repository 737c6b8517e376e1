import { z } from 'zod';
import { CHANGE_STATES } from '../../domain/changes/states.ts';
import { RUN_LIMITS } from '../../domain/payouts/runLimits.ts';
import { MEMBER_DECISIONS, RUN_STATES } from '../../domain/payouts/runStates.ts';
import { ATTEMPT_STATES, PAYOUT_STATES } from '../../domain/payouts/states.ts';
import { OWNERSHIP_STATES } from '../../domain/ownership/states.ts';
import { EVIDENCE_KINDS } from '../../domain/ownership/evidenceKinds.ts';
import { flag, timeQuery } from './paging.ts';
import { Reason } from './verification.ts';
import { DecimalText, idIn, idOut, Instant, text } from './common.ts';

export const NewRun = z.strictObject({
  week: z.string().regex(/^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$/, 'must be an ISO week such as 2026-W47').optional().meta({ description: 'Default: the week of now (UTC). A later week is refused.', examples: ['2026-W47'] }),
}).meta({ id: 'NewPayoutRun' });
export const Run = z.object({
  id: idOut('run'), key: z.string().meta({ examples: ['2026-W47'] }), workflowId: z.string(), scheduledAt: Instant, state: z.enum(RUN_STATES),
  total: DecimalText.nullable().meta({ description: 'USD, frozen; null while open.' }), frozenAt: Instant.nullable(), startedBy: z.string().nullable(), approvedBy: z.string().nullable(),
  refusedBy: z.string().nullable(), refusalReason: z.string().nullable(),
}).meta({ id: 'PayoutRun' });
export const RunRefusal = z.strictObject({ reason: text(1_000) }).meta({ id: 'PayoutRunRefusal' });
const PassedLimit = z.object({
  limit: z.enum(RUN_LIMITS), amount: DecimalText.meta({ description: 'USD.' }), overAmount: DecimalText.meta({ description: 'The limit, USD.' }), over: DecimalText.meta({ description: 'How far over it, USD.' }),
  reason: z.string().meta({ examples: ['The run, 60000 USD, is 10000 USD over the limit of 50000 USD for a run.'] }),
});
export const RunWithMembers = z.object({
  ...Run.shape, members: z.int(), byDecision: z.record(z.string(), z.int()),
  approval: z.object({ changeId: idOut('chg'), state: z.enum(CHANGE_STATES), limits: z.array(PassedLimit) }).nullable().meta({ description: 'Why a second operator is asked, and how that stands; null: nobody is.' }),
}).meta({ id: 'PayoutRunWithMembers' });
export const Member = z.object({
  userId: idOut('usr'), available: DecimalText, decision: z.enum(MEMBER_DECISIONS),
  withheld: z.array(z.object({ brokerId: z.string(), amount: DecimalText })).meta({ description: 'USD that waits until the broker has paid us; `broker_funding`: so much that the rest is below the minimum.' }),
  reason: Reason.nullable().meta({ description: 'Why he is not paid, and what can be done; null: he is.' }),
});

const state = z.enum(PAYOUT_STATES);
export const Payout = z.object({
  id: idOut('pay'), runId: idOut('run'), userId: idOut('usr'), rail: z.string(), destination: z.record(z.string(), z.string()), amount: DecimalText, currency: z.string(), state,
  status: z.string().meta({ description: 'The state in words.', examples: ['Your payout was sent, and is under way to you.'] }),
  payAmount: DecimalText.meta({ description: "What arrives, in `payCurrency`." }), payCurrency: z.string(),
  railReference: z.string().nullable(),
  reference: z.object({ name: z.string().meta({ examples: ['transaction hash'] }), value: z.string(), explorer: z.string().nullable().meta({ description: 'Where anybody can look at it.' }) }).nullable().meta({ description: 'What the rail calls the payment.' }),
  expectedArrival: Instant.nullable().meta({ description: 'Usually by then; null: not sent yet, or settled.' }),
  quote: z.object({
    amount: DecimalText.meta({ description: 'USD that it takes.' }), rate: DecimalText.meta({ description: 'Units of `payCurrency` for 1 USD.' }), rateSource: z.string(), quotedAt: Instant, validUntil: Instant.nullable(),
    fee: DecimalText.meta({ description: 'In `payCurrency`.' }), feeBearer: z.enum(['company', 'payee']),
  }).nullable(),
  settled: z.object({ usd: DecimalText, rate: DecimalText, difference: DecimalText.meta({ description: 'USD that the rail took more (above zero) or less than quoted; it is ours, not the payee\'s.' }) }).nullable(),
  network: z.string().nullable(), networkFee: z.string().nullable().meta({ description: 'In the coin of the network.', examples: ['0.00031 ETH'] }), executedAt: Instant.nullable(),
  returned: z.object({
    inFull: z.boolean(), amount: DecimalText.meta({ description: 'What came back so far, in `payCurrency`.' }), usd: DecimalText.meta({ description: 'USD that are back on the balance.' }),
    parts: z.array(z.object({ amount: DecimalText, usd: DecimalText, at: Instant, reason: z.string() })).meta({ description: 'Each part that came back, in the order in which they were posted.' }),
  }).nullable().meta({ description: 'What came back of it; null: nothing.' }),
  detail: z.string().nullable(), plannedAt: Instant, settledAt: Instant.nullable(),
});
export const Attempt = z.object({
  id: idOut('att'), no: z.int(), state: z.enum(ATTEMPT_STATES), railReference: z.string().nullable(), detail: z.string().nullable(), sends: z.int(), looks: z.int(),
  preparedAt: Instant, firstSentAt: Instant.nullable(), lastSentAt: Instant.nullable(), closedAt: Instant.nullable(),
}).meta({ id: 'PayoutAttempt' });
export const Source = z.object({ brokerId: z.string(), programme: z.string(), amount: DecimalText });
export const PayoutWithAttempts = z.object({
  ...Payout.shape, attempts: z.array(Attempt), sources: z.array(Source),
});
export const PayoutQuery = { runId: idIn('run').optional(), userId: idIn('usr').optional(), state: state.optional(), rail: text(60).optional(), open: flag('Whose outcome is still to come, or only settled ones.'), ...timeQuery('planned') };

const ownershipState = z.enum(OWNERSHIP_STATES);
export const Ownership = z.object({
  id: idOut('own'), userId: idOut('usr'), accountLinkId: idOut('lnk'), state: ownershipState, requestedAt: Instant, expiresAt: Instant, remindersSent: z.int(),
  decidedAt: Instant.nullable(), decidedBy: z.string().nullable(), decisionReason: z.string().nullable(),
}).meta({ id: 'Ownership' });
export const Evidence = z.object({ id: idOut('evd'), kind: z.string(), content: z.record(z.string(), z.string()), givenAt: Instant }).meta({ id: 'OwnershipEvidence' });
export const OwnershipWithEvidence = z.object({ ...Ownership.shape, evidence: z.array(Evidence) }).meta({ id: 'OwnershipWithEvidence' });
export const NewOwnership = z.strictObject({ accountLinkId: idIn('lnk') });
export const NewEvidence = z.strictObject({
  kind: z.enum(Object.keys(EVIDENCE_KINDS) as (keyof typeof EVIDENCE_KINDS)[]),
  content: z.record(text(60), z.string().min(1).max(500)).meta({ description: "The kind's own fields.", examples: [{ login: '7001001', code: 'CB-4F2K', sha256: '0'.repeat(64) }] }),
}).meta({ id: 'NewEvidence' });
export const GivenEvidence = z.object({ evidenceId: idOut('evd'), ownership: Ownership });
export const NewDecision = z.strictObject({ decision: z.enum(['confirmed', 'rejected']), reason: text(1_000) }).meta({ id: 'NewOwnershipDecision' });
export const OwnershipQuery = { userId: idIn('usr').optional(), accountLinkId: idIn('lnk').optional(), state: ownershipState.optional(), open: flag('Not decided yet, or only decided ones.'), ...timeQuery('asked for') };
export const RunQuery = { state: z.enum(RUN_STATES).optional(), ...timeQuery('scheduled') };
export const MemberQuery = { userId: idIn('usr').optional(), decision: z.enum(MEMBER_DECISIONS).optional() };
