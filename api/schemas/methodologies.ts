import { z } from 'zod';
import { decimalIn, DecimalText, idOut, Instant, instantIn, text } from './common.ts';

const DAYS = String.raw`(?:\d{1,4}W(?:\d{1,5}D)?|\d{1,5}D)`;
const HOURS = String.raw`T(?:\d{1,6}H(?:\d{1,8}M)?(?:\d{1,9}S)?|\d{1,8}M(?:\d{1,9}S)?|\d{1,9}S)`;
/** As domain/pendingPeriod.ts reads it. */
const DURATION = new RegExp(`^P(?:${DAYS}(?:${HOURS})?|${HOURS})$`);

const bound = () => decimalIn(8, '20');

export const NewMethodology = z.strictObject({
  effectiveFrom: instantIn(),
  pendingPeriod: z.string().max(40).regex(DURATION, 'must be a duration of weeks, days, hours, minutes and seconds, such as P7D').meta({ description: 'ISO 8601 duration; a day is 24 h.', examples: ['P7D'] }),
  payoutMinimum: decimalIn(8, '10.00').meta({ description: 'USD.' }),
  tierWindowDays: z.int().min(1).max(3660).meta({ examples: [30] }),
  tiers: z.array(z.strictObject({ name: text(60), fromLots: bound(), toLots: bound().nullable().optional(), multiplier: decimalIn(8, '1.10') })).min(1).max(50)
    .meta({ description: 'Contiguous from 0.', examples: [[{ name: 'standard', fromLots: '0', multiplier: '1' }, { name: 'gold', fromLots: '20', multiplier: '1.10' }]] }),
  changelog: z.string().min(1).max(20_000).meta({ examples: ['First version'] }),
}).meta({ id: 'NewMethodology' });

export const Methodology = z.object({
  id: idOut('mth'), version: z.int(), effectiveFrom: Instant, pendingPeriod: z.string(), payoutMinimum: DecimalText, tierWindowDays: z.int(),
  tiers: z.array(z.object({ name: z.string(), fromLots: DecimalText, toLots: DecimalText.nullable().optional(), multiplier: DecimalText })), changelog: z.string(),
}).meta({ id: 'Methodology' });
