import { z } from 'zod';
import { BATCH_STATES, type PayoutBatch } from '../../db/stores/payoutBatches.ts';
import { notWithdrawable } from '../../db/stores/withdrawBatch.ts';
import { DecimalText, idIn, idOut, Instant, text } from './common.ts';
import { railName } from './rails.ts';

const state = z.enum(BATCH_STATES);

export const PayoutFile = z.object({
  id: idOut('bat'), rail: z.string(), currency: z.string(), day: z.string().meta({ description: 'On which the rail shall execute it.', examples: ['2026-11-30'] }),
  members: z.int().meta({ description: 'Payouts in it.' }), controlSum: DecimalText.meta({ description: 'Sum of its payments, in its currency.' }),
  state: state.meta({ description: '`assembled`: committed, and not settled whether it was handed over; `withdrawn`: it never was, and never will be.' }),
  detail: z.string().nullable().meta({ description: 'Why it waits, what the rail said of it, or why it was withdrawn.' }), railReference: z.string().nullable(),
  sends: z.int().meta({ description: 'How often handing it over was begun; 0: the rail certainly has not seen it.' }), assembledAt: Instant, sentAt: Instant.nullable(), withdrawnAt: Instant.nullable(), withdrawnBy: z.string().nullable(),
  mayWithdraw: z.boolean().meta({ description: 'Whether it can be withdrawn: it was provably never handed over.' }),
}).meta({ id: 'PayoutFile', description: 'Payouts that leave together in one file.' });
export const PayoutFileWithPayouts = z.object({ ...PayoutFile.shape, payoutIds: z.array(idOut('pay')).meta({ description: 'In the order of the file.' }) }).meta({ id: 'PayoutFileWithPayouts' });
export const PayoutFileParams = z.object({ fileId: idIn('bat') });
export const PayoutFileQuery = { rail: railName().optional(), state: state.optional() };
export const PayoutFileReason = z.strictObject({ reason: text(1_000) }).meta({ id: 'PayoutFileReason' });

/** What operators see of a file: nothing of its bytes. */
export const shownFile = (batch: PayoutBatch): z.output<typeof PayoutFile> => {
  const { id, rail, currency, day, items: members, controlSum, state: at, detail, railReference, sends, assembledAt, sentAt, withdrawnAt, withdrawnBy } = batch;
  return { id, rail, currency, day, members, controlSum, state: at, detail, railReference, sends, assembledAt, sentAt, withdrawnAt, withdrawnBy, mayWithdraw: notWithdrawable(batch) === null };
};
