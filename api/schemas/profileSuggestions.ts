import { z } from 'zod';
import { LineAsRead, Malformed, Refusal, sampleShape } from './reportPreviews.ts';

const setting = z.string().meta({ description: 'Its path in the profile.', examples: ['columns.lots'] });

const Result = z.object({
  format: z.enum(['csv', 'json', 'xlsx', 'eml', 'html', 'xls', 'pdf', 'zip']).meta({ description: 'By content, whatever the name says.' }),
  profile: z.record(z.string(), z.unknown()).nullable().meta({ description: 'Put the answers of the questions into it, and it can be previewed and added. Null: no profile can read such a file.' }),
  findings: z.array(z.object({ setting, value: z.unknown(), confidence: z.enum(['certain', 'likely', 'guess']), reason: z.string() })),
  questions: z.array(z.object({ setting, question: z.string(), choices: z.array(z.unknown()).nullable(), suggested: z.unknown().meta({ description: 'One that fits what was seen; null where nothing does.' }) })).meta({ description: 'What only a person can say.' }),
  notes: z.array(z.string()),
  read: z.object({
    assumed: z.record(z.string(), z.unknown()).meta({ description: 'What was taken for answers that are missing.' }), refusal: Refusal.nullable(), looked: z.int().meta({ description: 'Lines read.' }), lines: z.array(LineAsRead), malformed: z.array(Malformed),
  }).nullable().meta({ description: 'The first rows as they would be read.' }),
}).meta({ id: 'ReportProfileSuggestionResult' });

export const ReportProfileSuggestion = z.object({ ...sampleShape, brokerId: z.string().nullable(), result: Result.nullable() }).meta({ id: 'ReportProfileSuggestion' });
