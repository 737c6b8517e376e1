import { z } from 'zod';
import { DIFFERENCE_CODES } from '../../domain/payouts/reconcile/items.ts';
import { PAYOUT_STATES } from '../../domain/payouts/states.ts';
import { DecimalText, idIn, idOut, Instant, instantIn, text } from './common.ts';
import { dayIn } from './funding.ts';
import { flag } from './paging.ts';
import { Attempt } from './payouts.ts';

export const railName = () => z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'is not the name of a rail').meta({ examples: ['sandbox'] });
const seconds = z.union([z.int(), z.literal('forever')]);
const day = z.string().meta({ description: 'A day in UTC.', examples: ['2026-11-30'] });

export const RailParams = z.object({ rail: railName().meta({ description: 'A rail, or `all`.', examples: ['all'] }) });
export const SwitchReason = z.strictObject({ reason: text(1_000) }).meta({ id: 'RailSwitchReason' });
export const RailSwitch = z.object({
  rail: z.string().meta({ description: 'Or `all`.' }), stopped: z.boolean(), reason: z.string(), by: z.string(), at: Instant,
}).meta({ id: 'RailSwitch' });
export const RailStopped = RailSwitch.extend({
  mayStillArrive: z.object({
    payments: z.int().meta({ description: 'Payments on their way when it was stopped: each is over within 90 seconds, and then looked up.' }),
    files: z.int().meta({ description: 'Files whose hand-over had begun, or is in doubt.' }),
  }).meta({ description: 'What had looked at the switch for the last time before this, or had left without an answer yet.' }),
}).meta({ id: 'RailStopped' });

const Guarantees = z.object({
  honoursKeysForSeconds: seconds.meta({ description: 'For how long the same key executes at most once.' }),
  provesNonExecution: z.union([z.literal('never'), z.literal('after_expiry'), z.object({ secondsAfterLastSend: z.int() })]).meta({ description: 'When "not found" proves that it was not executed and never will be.' }),
  finalOn: z.enum(['executed', 'accepted']), settlesWithinSeconds: z.int(), canReturn: z.boolean(), minimum: DecimalText, maximum: DecimalText.nullable(), fee: DecimalText, feeBearer: z.enum(['company', 'payee']),
  precision: z.int(), currencyPrecision: z.record(z.string(), z.int()).optional(), currencies: z.array(z.string()), mode: z.enum(['single', 'batch']), replacesAfterSeconds: z.int().optional(),
  arrivesWithinSeconds: z.int().optional(), callsPerSecond: z.number().optional(), network: z.string().optional(), peg: z.object({ currency: z.string(), rule: z.string() }).optional(),
}).meta({ id: 'RailGuarantees', description: 'What the rail declares; payouts decide from it alone.' });
export const Reconciliation = z.object({
  id: idOut('rec'), rail: z.string(), day, startedAt: Instant, finishedAt: Instant.nullable(), unreachableAt: Instant.nullable().meta({ description: 'Its record could not be read then, and has not been since.' }),
  movements: z.int().nullable().meta({ description: "Lines of the rail's own record." }), railTotal: DecimalText.nullable().meta({ description: 'USD, executed less returned, by the record.' }),
  ledgerTotal: DecimalText.nullable().meta({ description: "USD on the rail's clearing account by our journals." }), differences: z.int().nullable(),
}).meta({ id: 'Reconciliation' });
/** `items` is what lists are called, so a reconciliation's are its movements. */
export const shownReconciliation = <T extends { items: number | null }>({ items, ...row }: T): Omit<T, 'items'> & { movements: number | null } => ({ ...row, movements: items });
export const RailState = z.object({
  rail: z.string(), guarantees: Guarantees.nullable().meta({ description: 'Null: it is no longer configured.' }), stopped: z.boolean(), switches: z.array(RailSwitch).meta({ description: 'The latest word about this rail, and about all.' }),
  conditions: z.array(z.object({ code: z.string(), detail: z.string(), since: Instant, seenAt: Instant })).meta({ description: 'What stands in its way or soon will.' }),
  openPayouts: z.partialRecord(z.enum(PAYOUT_STATES), z.object({ count: z.int(), amount: DecimalText })), unknown: z.int(), oldestUnknownHours: z.int().nullable(), unknownSince: Instant.nullable(),
  reconciliation: Reconciliation.nullable().meta({ description: 'The newest.' }), openCases: z.int(),
}).meta({ id: 'RailState' });
export const ReconciliationQuery = { rail: railName().optional(), day: dayIn('A day in UTC.').optional() };

const MAY = ['confirm', 'not_executed', 'close', 'wait'] as const;
const code = z.enum(DIFFERENCE_CODES);
export const ReconciliationCase = z.object({
  id: idOut('cas'), rail: z.string(), code, subject: z.string().meta({ description: "The payout, the record's line, or the rail." }), payoutId: idOut('pay').nullable(), detail: z.string(), facts: z.record(z.string(), z.string()),
  openedAt: Instant, seenAt: Instant, ageHours: z.int(), closedAt: Instant.nullable(), closedBy: z.string().nullable(), closeReason: z.string().nullable(),
  payout: z.object({ state: z.enum(PAYOUT_STATES), amount: DecimalText.meta({ description: 'USD.' }), payAmount: DecimalText, payCurrency: z.string(), userId: idOut('usr'), detail: z.string().nullable(), railReference: z.string().nullable() }).nullable(),
  attempts: z.array(Attempt).meta({ description: 'What is known: how often each was sent and looked up, and the last answer.' }),
  may: z.array(z.enum(MAY)).meta({ description: '`confirm` and `not_executed`: POST /v1/payouts/{payoutId}/decision, with proof; `close`: with a reason; `wait`: it is looked at again by itself.' }),
  mayLater: z.array(z.object({ what: z.enum(MAY), from: Instant, why: z.string() })).meta({ description: 'What an operator may do from then on.' }),
}).meta({ id: 'ReconciliationCase' });
export const CaseParams = z.object({ caseId: idIn('cas') });
export const CaseReason = z.strictObject({ reason: text(1_000) }).meta({ id: 'ReconciliationCaseReason' });
export const CaseQuery = { rail: railName().optional(), code: code.optional(), payoutId: idIn('pay').optional(), open: flag('Only open cases, or only closed ones.') };

const decided = {
  outcome: z.enum(['executed', 'not_executed']).meta({ examples: ['not_executed'] }), reference: text(140).meta({ description: "The rail's name for the payment; of one that was not executed, of what proves it.", examples: ['0x5f1c…'] }),
  proof: text(2_000).meta({ description: 'What proves it and who said so; nothing personal.', examples: ['Statement 214 of 23 November has no debit with this reference; the bank confirmed it by telephone.'] }),
};
export const NewPayoutDecision = z.strictObject({
  ...decided, executedAt: instantIn().nullable().default(null).meta({ description: 'When the rail executed it; needed for `executed`, and only for that.', examples: [null] }),
  documentSha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex').nullable().default(null).meta({ description: 'Of the document that proves it.', examples: ['0'.repeat(64)] }),
}).meta({ id: 'NewPayoutDecision' });
export const PayoutDecision = z.object({
  id: idOut('dec'), payoutId: idOut('pay'), attemptId: idOut('att'), ...decided, executedAt: Instant.nullable(), proofSha256: z.string().nullable(), changeId: idOut('chg').nullable(), by: z.string(), approvedBy: z.string().nullable(), decidedAt: Instant,
}).meta({ id: 'PayoutDecision' });
