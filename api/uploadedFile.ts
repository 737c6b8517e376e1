import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { normaliseInstant } from '../domain/instant.ts';
import { Problem } from '../domain/problem.ts';
import { beginning } from '../domain/storable.ts';
import { UploadFields } from './schemas/reports.ts';

export interface UploadedFile {
  fields: z.infer<typeof UploadFields> & { fileName: string };
  /** The file as it arrives; can be read once. Throws REPORT_TOO_LARGE when it is longer than allowed. */
  bytes: AsyncIterable<Uint8Array>;
  /** Throws away what has not been read: otherwise the sender's connection would hang on it. */
  discard(): void;
}

/** The report of a request: a form with the file as its last part, or the raw body; the other fields from the form or the query. */
export async function uploadedFile(request: FastifyRequest, limit: number): Promise<UploadedFile> {
  const { fields, bytes, discard } = await uploadedWith(request, limit, UploadFields);
  return { fields: { ...fields, from: normaliseInstant(fields.from, 'from'), to: normaliseInstant(fields.to, 'to') }, bytes, discard };
}

/** A file of a request like that, with other fields. Throws REPORT_MISSING, REPORT_EMPTY, REQUEST_INVALID or REQUEST_REFUSED. */
export async function uploadedWith<S extends z.ZodType<{ fileName?: string | undefined }>>(request: FastifyRequest, limit: number, schema: S): Promise<{ fields: z.output<S> & { fileName: string }; bytes: AsyncIterable<Uint8Array>; discard(): void }> {
  let given: Record<string, unknown> = { ...(request.query as object) };
  let stream = request.body as Readable;
  let name: string | undefined;
  if (request.isMultipart()) {
    const part = await formFile(request);
    if (part === undefined) throw new Problem('REPORT_MISSING', 'The form has no file; send the report as a part with a file name.', { status: 400, at: { field: 'file' } });
    for (const [field, value] of Object.entries(part.fields)) {
      if (value !== undefined && !Array.isArray(value) && value.type === 'field') given = { ...given, [field]: value.value };
    }
    stream = part.file;
    name = part.filename;
  }
  if (!stream || typeof stream !== 'object' || !('pipe' in stream)) throw new Problem('REPORT_EMPTY', 'The body is empty; send the report as it was received.', { status: 400 });
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    discard(stream);
    const issue = parsed.error.issues[0]!;
    // That a value stands in neither of two places is a rule that no description of either can say.
    const described = issue.code !== 'custom' && Object.hasOwn(given, String(issue.path[0]));
    throw new Problem(described ? 'REQUEST_INVALID' : 'REQUEST_REFUSED', `${issue.path.join('.') || 'The request'}: ${issue.message}. Give it in the query, or as a form field before the file.`, { status: described ? 400 : 422, at: { field: issue.path.join('.') } });
  }
  const fileName = parsed.data.fileName ?? (name === undefined || name === '' ? 'report' : printable(name));
  return { fields: { ...parsed.data, fileName }, bytes: capped(stream, limit), discard: () => discard(stream) };
}

/** The parser of forms throws plain errors at a form that is damaged before its file. */
async function formFile(request: FastifyRequest): ReturnType<FastifyRequest['file']> {
  try {
    return await request.file();
  } catch (error) {
    if (!(error instanceof Error) || 'code' in error) throw error;
    throw new Problem('FORM_UNREADABLE', `The form cannot be read (${error.message}); send multipart/form-data with its boundary.`, { status: 400 });
  }
}

/** SHA-256 of a file that is only read for it. */
export async function sha256Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of bytes) hash.update(piece);
  return hash.digest('hex');
}

async function* capped(stream: Readable, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  // Not destroyed when this stops early: that would cut the connection before the sender reads the answer.
  for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > limit) break;
    yield piece;
  }
  if (size <= limit) return;
  throw new Problem('REPORT_TOO_LARGE', `A report may have ${limit} bytes at most; split the period, or ask for a higher limit.`, { status: 413 });
}

/** Later, because an iterator that has just been left still holds the stream. */
function discard(stream: Readable): void {
  setImmediate(() => stream.resume());
}

/** A name is only shown, never used as a path; control characters are dropped. */
function printable(name: string): string {
  // oxlint-disable-next-line no-control-regex
  return beginning(name.toWellFormed().replace(/[\u0000-\u001f\u007f]/g, '').trim(), 255) || 'report';
}
