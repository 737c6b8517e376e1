import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { BrokerProfile } from '../../domain/reports/profile.ts';
import { storableJson } from '../../domain/storable.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

/** What is wanted of a sample: what a profile would make of it, or which profile would read it. */
export type PreviewKind = 'preview' | 'suggestion';

/** A sample of a broker's file. `profile` is the one that is tried, `profileId` its version if it is one; instants ISO. */
export interface ReportPreview {
  id: string; kind: PreviewKind; brokerId: string | null; profileId: string | null; profile: BrokerProfile | null; from: string | null; to: string | null;
  fileName: string; size: string; sha256: string; madeBy: string; madeAt: string; expiresAt: string;
  state: 'waiting' | 'done' | 'failed'; result: object | null; problem: { code: string; message: string } | null;
}
export type NewPreview = Pick<ReportPreview, 'kind' | 'brokerId' | 'profileId' | 'profile' | 'from' | 'to' | 'fileName' | 'madeBy' | 'madeAt' | 'expiresAt'>;

type Row = Omit<ReportPreview, 'from' | 'to' | 'madeAt' | 'expiresAt'> & { from: Date | null; to: Date | null; madeAt: Date; expiresAt: Date };

/** Keeps a sample byte for byte. Throws REPORT_EMPTY, and what `bytes` throws. */
export async function addPreview({ client }: Tx, preview: NewPreview, bytes: AsyncIterable<Uint8Array>): Promise<{ id: string; size: number; sha256: string }> {
  const id = newId('preview');
  const hash = createHash('sha256');
  let [size, no] = [0, 0];
  for await (const piece of bytes) {
    hash.update(piece);
    size += piece.length;
    await client.query('INSERT INTO report_preview_chunk (preview_id, no, bytes) VALUES ($1, $2, $3)', [id, no++, Buffer.from(piece)]);
  }
  if (size === 0) throw new Problem('REPORT_EMPTY', `The file "${preview.fileName}" is empty; send the broker's report as it was received.`);
  const sha256 = hash.digest('hex');
  await client.query(
    `INSERT INTO report_preview (id, kind, broker_id, profile_id, profile, period_from, period_to, file_name, size, sha256, made_by, made_at, expires_at, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'waiting')`,
    [id, preview.kind, preview.brokerId, preview.profileId, preview.profile, preview.from, preview.to, preview.fileName, size, sha256, preview.madeBy, preview.madeAt, preview.expiresAt]);
  return { id, size, sha256 };
}

/** Throws PREVIEW_UNKNOWN (404), also once it was forgotten. */
export async function getPreview(source: SqlSource, id: string, kind?: PreviewKind): Promise<ReportPreview> {
  const { rows: [row] } = await sqlOf(source).query<Row>(
    `SELECT id, kind, broker_id AS "brokerId", profile_id AS "profileId", profile, period_from AS "from", period_to AS "to", file_name AS "fileName", size, sha256,
            made_by AS "madeBy", made_at AS "madeAt", expires_at AS "expiresAt", state, result, problem
     FROM report_preview WHERE id = $1 AND ($2::text IS NULL OR kind = $2)`, [id, kind ?? null]);
  if (row === undefined) throw new Problem('PREVIEW_UNKNOWN', `There is no ${kind ?? 'preview'} "${id}"; samples are kept for some days only.`, { status: 404 });
  return { ...row, from: row.from?.toISOString() ?? null, to: row.to?.toISOString() ?? null, madeAt: row.madeAt.toISOString(), expiresAt: row.expiresAt.toISOString() };
}

/** The kept sample, piece by piece. */
export async function* openPreviewFile(source: SqlSource, id: string): AsyncGenerator<Buffer> {
  for (let no = 0; ; no++) {
    const { rows: [row] } = await sqlOf(source).query<{ bytes: Buffer }>('SELECT bytes FROM report_preview_chunk WHERE preview_id = $1 AND no = $2', [id, no]);
    if (row === undefined) return;
    yield row.bytes;
  }
}

/** Keeps what was found, or why nothing was; the first one stands. `at`: ISO instant. */
export async function finishPreview(source: SqlSource, id: string, found: { result: object } | { problem: { code: string; message: string } }, at: string): Promise<void> {
  const [state, result, problem] = 'result' in found ? ['done', storableJson(found.result), null] : ['failed', null, storableJson(found.problem)];
  await sqlOf(source).query("UPDATE report_preview SET state = $2, result = $3, problem = $4, finished_at = $5 WHERE id = $1 AND state = 'waiting'", [id, state, result, problem, at]);
}

/** Forgets samples whose time is over, with their files. `at`: ISO instant. Answers how many. */
export async function forgetPreviews(pool: Pool, at: string): Promise<number> {
  return (await pool.query('DELETE FROM report_preview WHERE expires_at <= $1', [at])).rowCount ?? 0;
}

/** Ids of those that nobody has looked at yet, oldest first, for the sweep. */
export async function waitingPreviews(source: SqlSource): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>("SELECT id FROM report_preview WHERE state = 'waiting' ORDER BY id LIMIT 1000");
  return rows.map(({ id }) => id);
}
