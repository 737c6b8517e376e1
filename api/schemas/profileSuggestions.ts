import { z } from 'zod';
import { sampleShape } from './reportPreviews.ts';

export const ReportProfileSuggestion = z.object({ ...sampleShape, brokerId: z.string().nullable(), result: z.record(z.string(), z.unknown()).nullable() }).meta({ id: 'ReportProfileSuggestion' });
