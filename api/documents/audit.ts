import type { AuditEntry } from '../../db/stores/auditEntries.ts';
import { csvWriter } from './csv.ts';

const COLUMNS = ['id', 'at', 'actorKind', 'actorId', 'principalId', 'role', 'operation', 'subjectType', 'subjectId', 'userId', 'outcome', 'reason', 'before', 'after', 'requestId', 'network'];

/** Entries for a spreadsheet: one a row, `before` and `after` as JSON. */
export async function* auditCsv(pages: AsyncIterable<readonly AuditEntry[]>): AsyncGenerator<string> {
  const csv = csvWriter(COLUMNS.map((name) => ({ name })));
  yield csv.head();
  for await (const page of pages) yield csv.rows(page.map(cells));
}

/** Entries for programs: one JSON object a line. */
export async function* auditNdjson(pages: AsyncIterable<readonly AuditEntry[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

const cells = ({ actor, subject, ...entry }: AuditEntry): string[] => [
  entry.id, entry.at, actor.kind, actor.id, actor.principalId, actor.role ?? '', entry.operation, subject.type, subject.id, entry.userId ?? '', entry.outcome, entry.reason ?? '',
  json(entry.before), json(entry.after), entry.requestId ?? '', entry.network ?? '',
];
const json = (value: unknown): string => (value === null ? '' : JSON.stringify(value));
