import { createHash, type Hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '../../../../domain/problem.ts';
import type { ApiSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { closeFile, spool, type Spooled } from '../../read/spool.ts';
import { SourceAway } from '../failure.ts';
import type { Answered, Reach } from '../http.ts';
import { authorization } from './authorize.ts';
import { askPage, pageBytes, type PageFact } from './page.ts';
import { PageReader, type PageSaid } from './pageReader.ts';
import { countOf, type Next, pagerOf, pagingPaths } from './paging.ts';
import { filledBody, filledUrl, periodValues } from './template.ts';

export interface ToFetch {
  settings: ApiSourceSettings;
  secret: string | null;
  /** Where the rows are; null: the answer is not JSON, and is not looked into. */
  rowsPath: string | null;
  /** The period, ISO instants. */
  from: string;
  to: string;
}
/** The pages one after the other, parted by a line end each; for one page exactly its body. The caller closes the file. */
export interface Fetched { file: Spooled; sha256: string; pages: PageFact[]; rows: number | null }

/** So many times the pages may change meanwhile; then it is a problem. */
const GOES = 3;
/** A page after the first that is asked too early is waited for, so that a long report is not begun anew each time. */
const PATIENCE_SECONDS = 30;
const PATIENCE_TIMES = 20;
const LINE_END = Buffer.from('\n');

class NotReady extends Error {}
class Moved extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * A period's report from a broker's API, every page byte for byte; null where it is not ready. One of several pages is gone through until two goes, one after
 * the other, have the same rows: where a row goes and another comes meanwhile, one that moves over to a page before is in neither, and every count stays right.
 * Throws `SourceAway` where the API is away, and `Problem` where what it answers cannot be taken: SOURCE_…
 */
export async function fetchReport(what: ToFetch, reach: Reach): Promise<Fetched | null> {
  let moved = 0;
  for (let before: string | null = null; ;) {
    try {
      const { fetched, rowsDigest } = await walk(what, reach);
      if (fetched === null || fetched.pages.length === 1 || rowsDigest === before) return fetched;
      await closeFile(fetched.file.fd);
      if (before !== null && ++moved === GOES) throw moving();
      before = rowsDigest;
    } catch (error) {
      if (error instanceof NotReady) return null;
      if (!(error instanceof Moved)) throw error;
      if (++moved === GOES) throw error.problem;
      before = null;
    }
  }
}

/** Once through all pages. Throws `NotReady`, `Moved`. */
async function walk(what: ToFetch, reach: Reach): Promise<{ fetched: Fetched | null; rowsDigest: string }> {
  const pages: PageFact[] = [];
  const [hash, rowHash] = [createHash('sha256'), createHash('sha256')];
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of allPages(what, reach, pages, rowHash)) {
      hash.update(piece);
      yield piece;
    }
  };
  const file = await spool(hashed());
  const rowsDigest = rowHash.digest('hex');
  if (file.bytes > 0) return { rowsDigest, fetched: { file, sha256: hash.digest('hex'), pages, rows: what.rowsPath === null ? null : pages.reduce((sum, page) => sum + (page.rows ?? 0), 0) } };
  await closeFile(file.fd);
  return { rowsDigest, fetched: null };
}

async function* allPages({ settings, secret, rowsPath, from, to }: ToFetch, reach: Reach, pages: PageFact[], rowHash: Hash): AsyncGenerator<Uint8Array> {
  const { paging, totals, ready, emptyMeans } = settings;
  const pager = pagerOf(paging);
  const counts = new Set([...(paging.kind === 'offset' && paging.total !== undefined ? [paging.total] : []), ...(totals ? [totals.count] : [])]);
  const paths = [...counts, ...pagingPaths(paging), ...(ready ? [ready.path] : [])];
  const isReady = ({ texts }: PageSaid): boolean => ready === undefined || texts.get(ready.path) === ready.value;
  const period = periodValues(settings, from, to);
  const stated = new Map<string, bigint>();
  const asked = patiently(reach);
  let bytes = 0;
  let rows = 0;
  for (let next: Next | null = pager.first; next !== null;) {
    if (pages.length === reach.settings.maxPages) throw new Problem('SOURCE_TOO_MANY_PAGES', `The API has more than ${reach.settings.maxPages} pages for one period; ask for larger ones.`);
    const values = { ...period, limit: pager.limit, offset: '', cursor: '', ...('url' in next ? {} : next) };
    const url = 'url' in next ? next.url : filledUrl(settings.url, values);
    const body = settings.method === 'POST' ? filledBody(settings.body ?? '', values) : undefined;
    const answered = await asked(pages.length > 0, () => askPage({
      method: settings.method, url, body,
      headers: { accept: 'application/json, */*;q=0.5', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...settings.headers, ...authorization(settings.auth, secret, { method: settings.method, url, body: body ?? '', now: Date.now() }) },
    }, reach));
    if (answered === null) {
      if (pages.length === 0) throw new NotReady();
      throw new Problem('SOURCE_REFUSED', 'The API has no content for a page after the first; nothing was taken.');
    }
    const reader = rowsPath === null ? null : new PageReader(rowsPath, paths, 'The answer', rowHash);
    if (pages.length > 0) {
      bytes++;
      yield LINE_END;
    }
    const fact = yield* pageBytes(answered, url, reader, { page: reach.settings.maxPageBytes, whole: reach.settings.maxBytes - bytes });
    bytes += fact.bytes;
    if (reader === null) {
      pages.push(fact);
      return;
    }
    const said = reader.end((without) => ready !== undefined && !isReady(without));
    if (!isReady(said)) throw pages.length === 0 ? new NotReady() : new Moved(moving());
    pages.push({ ...fact, rows: said.rows });
    rows += said.rows;
    for (const path of counts) tell(stated, path, said.texts.get(path));
    next = pager.after(said, linkOf(answered), url);
  }
  for (const [path, count] of stated) if (count !== BigInt(rows)) throw new Moved(differing(path, count, rows));
  if (rows === 0 && rowsPath !== null && emptyMeans === 'notReady') throw new NotReady();
}

/** Each page may say it; the first must. */
function tell(stated: Map<string, bigint>, path: string, text: string | undefined): void {
  const before = stated.get(path);
  if (before !== undefined && (text === undefined || text === '')) return;
  const count = countOf(text, path);
  if (before !== undefined && before !== count) throw new Moved(moving());
  stated.set(path, count);
}

const moving = (): Problem => new Problem('SOURCE_MOVES', `The API's figures changed ${GOES} times while its pages were read; nothing was taken, it is tried again later.`);
const differing = (path: string, count: bigint, rows: number): Problem =>
  new Problem('SOURCE_TOTALS_DIFFER', `The API says at "${path}" that there are ${count} rows, but its pages have ${rows}; nothing was taken.`, { facts: { stated: String(count), found: rows } });

const linkOf = ({ headers }: Answered): string | undefined => (Array.isArray(headers['link']) ? headers['link'].join(', ') : headers['link']);

/** Waits where a server asks for it, for a while in all. */
function patiently({ signal }: Reach): <T>(patient: boolean, work: () => Promise<T>) => Promise<T> {
  let times = 0;
  return async (patient, work) => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof SourceAway) || error.retryAfter === null || !patient || error.retryAfter > PATIENCE_SECONDS || ++times > PATIENCE_TIMES) throw error;
        await wait(error.retryAfter * 1_000, undefined, signal ? { signal } : {});
      }
    }
  };
}
