import { z } from 'zod';
import { brokerMayGive } from '../../domain/eligibility/reasons.ts';
import { Problem } from '../../domain/problem.ts';
import { compileDateFormat } from '../../domain/reports/dateFormat.ts';
import { needsTimeZone } from '../../domain/reports/instant.ts';
import { LINE_FIELDS, type FileProfile, type KindTexts, type LineField } from '../../domain/reports/profile.ts';
import { TimeZone } from '../../domain/reports/timeZone.ts';
import { isOtherCurrency } from '../../domain/reports/currency.ts';
import { patternFault } from '../../domain/reports/pattern.ts';

// Blank is a rule (422): the OpenAPI document cannot say what is left when spaces are taken away.
const nonBlank = (max: number) => z.string().min(1).max(max).refine((text) => text.trim() !== '', 'is blank').trim();
const header = nonBlank(200);
const cellText = z.string().max(200);
const positiveDecimal = z.string().regex(/^\d{1,10}(\.\d{1,10})?$/, 'a plain decimal such as "0.01"').refine((text) => /[1-9]/.test(text), 'more than zero');
const mark = (marks: string, what: string) => z.string().refine((text) => text.length === 1 && marks.includes(text), what);
const reasonCode = z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/, 'a reason code in UPPER_SNAKE');
const columns = z.strictObject(Object.fromEntries(LINE_FIELDS.map((field) => [field, header.optional()])) as { [field in LineField]: z.ZodOptional<typeof header> });
const texts = z.array(cellText).max(200);

const fileShape = z.strictObject({
  format: z.enum(['csv', 'xlsx', 'json']),
  encoding: z.string().max(40).optional(),
  delimiter: z.string().length(1).optional(),
  quote: z.string().max(1).optional(),
  headerRow: z.int().min(1).max(10_000).optional(),
  footer: z.string().min(1).max(200).optional(),
  sheet: z.union([z.string().min(1).max(31), z.int().min(1)]).optional(),
  rowsPath: z.string().max(200).optional(),
  totals: z.strictObject({ lots: header.optional(), commission: header.optional(), amount: header.optional() }).optional(),
  totalsOf: z.enum(['page', 'whole']).optional(),
  decimal: mark('.,', 'a point or a comma').optional(),
  thousands: z.union([z.literal(''), mark(".,'’_ \u00a0\u2009\u202f", 'a point, comma, apostrophe, underscore or space')]).optional(),
  unitSuffix: z.string().max(40).optional(),
  dateFormat: z.string().min(1).max(80),
  timeZone: z.string().min(1).max(80).optional(),
  lotUnit: positiveDecimal.optional(),
  adjustmentShare: positiveDecimal.optional(),
  currencies: z.array(cellText.min(1)).min(1).max(20).optional(),
  level: z.enum(['trade', 'account-day', 'account-month']),
  full: z.boolean().optional(),
  statuses: z.record(cellText, reasonCode.nullable()).optional(),
  columns,
  classes: z.record(cellText, z.string().min(1).max(64)).optional(),
  server: nonBlank(120).optional(),
  kinds: z.strictObject({ trade: texts.optional(), reversal: texts.optional(), adjustment: texts.optional(), ignore: texts.optional() }).optional(),
});

type Report = (path: string[], message: string) => void;

/** A profile of a file with rows (cases/README "profile"): unknown keys are refused, and what its level and kinds need must be there. */
export const fileProfileSchema = fileShape.superRefine((profile, context) => {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path, message });
  checkTimes(profile, report);
  checkColumns(profile, report);
  checkTexts(profile, report);
  for (const [text, reason] of Object.entries(profile.statuses ?? {})) {
    if (reason !== null && !brokerMayGive(reason)) report(['statuses', text], `${reason} is found by the judging itself and is no status of a broker; take a code such as BROKER_FRAUD, or BROKER_ with a word of your own`);
  }
});

/** Compared as they stand: no name, no wildcard. Without any the mails of nobody are read. */
const allowedSender = z.string().min(3).max(254).regex(/^[^\s<>()",;:\\@]*@[^\s<>()",;:\\@]+$/u, 'an address, or a domain as "@broker.example"');
const attachmentName = z.string().min(1).max(200).superRefine((pattern, context) => {
  const fault = patternFault(pattern);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

/** A broker profile as the API takes it; its output is a `BrokerProfile`. */
export const brokerProfileSchema = z.discriminatedUnion('format', [
  fileProfileSchema,
  z.strictObject({ format: z.literal('eml'), from: z.array(allowedSender).min(1).max(50).optional(), attachmentName: attachmentName.optional(), attachment: fileProfileSchema }),
]).meta({ examples: [{
  format: 'csv', dateFormat: 'yyyy.MM.dd HH:mm', timeZone: 'Europe/Athens', level: 'trade', server: 'Alpha-Live',
  columns: { ticket: 'Ticket', account: 'Login', symbol: 'Symbol', lots: 'Volume', closeTime: 'Close time' },
}] });

function checkTimes(profile: FileProfile, report: Report): void {
  const say = (field: string, check: () => void): void => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      report([field], error.message);
    }
  };
  say('dateFormat', () => {
    const named = ['iso', 'epochMillis', 'excel'].includes(profile.dateFormat);
    const hasDay = named || compileDateFormat(profile.dateFormat).hasDay;
    if (!hasDay && profile.level !== 'account-month') report(['dateFormat'], `has no day, which the level ${profile.level} needs`);
    if (profile.timeZone === undefined && needsTimeZone(profile.dateFormat, profile.level)) report(['timeZone'], 'is missing: there is no default, and without it the times cannot be read');
  });
  say('timeZone', () => {
    if (profile.timeZone !== undefined) new TimeZone(profile.timeZone);
  });
}

function checkColumns(profile: FileProfile, report: Report): void {
  const need = (field: LineField, why: string): void => {
    if (profile.columns[field] === undefined) report(['columns', field], `is missing: ${why}`);
  };
  need('account', 'every line needs its account');
  need('lots', 'every line needs its lots');
  if (profile.level === 'trade') need('closeTime', 'a trade is judged at its close');
  if (profile.level === 'account-day') need('day', 'the level is account-day');
  if (profile.level === 'account-month') need('month', 'the level is account-month');
  if (profile.columns.symbol === undefined && profile.columns.class === undefined) report(['columns'], 'needs symbol or class');
  if (profile.columns.server === undefined && profile.server === undefined) report(['server'], 'is missing: name the server, or its column');
  if (profile.columns.class !== undefined && profile.classes === undefined) report(['classes'], 'is missing: the class column has texts to map');
  if (profile.columns.status !== undefined && profile.statuses === undefined) report(['statuses'], 'is missing: the status column has texts to map');
  if (profile.columns.kind !== undefined && profile.kinds === undefined) report(['kinds'], 'is missing: the kind column has texts to map');
  if ((profile.kinds?.adjustment ?? []).length > 0) need('amount', 'an adjustment moves an amount');
  if ((profile.kinds?.reversal ?? []).length > 0 && profile.columns.reference === undefined) need('ticket', 'a reversal names a ticket');
}

function checkTexts(profile: FileProfile, report: Report): void {
  try {
    new TextDecoder(profile.encoding ?? 'utf-8', { fatal: true });
  } catch {
    report(['encoding'], 'is no encoding label such as "utf-8" or "windows-1252"');
  }
  const delimiter = profile.delimiter ?? ',';
  if (/[\r\n\0]/.test(delimiter + (profile.quote ?? ''))) report(['delimiter'], 'a line end cannot part or quote cells');
  if (delimiter === (profile.quote ?? '"')) report(['quote'], 'is the delimiter');
  if (profile.thousands !== undefined && profile.thousands === (profile.decimal ?? '.')) report(['thousands'], 'is the decimal mark');
  const fault = profile.footer === undefined ? null : patternFault(profile.footer);
  if (fault !== null) report(['footer'], fault);
  if (profile.currencies !== undefined && profile.columns.currency === undefined) report(['columns', 'currency'], 'is missing: its texts are what currencies lists');
  for (const [at, text] of (profile.currencies ?? []).entries()) {
    if (isOtherCurrency(text)) report(['currencies', String(at)], `${text.trim()} is not USD; cents are told by lotUnit and by the account's type`);
  }
  const kindTexts: KindTexts = profile.kinds ?? {};
  const kinds = Object.entries({ ...kindTexts }).flatMap(([kind, list]) => (list ?? []).map((text) => [text.trim(), kind] as const));
  for (const [at, [text, kind]] of kinds.entries()) {
    if (kinds.findIndex(([other]) => other === text) < at) report(['kinds', kind], `"${text}" stands twice`);
  }
}
