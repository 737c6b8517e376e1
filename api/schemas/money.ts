import { z } from 'zod';
import { flag, timeQuery } from './paging.ts';
import { brokerIdIn, DecimalText, idIn, idOut, Instant, text } from './common.ts';

const accrualState = z.enum(['pending', 'available', 'held', 'reversed']);
export const Accrual = z.object({
  id: idOut('acr'), reportId: idOut('rpt'), brokerId: z.string(), periodId: idOut('per'), userId: idOut('usr'), tradingAccountId: idOut('tac'), accountLinkId: idOut('lnk'),
  amount: DecimalText.meta({ description: 'USD as posted.' }), takenBack: DecimalText, heldAmount: DecimalText, state: accrualState, onHold: z.boolean(),
  postedAt: Instant, clearsAt: Instant, clearedAt: Instant.nullable(),
});
export const AccrualQuery = {
  userId: idIn('usr').optional(), brokerId: brokerIdIn().optional(), reportId: idIn('rpt').optional(), state: accrualState.optional(), onHold: flag('Whether a hold stops it.'),
  periodId: idIn('per').optional(), accountLinkId: idIn('lnk').optional(), tradingAccountId: idIn('tac').optional(), ...timeQuery('posted'),
};

export const Hold = z.object({
  id: idOut('hld'), accrualId: idOut('acr'), reason: z.string(), note: z.string(), placedBy: z.string(), placedAt: Instant, releasedBy: z.string().nullable(), releasedAt: Instant.nullable(),
}).meta({ id: 'Hold' });
export const NewHold = z.strictObject({
  reason: z.string().regex(/^[A-Z][A-Z0-9_]{1,59}$/, 'must be an UPPER_SNAKE code').meta({ examples: ['FRAUD_CHECK'] }),
  note: text(2_000).meta({ description: 'For the operator who reads it later.' }),
}).meta({ id: 'NewHold' });
export const Release = z.strictObject({ holdId: idIn('hld') });

const amount = DecimalText;
export const Explanation = z.object({
  accrualId: idOut('acr'), amount, takenBack: amount,
  entries: z.array(z.object({
    reportId: idOut('rpt'), fileName: z.string(), fileSha256: z.string(), lineNumber: z.int(), rowNumber: z.int(), raw: z.string(), kind: z.string().nullable(), ticket: z.string().nullable(),
    lots: amount.nullable(), lotFactor: amount.nullable(), class: z.string().nullable(), rateId: z.string().nullable(), rateVersion: z.int().nullable(), perLot: amount.nullable(),
    tier: z.string().nullable(), multiplier: amount.nullable(), methodologyVersion: z.int().nullable(), outcome: z.string(), reason: z.string().nullable(),
    lineAmount: amount.meta({ description: 'USD that the line earns in all.' }), earnedBefore: amount.meta({ description: 'Given before for the same ticket.' }),
    amount: amount.meta({ description: 'USD that this entry moved on the accrual.' }), journalKey: z.string(),
    recomputed: amount.nullable().optional().meta({ description: 'lots × lot factor × rate × multiplier, worked out anew.' }),
  })),
  recomputedSum: amount, agrees: z.boolean().meta({ description: 'Whether lines and sum recompute to what was posted.' }),
}).meta({ id: 'Explanation' });

const money = { pending: amount, available: amount, held: amount, reserved: amount, paid: amount };
export const Balances = z.object({
  userId: idOut('usr'), total: z.object(money).meta({ description: 'USD over all brokers and programmes.' }),
  parts: z.array(z.object({ brokerId: z.string(), programme: z.enum(['cashback', 'partner']), currency: z.string(), ...money })),
}).meta({ id: 'Balances' });
