import type { Pool } from 'pg';
import { openPreviewFile, type ReportPreview } from '../../../db/stores/reportPreviews.ts';
import { Problem } from '../../../domain/problem.ts';
import { malformedGroups } from '../../../domain/reports/preview/malformed.ts';
import type { MalformedGroup, Refusal } from '../../../domain/reports/preview/result.ts';
import type { ReportLine } from '../../../domain/reports/line.ts';
import type { BrokerProfile, FileProfile } from '../../../domain/reports/profile.ts';
import type { SampleFormat } from '../../../domain/reports/suggest/format.ts';
import type { Known } from '../../../domain/reports/suggest/suggestTable.ts';
import type { Finding, Question } from '../../../domain/reports/suggest/types.ts';
import { readSample } from './readSample.ts';
import { suggestMail, suggestReport, type SuggestedProfile } from './suggestReport.ts';

/** What was found about a file of which nothing was known. `profile` becomes one that can be used when the questions are answered at their settings. */
export interface SuggestionResult {
  format: SampleFormat;
  /** Null: no profile can read it, and why is in the notes. */
  profile: object | null;
  findings: Finding[];
  questions: Question[];
  notes: string[];
  /** The first rows as they would be read, with what was taken for the answers that are missing; null where too much is. */
  read: { assumed: Record<string, unknown>; refusal: Refusal | null; looked: number; lines: ReportLine[]; malformed: MalformedGroup[] } | null;
}

const READ_LINES = 2_000;
const SHOWN = 20;

/** Looks at a sample and suggests a profile; then reads the sample by it. */
export async function suggest(pool: Pool, sample: ReportPreview): Promise<SuggestionResult> {
  const servers = sample.brokerId === null ? [] : (await pool.query<{ server: string }>('SELECT server FROM broker_server WHERE broker_id = $1 ORDER BY 1', [sample.brokerId])).rows.map(({ server }) => server);
  const pieces: Buffer[] = [];
  for await (const piece of openPreviewFile(pool, sample.id)) pieces.push(piece);
  return suggestFor(Buffer.concat(pieces), sample.fileName, { servers });
}

/** The same for bytes in memory. */
export async function suggestFor(bytes: Buffer, fileName: string, known: Known): Promise<SuggestionResult> {
  const suggested: SuggestedProfile = await suggestReport(bytes, fileName, known).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    return { format: 'csv', profile: null, findings: [], questions: [], notes: [error.message] } satisfies SuggestedProfile;
  });
  if (suggested.format === 'eml') return { ...await suggestMail(bytes, fileName, known, suggestFor), format: 'eml' };
  return { ...suggested, read: suggested.profile === null ? null : await readBy(suggested.profile, suggested.questions, bytes, fileName) };
}

/** What stands in for an answer while nobody has given it: the suggested one, the first choice, or one that shows that it is none. */
const STAND_INS: Record<string, unknown> = { timeZone: 'UTC', server: '?' };

async function readBy(profile: Partial<FileProfile>, questions: readonly Question[], bytes: Buffer, fileName: string): Promise<SuggestionResult['read']> {
  const assumed: Record<string, unknown> = {};
  for (const { setting, suggested, choices } of questions) {
    if (setting === 'columns.commission' || setting === 'columns.closeTime' && suggested !== null) continue;
    if (setting.startsWith('columns.')) return null;
    if (['classes', 'statuses', 'kinds', 'currencies', 'full', 'lotUnit'].includes(setting)) continue;
    assumed[setting] = suggested ?? choices?.[0] ?? STAND_INS[setting];
  }
  const tried = { ...profile, ...assumed } as BrokerProfile;
  const { lines, refusal } = await readSample((async function* () { yield bytes; })(), tried, fileName, new Date().toISOString(), READ_LINES);
  const malformed = malformedGroups(lines.filter((line) => line.malformed !== null).map(({ lineNumber, rowNumber, malformed: detail }) => ({ lineNumber, rowNumber, detail })));
  return { assumed, refusal, looked: lines.length, lines: lines.slice(0, SHOWN), malformed };
}
