import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import { TimeZone } from '../../domain/reports/timeZone.ts';
import { brokerIdIn, decimalIn, DecimalText, idIn, idOut, Instant, instantIn, instrumentClass, text } from './common.ts';
import { pageQuery } from './paging.ts';

/** Characters of the screenshot in base64: some 6 MB of bytes. */
const SCREENSHOT = 8_400_000;
export const FIGURES_BODY = SCREENSHOT + 2_000_000;

const isZone = (name: string): boolean => {
  try {
    return new TimeZone(name).name !== '';
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
};
const row = z.strictObject({
  account: text(128), server: text(128), symbol: text(128).optional(), class: instrumentClass().optional(),
  at: z.string().regex(/^\d{4}-\d{2}(-\d{2})?$/, 'is a day such as 2026-11-02, or a month such as 2026-11').meta({ description: 'The day, or at the level account-month the month.', examples: ['2026-11-02'] }),
  lots: decimalIn(8, '12.50'), commission: decimalIn(8, '87.50').optional().meta({ description: 'USD, where the dashboard shows it.' }),
});
export const NewFigures = z.strictObject({
  from: instantIn().meta({ description: 'Start of the report period.', examples: ['2026-11-02T00:00:00Z'] }), to: instantIn().meta({ description: 'Its end, exclusive.', examples: ['2026-11-09T00:00:00Z'] }),
  level: z.enum(['account-day', 'account-month']), timeZone: z.string().min(1).max(80).refine(isZone, 'is no zone such as "Europe/Athens" or "+02:00"').meta({ description: 'The zone of the days and months.', examples: ['Europe/Athens'] }),
  full: z.boolean().meta({ description: 'Whether the dashboard shows the whole period, so that what is missing has been taken back.' }),
  totalLots: decimalIn(8, '12.50').meta({ description: 'The sum of the lots as the dashboard itself shows it: the rows must add up to it.' }),
  rows: z.array(row).min(1).max(5_000),
  screenshot: z.strictObject({ type: z.enum(['image/png', 'image/jpeg', 'application/pdf']), base64: z.base64().min(12).max(SCREENSHOT) }).meta({
    description: 'The picture that they were read from.',
    examples: [{ type: 'image/png', base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' }],
  }),
  note: text(1_000).optional(),
}).meta({ id: 'NewDashboardFigures' });

const shared = {
  id: idOut('fig'), brokerId: z.string(), from: Instant, to: Instant, sha256: z.string().meta({ description: 'Of the file that they become.' }), lines: z.int(), lots: DecimalText,
  screenshotType: z.string(), screenshotSha256: z.string(), note: z.string().nullable(), typedBy: z.string(), typedAt: Instant, reportId: idOut('rpt').nullable().meta({ description: 'Once they are confirmed.' }),
};
export const DashboardFigures = z.object(shared).meta({ id: 'DashboardFigures' });
export const DashboardFiguresInFull = z.object({ ...shared, file: z.string().meta({ description: 'The figures as typed, one row a line: the report, byte for byte.' }), profile: z.record(z.string(), z.unknown()).meta({ description: 'How it is read.' }) }).meta({ id: 'DashboardFiguresInFull' });
export const TypedFigures = z.object({ ...shared, changeId: idOut('chg').nullable().meta({ description: 'The change that a second operator decides; null where nobody else is asked.' }) }).meta({ id: 'TypedFigures' });
export const FiguresParams = z.object({ figuresId: idIn('fig') });
export const FiguresQuery = z.object({ ...pageQuery, brokerId: brokerIdIn().optional() });
