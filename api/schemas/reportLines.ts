import { z } from 'zod';
import { brokerIdIn, DecimalText, idIn, idOut, Instant, instantIn, text } from './common.ts';
import { timeQuery } from './paging.ts';
import { Line, LineQuery } from './reports.ts';

export const asKnownOn = instantIn().optional().meta({ description: 'As it was known at this instant: reports that came later, and outcomes and money of later, are left out.' });

const Revision = z.object({
  revision: z.int(), outcome: z.string(), reason: z.string().nullable(), detail: z.string().nullable(), lots: DecimalText, amount: DecimalText,
  knownAt: Instant.nullable().meta({ description: 'Null: its report is judged and not posted yet.' }),
});
const Entry = z.object({ accrualId: idOut('acr').nullable().meta({ description: 'Null: taken from available money.' }), journalId: z.string(), amount: DecimalText, at: Instant });

export const FoundLine = z.object({
  ...Line.shape, reportId: idOut('rpt'), periodId: idOut('per'), brokerId: z.string(), fileName: z.string(), receivedAt: Instant, postedAt: Instant.nullable(),
  profileId: idOut('prf').meta({ description: 'The profile version that read it.' }), profileVersion: z.int(),
  counts: z.boolean().nullable().meta({ description: 'It is what counts now of its ticket, day or adjustment; null with `asKnownOn`.' }),
  revisions: z.array(Revision).meta({ description: 'Every outcome that it has had, oldest first.' }), entries: z.array(Entry).meta({ description: 'The money that it moved; `/v1/accruals/{accrualId}/explanation` works it out.' }),
}).meta({ id: 'FoundReportLine' });

export const SearchQuery = {
  ...LineQuery, brokerId: brokerIdIn().optional(), server: text(60).optional(), periodId: idIn('per').optional(), reportId: idIn('rpt').optional(), symbol: text(128).optional(), userId: idIn('usr').optional(),
  ...timeQuery('closed'), asKnownOn,
};
