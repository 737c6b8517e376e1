import { z } from 'zod';
import { DecimalText, idIn, idOut, Instant, instantIn } from './common.ts';
import { pageQuery } from './paging.ts';

const periodQuery = {
  from: instantIn().optional().meta({ description: 'Entries count from here on; not given: since the beginning.', examples: ['2026-10-01T00:00:00Z'] }),
  to: instantIn().optional().meta({ description: 'The first instant that is not covered; not given: all there is.', examples: ['2026-11-01T00:00:00Z'] }),
};
const knownQuery = {
  asKnownOn: instantIn().optional().meta({ description: 'As the ledger knew it at this instant: what was recorded later is left out. Not given: now.', examples: ['2026-11-01T06:00:00Z'] }),
};
export const StatementFileQuery = z.object({ ...periodQuery, ...knownQuery });
export const StatementQuery = z.object({
  ...periodQuery, ...knownQuery,
  order: z.enum(['oldest', 'newest']).default('oldest').meta({ description: 'Which entries come first.' }),
  ...pageQuery,
});
export const EarningsQuery = z.object(knownQuery);
export const EarningsParams = z.object({ userId: idIn('usr'), year: z.string().regex(/^2\d{3}$/, 'must be a year from 2000 to 2999').meta({ examples: ['2026'] }) });

const amount = DecimalText;
const money = z.object({ pending: amount, available: amount, held: amount, reserved: amount, paid: amount });
const figures = z.object({
  earned: amount.meta({ description: 'Posted by reports.' }), takenBack: amount.meta({ description: 'By corrections, clawbacks and negative adjustments; positive.' }),
  net: amount.meta({ description: 'Earned less taken back.' }), paidOut: amount, returned: amount.meta({ description: 'Payouts that came back after they had been paid.' }),
  fees: amount.meta({ description: 'Fees of payouts that the user bore; positive.' }),
}).meta({ id: 'EarningsFigures', description: 'What happened in a time. With what the user has (pending, available, held, reserved): before + net − paidOut + returned − fees = after.' });
const part = { brokerId: z.string().meta({ examples: ['alpha'] }), brokerName: z.string(), programme: z.enum(['cashback', 'partner']), currency: z.string().meta({ examples: ['USD'] }) };
const sums = { opening: money, change: money.meta({ description: 'The sum of the entries.' }), closing: money, figures };

export const StatementEntry = z.object({
  journalId: z.string(), kind: z.string().meta({ examples: ['accrual_posted'] }), what: z.string().meta({ description: 'The kind in words.', examples: ['Earned'] }),
  effectiveAt: Instant.meta({ description: 'When it counts.' }), recordedAt: Instant.meta({ description: 'When the ledger learnt of it.' }),
  cause: z.object({
    type: z.string().meta({ description: '`accrual`, `report`, `hold` or `payout`.', examples: ['accrual'] }), id: z.string().meta({ examples: ['acr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e'] }),
    accrualIds: z.array(idOut('acr')).meta({ description: 'Accruals whose money it moved; their explanations have the lines.' }),
    report: z.object({ id: idOut('rpt'), fileName: z.string(), from: Instant, to: Instant }).nullable().meta({ description: "The broker's report behind it and the period it reports." }),
    account: z.object({ id: idOut('tac'), server: z.string(), login: z.string() }).nullable(), holdReason: z.string().nullable(),
    lines: z.int().nullable().meta({ description: 'How many report lines it came from.' }), tickets: z.array(z.string()).meta({ description: 'The first ten tickets among them.' }),
  }),
  movements: z.array(z.object({ state: z.enum(['pending', 'available', 'held', 'reserved', 'paid']), brokerId: z.string(), programme: z.enum(['cashback', 'partner']), currency: z.string(), amount })),
}).meta({ id: 'StatementEntry' });
export const Statement = z.object({
  userId: idOut('usr'), from: Instant.nullable(), to: Instant.nullable(), asKnownOn: Instant, madeAt: Instant,
  parts: z.array(z.object({ ...part, ...sums })), totals: z.array(z.object({ currency: z.string(), ...sums })).meta({ description: 'Over all brokers and programmes.' }),
  items: z.array(StatementEntry), nextCursor: z.string().nullable(),
}).meta({ id: 'Statement' });

export const YearOfEarnings = z.object({
  userId: idOut('usr'), year: z.string().meta({ examples: ['2026'] }), from: Instant, to: Instant, asKnownOn: Instant, madeAt: Instant,
  months: z.array(z.object({ month: z.string().meta({ description: 'In UTC.', examples: ['2026-11'] }), ...part, figures })).meta({ description: 'Months in which something happened.' }),
  parts: z.array(z.object({ ...part, opening: amount.meta({ description: 'What the user had when the year began.' }), closing: amount, figures })),
  totals: z.array(z.object({ currency: z.string(), figures })),
}).meta({ id: 'YearOfEarnings' });
