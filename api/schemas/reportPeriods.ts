import { z } from 'zod';
import { CADENCES, WEEKDAYS } from '../../domain/reports/calendar.ts';
import { LATENESS, PERIOD_STATES } from '../../domain/reports/lateness.ts';
import { brokerIdIn, idOut, Instant, instantIn, text } from './common.ts';
import { flag, timeQuery } from './paging.ts';
import { Period } from './reports.ts';

const duration = (example: string) => z.string().min(2).max(40).regex(/^P(?=.*\d)(?:\d{1,4}W)?(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,8}M)?(?:\d{1,9}S)?)?$/, 'must be a duration such as P2D or PT6H').meta({ examples: [example] });
const zone = text(60).meta({ description: 'IANA name or offset. Periods begin with the local days of this zone.', examples: ['Europe/Athens'] });
const rule = { cadence: z.enum(CADENCES), zone, overdueAfter: z.string(), escalatedAfter: z.string(), expectedAfter: z.string() };

export const NewReportCalendar = z.strictObject({
  cadence: rule.cadence, zone,
  firstWeekday: z.enum(WEEKDAYS).optional().meta({ description: 'For `week`, and only then: on which day it begins.' }),
  expectedAfter: z.union([duration('PT6H'), z.string().regex(/^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?:[01]\d|2[0-3]):[0-5]\d$/)]).meta({ description: "When the report is due: a duration after the period's end, or the next local time, `06:00` or `Tue 06:00`.", examples: ['06:00'] }),
  overdueAfter: duration('PT6H').meta({ description: 'After the due instant.' }),
  escalatedAfter: duration('P2D').meta({ description: 'After the due instant; longer than `overdueAfter`.' }),
  effectiveFrom: instantIn().meta({ description: 'From when on it counts. The period that runs then ends there; choose the beginning of one: local midnight of the zone (at another time the first period is a shorter one). Every period that has ended since is expected at once.', examples: ['2027-01-03T22:00:00Z'] }),
});
export const ReportCalendar = z.object({
  id: idOut('cal'), brokerId: z.string(), version: z.int(), effectiveFrom: Instant, ...rule, firstWeekday: z.enum(WEEKDAYS).nullable(), createdBy: z.string(), createdAt: Instant,
}).meta({ id: 'ReportCalendar' });
const DueInstants = { dueAt: Instant, overdueAt: Instant, escalatedAt: Instant };
export const CalendarNow = z.object({
  brokerId: z.string(), calendar: ReportCalendar.nullable().meta({ description: 'The version in force; null before the first.' }),
  running: z.object({ from: Instant, to: Instant, ...DueInstants }).nullable().meta({ description: 'The period that runs now, and when its report will be due.' }),
}).meta({ id: 'ReportCalendarNow' });

const lateness = z.enum(LATENESS).nullable().meta({ description: 'Null: not late, or its report has come.' });
export const PeriodView = z.object({
  ...Period.shape,
  state: z.enum(PERIOD_STATES).meta({ description: '`open`: not ended, or not expected by a calendar; `waiting`: not due yet; `due`, `overdue`, `escalated`: late; `received`: a report is being worked on; `posted`; `closed`: by an operator, without a report.' }),
  expected: z.object({
    calendarId: idOut('cal'), ...DueInstants, lateness, text: z.string().nullable().meta({ examples: ['expected Tue 06:00 UTC, 6 h late'] }),
    notedAt: z.object({ due: Instant.nullable(), overdue: Instant.nullable(), escalated: Instant.nullable() }).meta({ description: 'When each step was noted, and operators told.' }),
  }).nullable().meta({ description: 'Null: no calendar expects a report.' }),
  closed: z.object({ at: Instant, by: z.string(), reason: z.string(), reopenedAt: Instant.nullable().meta({ description: 'A report came all the same.' }) }).nullable(),
}).meta({ id: 'ReportPeriodView' });
export const PeriodQuery = {
  brokerId: brokerIdIn().optional(), state: z.enum(PERIOD_STATES).optional(), late: flag('Only those whose report is due, overdue or escalated, or only the others.'), ...timeQuery('beginning'),
};
export const ClosePeriod = z.strictObject({ reason: text(500).meta({ examples: ['The broker was closed on this day'] }) });
export const Pulled = z.object({ periodId: idOut('per'), sources: z.int().meta({ description: 'Sources that are looked at.' }), workflowId: z.string().meta({ description: 'In the Temporal UI.' }) }).meta({ id: 'ReportPull' });

export const ReportDelay = z.object({
  periodId: idOut('per'), brokerId: z.string(), brokerName: z.string(), from: Instant, to: Instant, dueAt: Instant, lateness: z.enum(LATENESS), text: z.string().meta({ examples: ['Delayed by the broker: expected Tue 06:00 UTC, 6 h late'] }),
}).meta({ id: 'ReportDelay' });
export const MissingDay = z.object({
  no: z.int(), day: z.string().meta({ description: "Local day of the calendar's zone, else the profile's.", examples: ['2026-11-03'] }), wholeDay: z.boolean().meta({ description: 'No account at all has a trade.' }),
  tradingAccountId: z.string().nullable(), server: z.string().nullable(), login: z.string().nullable(), userId: z.string().nullable(),
}).meta({ id: 'MissingDay' });
