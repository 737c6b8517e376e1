import { Problem } from '../../../domain/problem.ts';
import type { FileProfile } from '../../../domain/reports/profile.ts';
import { guessEncoding } from '../../../domain/reports/suggest/encoding.ts';
import { sampleFormat, type SampleFormat } from '../../../domain/reports/suggest/format.ts';
import type { SampleRecord } from '../../../domain/reports/suggest/records.ts';
import { suggestCsv, suggestJson, suggestSheet } from '../../../domain/reports/suggest/suggest.ts';
import type { Known } from '../../../domain/reports/suggest/suggestTable.ts';
import { findTable } from '../../../domain/reports/suggest/layout.ts';
import { type Finding, type Question, Suggesting } from '../../../domain/reports/suggest/types.ts';
import { openMail } from '../read/eml.ts';
import { readHeader } from '../read/emlFields.ts';
import { senderOf } from '../read/emlSender.ts';
import { cellOf, isRow, parseKeepingNumbers } from '../read/jsonCells.ts';
import type { SuggestionResult } from './suggest.ts';
import { sampleSheets } from './sampleSheets.ts';

export interface SuggestedProfile { format: SampleFormat; profile: Partial<FileProfile> | null; findings: Finding[]; questions: Question[]; notes: string[] }

/** Text that is looked at; a sample's beginning says how the whole is written, and its end whether it has a footer. */
const MOST_TEXT = 4 << 20;
const END_TEXT = 64 << 10;

const UNREADABLE: Partial<Record<SampleFormat, string>> = {
  html: 'This is an HTML page, such as a statement of MT4 or MT5 or a portal\'s page saved as .xls. Reports are not read from pages: ask for csv, xlsx or json.',
  xls: 'This is an old Excel file (.xls). Save it as .xlsx or csv, or ask the broker for one.',
  pdf: 'This is a PDF, from which no figures are read. Ask the broker for csv, xlsx or json.',
  zip: 'This is a zip and no workbook. Unpack it and send the file within.',
};

/** Format by content, then everything that a profile of that format needs. Problems of damaged files are thrown. */
export async function suggestReport(bytes: Buffer, fileName: string, known: Known): Promise<SuggestedProfile> {
  const s = new Suggesting();
  const head = guessEncoding(bytes.subarray(0, 64 << 10));
  const format = sampleFormat(bytes, head.text.replace(/^\ufeff/, ''));
  if (format === 'eml') return { format, profile: null, ...notes(s) };
  const unreadable = UNREADABLE[format];
  if (unreadable !== undefined) return { format, profile: null, findings: [], questions: [], notes: [unreadable] };
  s.set('format', format as FileProfile['format'], 'certain', format === 'csv' ? 'It is text in rows.' : `Its content is ${format}, whatever its name says.`);
  const readable = format === 'xlsx' ? await suggestWorkbook(bytes, fileName, known, s) : suggestText(bytes, format === 'json', known, s);
  if (!readable) return { format, profile: null, ...notes(s), notes: [...s.notes, format === 'json' ? 'No list of objects was found in it.' : 'No row was found that could be a header: a profile names columns by their headers.'] };
  return { format, profile: s.profile, ...notes(s) };
}

const notes = ({ findings, questions, notes: said }: Suggesting): Pick<SuggestedProfile, 'findings' | 'questions' | 'notes'> => ({ findings, questions, notes: said });

function suggestText(bytes: Buffer, json: boolean, known: Known, s: Suggesting): boolean {
  const { encoding, text, confidence, reason } = guessEncoding(bytes);
  s.set('encoding', encoding, confidence, reason);
  if (!json) return suggestCsv(text.length <= MOST_TEXT ? text : `${text.slice(0, text.lastIndexOf('\n', MOST_TEXT) + 1)}${text.slice(text.indexOf('\n', text.length - END_TEXT) + 1)}`, known, s);
  let document: unknown;
  try {
    document = parseKeepingNumbers(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new Problem('JSON_INVALID', `It begins like JSON and is none: ${error instanceof Error ? error.message.slice(0, 200) : ''}.`, { cause: error });
  }
  return suggestJson(document, { isObject: isRow, cell: cellOf }, known, s);
}

/** The sheet with the most columns whose names are known. */
async function suggestWorkbook(bytes: Buffer, fileName: string, known: Known, s: Suggesting): Promise<boolean> {
  const sheets = (await sampleSheets(bytes, fileName)).map((sheet) => ({ ...sheet, table: findTable(sheet.records) }));
  const best = sheets.filter(({ table }) => table !== null).sort((a, b) => b.table!.named - a.table!.named || b.records.length - a.records.length)[0];
  if (best === undefined) return false;
  if (best.place > 1) s.set('sheet', best.name, 'likely', `Of ${sheets.length} sheets "${best.name}" is the one with a table of trades.`);
  const typed = new Map(best.records.map((record: SampleRecord, at) => [record.line, best.typed[at]!]));
  return suggestSheet(best.records, (line, column) => typed.get(line)?.[column] === true, known, s);
}

/** A mail's profile around that of its attachment. */
export async function suggestMail(bytes: Buffer, fileName: string, known: Known, nested: (bytes: Buffer, name: string, known: Known) => Promise<SuggestionResult>): Promise<Omit<SuggestionResult, 'format'>> {
  const refusals: string[] = [];
  try {
    const sender = senderOf(readHeader(bytes, fileName).fields, fileName).address;
    for (const format of ['csv', 'xlsx', 'json'] as const) {
      try {
        const { attachment } = await openMail(bytes, { format: 'eml', from: [sender], attachment: { format, dateFormat: 'iso', level: 'trade', columns: {} } }, fileName);
        const inner = await nested(attachment.bytes, attachment.name, known);
        return {
          ...inner, profile: inner.profile === null ? null : { format: 'eml', attachment: inner.profile },
          findings: [{ setting: 'format', value: 'eml', confidence: 'certain', reason: `It is a mail with the attachment "${attachment.name}".` }, ...inner.findings.map((finding) => ({ ...finding, setting: `attachment.${finding.setting}` }))],
          questions: [{ setting: 'from', question: `From whom are such mails taken? This one says that it is from ${sender}. Without a list nobody is allowed.`, choices: null, suggested: [sender] }, ...inner.questions.map((question) => ({ ...question, setting: `attachment.${question.setting}` }))],
        };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refusals.push(error.message);
        if (error.code !== 'MAIL_ATTACHMENT_MISSING') break;
      }
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refusals.push(error.message);
  }
  return { profile: null, findings: [], questions: [], notes: refusals.slice(-1), read: null };
}
