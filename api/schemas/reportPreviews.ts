import { z } from 'zod';
import { normaliseInstant } from '../../domain/instant.ts';
import { DecimalText, idIn, idOut, Instant, instantIn, brokerIdIn, profileNameIn, text } from './common.ts';
import { brokerProfileSchema } from './profile.ts';

const profileText = z.string().min(2).max(200_000).meta({ description: 'A profile to try, as JSON text.' });
const shared = { fileName: text(255).optional().meta({ description: "Default: the form part's name, else `report`." }) };
const by = { profileName: profileNameIn().optional().meta({ description: "The newest version of this name of the broker's profiles; default `default`.", examples: ['default'] }), profileId: idIn('prf').optional() };

export const PreviewQuery = z.object({ profile: profileText.optional(), ...by, from: instantIn().optional(), to: instantIn().optional(), ...shared });
const instant = instantIn().transform((value) => normaliseInstant(value));
export const PreviewFields = z.object({
  profile: profileText.transform((json, context) => {
    try {
      return JSON.parse(json) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'is no JSON' });
      return z.NEVER;
    }
  }).pipe(brokerProfileSchema).optional(),
  ...by, from: instant.optional(), to: instant.optional(), ...shared,
}).superRefine(({ from, to, profile, profileId, profileName }, context) => {
  if ((from === undefined) !== (to === undefined) || (from !== undefined && to !== undefined && from >= to)) context.addIssue({ code: 'custom', path: ['to'], message: 'a period has `from` and a later `to`' });
  if ([profile, profileId, profileName].filter((one) => one !== undefined).length > 1) context.addIssue({ code: 'custom', path: ['profile'], message: 'give one of `profile`, `profileName` and `profileId`' });
});
export const SuggestionFields = z.object({ brokerId: brokerIdIn().optional(), ...shared });

const place = z.object({ lineNumber: z.int(), rowNumber: z.int(), text: z.string().nullable().meta({ description: 'What stands there.' }) });
const unknown = z.object({ texts: z.array(z.object({ text: z.string(), lines: z.int(), lots: DecimalText, firstLine: z.int() })), more: z.int().meta({ description: 'How many are not listed.' }) });
const odd = z.object({ lines: z.int(), places: z.array(place) });
const textOrNull = z.string().nullable();
export const Refusal = z.object({ code: z.string(), message: z.string(), at: z.record(z.string(), z.union([z.string(), z.number()])), facts: z.record(z.string(), z.unknown()).optional() });

/** A line as read. */
export const LineAsRead = z.object({
  rowNumber: z.int(), lineNumber: z.int().meta({ description: 'Physical line of the file.' }), raw: z.string().meta({ description: 'As the broker wrote it.' }), kind: textOrNull, malformed: textOrNull,
  ticket: textOrNull, account: textOrNull, server: textOrNull, symbol: textOrNull, classText: textOrNull, class: textOrNull, lots: DecimalText.nullable(), openTime: Instant.nullable(), closeTime: Instant.nullable(),
  periodStart: Instant.nullable(), bucket: textOrNull, points: DecimalText.nullable(), commission: DecimalText.nullable(), amount: DecimalText.nullable(), status: textOrNull, statusReason: textOrNull,
  reference: textOrNull, reversedTicket: textOrNull, comment: textOrNull, kept: z.record(z.string(), z.string()),
});

export const Malformed = z.object({ sentence: z.string(), field: textOrNull, column: textOrNull, lines: z.int(), places: z.array(place) });

const PreviewResult = z.object({
  refusal: Refusal.nullable().meta({ description: 'Why the file as a whole would be refused; null: it would be taken.' }),
  unchanged: z.boolean().meta({ description: 'It says what the latest version of its period says already.' }), cutAfter: z.int().nullable().meta({ description: 'Only this many lines were looked at.' }), lines: z.int(),
  period: z.object({ from: Instant, to: Instant }).nullable(),
  sample: z.array(LineAsRead.extend({ outcome: z.string(), reason: textOrNull, detail: textOrNull, countedLots: DecimalText, earns: DecimalText.meta({ description: 'USD in all, before what earlier reports have given for it.' }) })).meta({ description: 'The first lines.' }),
  outcomes: z.array(z.object({ outcome: z.string(), reason: textOrNull, lines: z.int(), lots: DecimalText, earns: DecimalText })),
  totals: z.object({ lots: DecimalText, commission: DecimalText, adjustments: DecimalText, earns: DecimalText }),
  stated: z.array(z.object({ field: z.string(), where: z.string(), lineNumber: z.int(), stated: z.string(), summed: z.string(), tiesOut: z.boolean() })).meta({ description: 'Sums that the file states about itself.' }),
  times: z.object({ first: Instant, last: Instant }).nullable(), outsidePeriod: odd, inFuture: odd,
  malformed: z.array(Malformed),
  unknownSymbols: unknown, unknownClasses: unknown, unknownStatuses: unknown, unknownKinds: unknown, unknownServers: unknown, classesWithoutRate: unknown,
  accounts: z.object({ lines: z.int(), known: z.int(), linked: z.int(), unknown: z.int(), firstUnknown: z.array(z.string()) }),
  knownBefore: z.object({ lines: z.int(), earned: DecimalText }).meta({ description: 'Tickets, days or months that earlier reports speak of: only the difference would be posted.' }),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
}).meta({ id: 'ReportPreviewResult' });

export const sampleShape = {
  id: idOut('prv'), state: z.enum(['waiting', 'done', 'failed']), fileName: z.string(), size: z.string().meta({ description: 'Bytes.' }), sha256: z.string(), madeAt: Instant,
  expiresAt: Instant.meta({ description: 'Then it is forgotten.' }), problem: z.object({ code: z.string(), message: z.string() }).nullable(),
};
export const ReportPreview = z.object({ ...sampleShape, brokerId: z.string(), profileId: idOut('prf').nullable(), from: Instant.nullable(), to: Instant.nullable(), result: PreviewResult.nullable() }).meta({ id: 'ReportPreview' });
