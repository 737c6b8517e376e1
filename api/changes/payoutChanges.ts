import { z } from 'zod';
import { type PayoutDecision, recordDecision } from '../../db/stores/payoutDecisions.ts';
import { getBatch } from '../../db/stores/payoutBatches.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import { ALL_RAILS, type RailSwitch, readSwitch, setSwitch } from '../../db/stores/railSwitch.ts';
import { latestAttempts } from '../../db/stores/unknownOutcomes.ts';
import { withdrawBatch } from '../../db/stores/withdrawBatch.ts';
import { notDecidable, undecidable } from '../../domain/payouts/decidable.ts';
import { Problem } from '../../domain/problem.ts';
import { hintPayout, payoutsGoOn } from '../workflowCalls.ts';
import { type PayoutFile, shownFile } from '../schemas/payoutFiles.ts';
import type { Applier } from './applier.ts';

/** `terms`: what the rail guarantees, by which the decision is checked again when it is agreed to. `by`: who asked. */
const Outcome = z.strictObject({
  attemptId: z.string(), outcome: z.enum(['executed', 'not_executed']), reference: z.string(), executedAt: z.string().nullable(), proof: z.string(), documentSha256: z.string().nullable(), by: z.string(),
  terms: z.strictObject({ honoursKeysForSeconds: z.union([z.literal('forever'), z.int()]), provesNonExecution: z.union([z.literal('never'), z.literal('after_expiry'), z.strictObject({ secondsAfterLastSend: z.int() })]), settlesWithinSeconds: z.int() }),
});

/** What became of a payout that nobody knows the outcome of, with proof; the subject is the payout. Its workflow then posts it, unless the rail has answered by itself. */
export const PAYOUT_OUTCOME = {
  kind: 'payout_outcome', payload: Outcome,
  async before(tx, _payload, { subject }) {
    const { attempt } = await readPayout(tx, subject.id, true);
    return attempt === null ? null : { attemptId: attempt.id };
  },
  async apply(tx, { attemptId, outcome, reference, executedAt, proof, documentSha256, by, terms }, { subject, at }): Promise<PayoutDecision> {
    const { payout } = await readPayout(tx, subject.id, true);
    const attempt = (await latestAttempts(tx, [payout.id])).get(payout.id) ?? null;
    if (attempt !== null && attempt.id !== attemptId) throw new Problem('CHANGE_OUTDATED', 'The payout has another attempt by now; look at it as it is now and ask again.', { status: 409 });
    const refusal = notDecidable(payout.state, attempt, terms, outcome, at);
    if (refusal !== null) throw undecidable(refusal, payout.state);
    return recordDecision(tx, { payoutId: payout.id, attemptId, outcome, reference, executedAt, proof, proofSha256: documentSha256, by, decidedAt: at });
  },
  async afterCommit({ pool, client }, decision, { subject }) {
    await hintPayout(client, (await readPayout(pool, subject.id)).payout, `decision: ${decision.id}`);
  },
} satisfies Applier<z.output<typeof Outcome>, PayoutDecision>;

const Resume = z.strictObject({ reason: z.string(), by: z.string() });
/** `all` in paths, `*` in the table. */
export const scopeOf = (rail: string): string => (rail === 'all' ? ALL_RAILS : rail);
export const shownSwitch = (one: RailSwitch): RailSwitch => ({ ...one, rail: one.rail === ALL_RAILS ? 'all' : one.rail });

/** Lets payouts by a rail, or by all, go on; the subject is the rail or `all`. Stopped again since it was asked for, it is outdated. */
export const PAYOUTS_RESUME = {
  kind: 'payouts_resume', payload: Resume,
  before: async (tx, _payload, { subject }) => readSwitch(tx, scopeOf(subject.id)),
  async apply(tx, { reason, by }, { subject, at }): Promise<RailSwitch> {
    const set = { rail: scopeOf(subject.id), stopped: false, reason, by, at };
    const { before } = await setSwitch(tx, set);
    if (before?.stopped !== true) throw new Problem('RAIL_NOT_STOPPED', `Payouts by ${subject.id === 'all' ? 'all rails together' : subject.id} are not stopped.`, { status: 409 });
    return shownSwitch(set);
  },
  afterCommit: ({ client }, _result, { subject }) => payoutsGoOn(client, subject.id === 'all' ? null : subject.id),
} satisfies Applier<z.output<typeof Resume>, RailSwitch>;

const Withdrawal = z.strictObject({ reason: z.string(), by: z.string() });

/** Withdraws a payment file that was never handed over; the subject is the file. Handed over since it was asked for, it is refused. */
export const PAYOUT_FILE_WITHDRAWAL = {
  kind: 'payout_file_withdrawal', payload: Withdrawal,
  async before(tx, _payload, { subject }) {
    const { rail, items: members, controlSum, currency, assembledAt } = await getBatch(tx, subject.id);
    return { rail, members, controlSum, currency, assembledAt };
  },
  apply: async (tx, { reason, by }, { subject, at }) => shownFile((await withdrawBatch(tx, subject.id, { by, reason, at })).batch),
  // Their workflows show that they are prepared again; the next file takes them with or without it.
  afterCommit: ({ client }, { rail }) => payoutsGoOn(client, rail),
} satisfies Applier<z.output<typeof Withdrawal>, z.output<typeof PayoutFile>>;
