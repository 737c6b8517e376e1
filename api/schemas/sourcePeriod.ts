import { z } from 'zod';
import { compileDateFormat } from '../../domain/reports/dateFormat.ts';
import { type PeriodPattern, periodPatternFault } from '../../domain/reports/itemPeriod.ts';
import { TimeZone } from '../../domain/reports/timeZone.ts';
import { Problem } from '../../domain/problem.ts';

/** What a check that throws says; null: nothing. */
export function said(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message;
  }
}

export const zoneIn = () => z.string().min(1).max(80).superRefine((zone, context) => {
  const message = said(() => new TimeZone(zone));
  if (message !== null) context.addIssue({ code: 'custom', message });
}).meta({ description: 'IANA name or an offset as `+02:00`.', examples: ['Europe/Athens'] });

/** How a file's name or a mail's subject says which period it is about. */
export const sourcePeriod = z.strictObject({
  pattern: z.string().min(1).max(200).meta({ description: 'Regular expression with the named groups `year`, `month` and `day` (without `day`: a month), or `date`, which `dateFormat` reads.', examples: ['_(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})\\.csv$'] }),
  dateFormat: z.string().min(1).max(80).optional(),
  zone: zoneIn(),
}).superRefine(({ pattern, dateFormat }, context) => {
  const faults = { pattern: periodPatternFault({ pattern, dateFormat }), dateFormat: dateFormat === undefined ? null : said(() => compileDateFormat(dateFormat)) };
  for (const [field, message] of Object.entries(faults)) if (message !== null) context.addIssue({ code: 'custom', path: [field], message });
}) satisfies z.ZodType<PeriodPattern>;
