import { z } from 'zod';
import { brokerIdIn, decimalIn, DecimalText, idIn, idOut, Instant, instantIn, text } from './common.ts';
import { flag } from './paging.ts';

const YEAR = String.raw`(?:19[7-9]\d|[2-9]\d{3})`;
export const monthIn = () => z.string().regex(new RegExp(`^${YEAR}-(?:0[1-9]|1[0-2])$`), 'must be a month such as 2026-11').meta({ description: 'A month in UTC.', examples: ['2026-11'] });
const LEAP_YEAR = '(?:19(?:[79][26]|8[048])|[2-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[3579][26])00)';
const DAY = new RegExp(String.raw`^(?:${YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|${LEAP_YEAR}-02-29)$`);
export const dayIn = (description: string) => z.string().regex(DAY, 'must be a day such as 2026-11-30').meta({ description, examples: ['2026-11-30'] });
const Day = z.string().meta({ examples: ['2026-11-30'] });
const Month = z.string().meta({ examples: ['2026-11'] });
const usd = (description: string) => DecimalText.meta({ description, examples: ['18.37'] });

export const NewFundingTerms = z.strictObject({
  effectiveFrom: instantIn(),
  exposureLimit: decimalIn(8, '25000.00').nullable().meta({ description: "USD of the broker's cashback that may be paid before the broker has paid us; null: any.", examples: ['25000.00'] }),
}).meta({ id: 'NewFundingTerms' });
export const FundingTerms = z.object({ brokerId: z.string(), version: z.int(), effectiveFrom: Instant, exposureLimit: DecimalText.nullable() }).meta({ id: 'FundingTerms' });

export const NewBrokerPayment = z.strictObject({
  receivedOn: dayIn('The day on which the money was booked; not in the future.'), amount: decimalIn(8, '1200.00').meta({ description: 'USD.', examples: ['1200.00'] }),
  reference: text(140).meta({ description: "The transfer's own reference: a broker's payment is recorded once by it.", examples: ['AVA-2026-10'] }),
  months: z.array(monthIn()).max(120).default([]).meta({ description: 'What it is for; then it is matched to these months only. Empty: to the oldest that is owed.' }),
  note: text(1_000).nullable().default(null),
}).meta({ id: 'NewBrokerPayment' });
const Match = z.object({ month: Month, amount: DecimalText });
export const BrokerPayment = z.object({
  id: idOut('bpm'), brokerId: z.string(), receivedOn: Day, amount: DecimalText, reference: z.string(), months: z.array(Month), note: z.string().nullable(), state: z.enum(['booked', 'reversed']),
  matched: DecimalText, unmatched: usd('What is matched to no month: paid too much, or ahead.'), matches: z.array(Match), recordedBy: z.string(), at: Instant,
  reversal: z.object({ reversedOn: Day, reason: z.string(), reversedBy: z.string(), at: Instant }).nullable(),
}).meta({ id: 'BrokerPayment' });
export const PaymentParams = z.object({ paymentId: idIn('bpm') });
export const PaymentQuery = {
  brokerId: brokerIdIn().optional(), state: z.enum(['booked', 'reversed']).optional(), open: flag('Whether part of it is unmatched.'),
  from: instantIn().optional().meta({ description: 'Only those received on or after the day of this instant in UTC.' }), to: instantIn().optional().meta({ description: 'Only those received before the day of this instant in UTC.' }),
};
export const NewMatches = z.strictObject({
  matches: z.array(z.strictObject({ month: monthIn(), amount: decimalIn(8, '500.00').meta({ description: 'USD, more than 0.', examples: ['500.00'] }) })).min(1).max(120).optional()
    .meta({ description: 'Left out: by the rule, to the oldest month that is owed first.' }),
}).meta({ id: 'NewMatches' });
export const NewUnmatch = z.strictObject({ month: monthIn(), amount: decimalIn(8, '500.00').nullable().default(null).meta({ description: 'USD; null: all that is matched to the month.', examples: ['500.00'] }), reason: text(1_000) }).meta({ id: 'NewUnmatch' });
export const NewReversal = z.strictObject({ reversedOn: dayIn('The day on which the money went back.'), reason: text(1_000) }).meta({ id: 'NewPaymentReversal' });

export const Receivable = z.object({
  brokerId: z.string(), reported: usd('Commission that the broker has reported, as it stands.'), funded: usd('What it has paid, without payments that bounced.'), owed: usd('The rest, as the ledger says; below zero: paid ahead.'),
  unmatched: usd('Of the payments, matched to no month.'),
}).meta({ id: 'Receivable' });
export const ReceivableEntry = z.object({
  journalId: z.string(), kind: z.enum(['commission_reported', 'broker_funded']), effectiveAt: Instant, recordedAt: Instant, reportId: idOut('rpt').nullable(), paymentId: idOut('bpm').nullable(),
  amount: usd('USD; positive: the broker owes more, negative: it paid, or a report was lowered.'),
}).meta({ id: 'ReceivableEntry' });

export const FundingMonth = z.object({
  brokerId: z.string(), month: Month, reported: usd("Commission of the month's report periods, as it stands."), received: usd('Payments that came in the month, less those that bounced in it.'), matched: usd('Of the commission, paid by matched payments.'),
  owed: usd('reported − matched; below zero after a re-issue: matched too much.'), paidOut: usd('Paid to users in the month, less what came back.'), reserved: usd('Payouts planned in the month that are under way.'),
  accrued: usd('Cashback posted in the month, less what was taken back.'),
}).meta({ id: 'FundingMonth' });

const group = { users: z.int(), amount: DecimalText };
export const Exposure = z.object({
  brokerId: z.string(), reported: DecimalText, funded: DecimalText, paidOut: DecimalText, reserved: DecimalText, exposure: usd('paidOut + reserved − funded, over all time; below zero: the broker has paid ahead.'),
  limit: DecimalText.nullable(), room: usd('limit − exposure; null: no limit.').nullable(), blocked: z.object(group).meta({ description: 'Users whose balance at this broker does not fit into the room.' }),
  leftOut: z.object({ runId: idOut('run'), ...group }).nullable().meta({ description: 'What the newest payout run left out.' }),
}).meta({ id: 'Exposure' });
