import { createHash } from 'node:crypto';
import { Problem } from '../../../../domain/problem.ts';
import { type Answered, ask, type Asking, type Reach } from '../http.ts';
import { faultOf } from '../status.ts';
import type { PageReader } from './pageReader.ts';

/** What is kept of an answer beside its bytes. */
export interface PageFact { url: string; bytes: number; sha256: string; status: number; rows?: number; receivedAt: string }

/** Asks for a page; its bytes are still to come. Null: it is not there yet (202, 204). Throws `SourceAway` or the `Problem` that its status means. */
export async function askPage(asking: Asking, reach: Reach): Promise<Answered | null> {
  const answered = await ask(asking, reach);
  if (answered.status === 202 || answered.status === 204) {
    answered.discard();
    return null;
  }
  const fault = faultOf(answered, reach.settings.maxRetryAfterSeconds);
  if (fault === null) return answered;
  answered.discard();
  throw fault;
}

/** A page's bytes as they come, counted, hashed and read on the way; resolves to what is known of it at its end. Throws SOURCE_TOO_LARGE. */
export async function* pageBytes(answered: Answered, url: URL, reader: PageReader | null, room: { page: number; whole: number }): AsyncGenerator<Uint8Array, PageFact> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of answered.body) {
    bytes += piece.length;
    if (bytes > room.page || bytes > room.whole) throw new Problem('SOURCE_TOO_LARGE', `The answer is larger than ${bytes > room.page ? `${room.page} bytes a page` : 'a report may be'}; ask for smaller pages or a shorter period.`);
    hash.update(piece);
    reader?.push(piece);
    yield piece;
  }
  return { url: url.href, bytes, sha256: hash.digest('hex'), status: answered.status, receivedAt: new Date().toISOString() };
}
