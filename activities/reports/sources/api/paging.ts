import { Problem } from '../../../../domain/problem.ts';
import type { ApiPaging } from '../../../../domain/reports/sourceSettings.ts';
import type { PageSaid } from './pageReader.ts';

/** Where the next page is: by its values in the template, or by the address that the page before named. */
export type Next = { offset: string; cursor: string } | { url: URL };
export interface Pager {
  limit: string;
  first: Next;
  /** Null: that was the last. Throws SOURCE_CURSOR_REPEATS, SOURCE_LEADS_ELSEWHERE. */
  after(said: PageSaid, link: string | undefined, url: URL): Next | null;
}

/** The paths that paging looks at in each page. */
export const pagingPaths = (paging: ApiPaging): string[] =>
  (paging.kind === 'offset' && paging.total !== undefined ? [paging.total] : paging.kind === 'cursor' && typeof paging.next === 'string' ? [paging.next] : []);

/** How an API's pages follow each other; for one go through them. */
export function pagerOf(paging: ApiPaging): Pager {
  if (paging.kind === 'none') return { limit: '', first: { offset: '0', cursor: '' }, after: () => null };
  return paging.kind === 'offset' ? byOffset(paging) : byCursor(paging);
}

function byOffset(paging: Extract<ApiPaging, { kind: 'offset' }>): Pager {
  let found = 0;
  let total: string | undefined;
  const at = (): Next => ({ offset: String(paging.start + found), cursor: '' });
  return {
    limit: String(paging.limit), first: at(),
    after({ rows, texts }) {
      found += rows;
      if (rows === 0) return null;
      if (paging.total !== undefined) return BigInt(found) < countOf(total = texts.get(paging.total) || total, paging.total) ? at() : null;
      // A server may give less than it is asked for: only where it is known to fill its pages a short one is the last.
      return paging.end === 'short' && rows < paging.limit ? null : at();
    },
  };
}

function byCursor(paging: Extract<ApiPaging, { kind: 'cursor' }>): Pager {
  const seen = new Set<string>();
  return {
    limit: String(paging.limit), first: { offset: '0', cursor: '' },
    after({ texts }, link, url) {
      const next = typeof paging.next === 'string' ? texts.get(paging.next) ?? '' : linkedNext(link);
      if (next === '') return null;
      if (seen.has(next)) throw new Problem('SOURCE_CURSOR_REPEATS', `The API names the same next page twice, so its pages never end; nothing was taken.`, { facts: { pages: seen.size + 1 } });
      seen.add(next);
      if (typeof paging.next === 'string' && !/^https?:\/\//i.test(next)) return { offset: '0', cursor: next };
      return { url: sameOrigin(next, url) };
    },
  };
}

/** The secret goes along with the next page: it never goes to another host. */
function sameOrigin(next: string, url: URL): URL {
  const target = URL.parse(next, url.href);
  if (target === null || target.origin !== url.origin || target.username !== '' || target.password !== '') throw new Problem('SOURCE_LEADS_ELSEWHERE', 'The API names a next page at another address than its own; that is not followed.');
  target.hash = '';
  return target;
}

/** The target with rel="next" of a Link header (RFC 8288); empty where there is none. */
function linkedNext(header: string | undefined): string {
  for (const [, target = '', parameters = ''] of (header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:"[^"]*"|[^\s",;]+))?)*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?![\w-]))/i.test(parameters)) return target;
  }
  return '';
}

/** Throws SOURCE_TOTALS_MISSING. */
export function countOf(text: string | undefined, path: string): bigint {
  if (text === undefined || !/^\d{1,18}$/.test(text)) throw new Problem('SOURCE_TOTALS_MISSING', `The answer has no whole number at the path "${path}", where the settings expect how many rows there are.`, { at: { field: path } });
  return BigInt(text);
}
