import { Problem } from '../../domain/problem.ts';
import { storableJson } from '../../domain/storable.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import type { Page } from './page.ts';

export const SOURCE_KINDS = ['api', 'mailbox', 'sftp', 's3'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
export type SourceState = 'active' | 'paused';

/** What keeps a source from being taken from; shown to operators, so it never holds a secret. */
export interface SourceProblem { code: string; message: string }

/** Where a broker's reports are fetched from. Its secret is not part of it: `sourceSecret` reads it. */
export interface ReportSource {
  id: string;
  brokerId: string;
  kind: SourceKind;
  name: string;
  /** Checked by the schema of its kind (api/schemas/source*.ts) when it was written. */
  settings: Record<string, unknown>;
  hasSecret: boolean;
  profileName: string;
  pollSeconds: number;
  state: SourceState;
  /** ISO instant of the last look, and what was wrong then. */
  lookedAt: string | null;
  problem: SourceProblem | null;
  /** The last try without taking anything. */
  test: Record<string, unknown> | null;
  createdAt: string;
}

type Row = Omit<ReportSource, 'lookedAt' | 'createdAt'> & { lookedAt: Date | null; createdAt: Date };
const COLUMNS = `id, broker_id AS "brokerId", kind, name, settings, secret IS NOT NULL AS "hasSecret", profile_name AS "profileName", poll_seconds AS "pollSeconds",
  state, looked_at AS "lookedAt", problem, test, created_at AS "createdAt"`;
const shown = (row: Row): ReportSource => ({ ...row, lookedAt: row.lookedAt?.toISOString() ?? null, createdAt: row.createdAt.toISOString() });

export interface NewReportSource extends Pick<ReportSource, 'id' | 'brokerId' | 'kind' | 'name' | 'settings' | 'profileName' | 'pollSeconds'> {
  /** Sealed under the source's id; null: it needs none. */
  sealedSecret: string | null;
  /** ISO instant. */
  at: string;
}

/** @throws Problem BROKER_UNKNOWN (404), SOURCE_EXISTS (409) */
export async function addSource(tx: Tx, input: NewReportSource): Promise<ReportSource> {
  const broker = await tx.client.query('SELECT FROM broker WHERE id = $1', [input.brokerId]);
  if (broker.rowCount === 0) throw new Problem('BROKER_UNKNOWN', `There is no broker "${input.brokerId}".`, { status: 404 });
  const { rows: [row] } = await tx.client.query<Row>(
    `INSERT INTO report_source (id, broker_id, kind, name, settings, secret, profile_name, poll_seconds, state, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9) ON CONFLICT (broker_id, name) DO NOTHING RETURNING ${COLUMNS}`,
    [input.id, input.brokerId, input.kind, input.name, input.settings, input.sealedSecret, input.profileName, input.pollSeconds, input.at]);
  if (!row) throw new Problem('SOURCE_EXISTS', `The broker "${input.brokerId}" has a source named "${input.name}" already; change that one, or take another name.`, { status: 409, at: { field: 'name' } });
  return shown(row);
}

/** `lock` keeps the row until the transaction ends. @throws Problem SOURCE_UNKNOWN (404) */
export async function getSource(source: SqlSource, id: string, lock = false): Promise<ReportSource> {
  const { rows: [row] } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM report_source WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  if (!row) throw new Problem('SOURCE_UNKNOWN', `There is no report source "${id}".`, { status: 404 });
  return shown(row);
}

/** Oldest first. */
export async function listSources(source: SqlSource, filter: { brokerId: string; kind?: SourceKind | undefined; state?: SourceState | undefined }, page: Page): Promise<ReportSource[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM report_source WHERE broker_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR id > $4) ORDER BY id LIMIT $5`,
    [filter.brokerId, filter.kind ?? null, filter.state ?? null, page.after ?? null, page.limit]);
  return rows.map(shown);
}

export interface SourceChange {
  settings?: Record<string, unknown> | undefined;
  /** Sealed; null takes it away. */
  sealedSecret?: string | null | undefined;
  profileName?: string | undefined;
  pollSeconds?: number | undefined;
  state?: SourceState | undefined;
}

/** What is left out stays. A source that was changed has no problem until it is looked at again. @throws Problem SOURCE_UNKNOWN */
export async function changeSource(tx: Tx, id: string, change: SourceChange): Promise<ReportSource> {
  const { rows: [row] } = await tx.client.query<Row>(
    `UPDATE report_source SET settings = coalesce($2, settings), secret = CASE WHEN $3 THEN $4 ELSE secret END, profile_name = coalesce($5, profile_name),
       poll_seconds = coalesce($6, poll_seconds), state = coalesce($7, state), problem = NULL WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, change.settings ?? null, change.sealedSecret !== undefined, change.sealedSecret ?? null, change.profileName ?? null, change.pollSeconds ?? null, change.state ?? null]);
  if (!row) return getSource(tx, id);
  return shown(row);
}

/** The sealed text itself, to tell whether it is another one than before. */
export async function sealedSecretOf(source: SqlSource, id: string): Promise<string | null> {
  const { rows: [row] } = await sqlOf(source).query<{ secret: string | null }>('SELECT secret FROM report_source WHERE id = $1', [id]);
  return row?.secret ?? null;
}

/** The source's secret in clear; null where it has none or it was erased. Never in a payload, a log or an answer. */
export async function sourceSecret(personal: PersonalData, source: SqlSource, id: string): Promise<string | null> {
  const sealed = await sealedSecretOf(source, id);
  return sealed === null ? null : personal.open(source, id, sealed);
}

/** Keeps when a source was looked at (ISO instant) and what was wrong then; null: nothing. */
export async function lookedAt(source: SqlSource, id: string, at: string, problem: SourceProblem | null): Promise<void> {
  await sqlOf(source).query('UPDATE report_source SET looked_at = greatest(looked_at, $2::timestamptz), problem = $3 WHERE id = $1', [id, at, problem === null ? null : storableJson(problem)]);
}

/** A try without taking anything has been asked for (`{ id, state: 'asked', … }`). */
export async function askTest(tx: Tx, id: string, test: { id: string } & Record<string, unknown>): Promise<ReportSource> {
  await tx.client.query('UPDATE report_source SET test = $2 WHERE id = $1', [id, storableJson(test)]);
  return getSource(tx, id);
}

/** What it showed, unless another one has been asked for since. */
export async function keepTest(source: SqlSource, id: string, test: { id: string } & Record<string, unknown>): Promise<void> {
  await sqlOf(source).query("UPDATE report_source SET test = test || $2::jsonb WHERE id = $1 AND test->>'id' = $3", [id, storableJson(test), test.id]);
}
