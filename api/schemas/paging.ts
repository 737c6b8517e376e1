import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import { instantIn } from './common.ts';

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'How many at most.' }),
  cursor: z.string().max(400).optional().meta({ description: '`nextCursor` of the page before.' }),
};

/** Filters of lists by their own instant, named alike everywhere. */
export const timeQuery = (what: string) => ({
  from: instantIn().optional().meta({ description: `Only those ${what} at or after this instant.` }),
  to: instantIn().optional().meta({ description: `Only those ${what} before this instant.` }),
});
/** A filter that is on, off, or not asked for. */
export const flag = (description: string) => z.enum(['true', 'false']).optional().meta({ description });
export const asFlag = (value: 'true' | 'false' | undefined): boolean | undefined => (value === undefined ? undefined : value === 'true');

/** A page of things; `nextCursor` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });

const ID = /^[A-Za-z0-9_-]{1,100}$/;
/** For lists whose order is a number (of at most 18 digits, so that it fits a bigint). */
export const NUMBERED = /^\d{1,18}$/;
/** For lists in the order of a file's rows. */
export const ROWS = /^\d{1,9}$/;

/** Reads a page through `fetch(after, limit)`: one more is asked for than is shown, to know whether there is a next page. */
export async function readPage<T>(query: { limit: number; cursor?: string | undefined }, keyOf: (item: T) => string, fetch: (page: { after?: string; limit: number }) => Promise<T[]>, keys: RegExp = ID): Promise<{ items: T[]; nextCursor: string | null }> {
  const after = query.cursor === undefined ? undefined : decode(query.cursor, keys);
  const found = await fetch({ ...(after === undefined ? {} : { after }), limit: query.limit + 1 });
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > query.limit && last !== undefined ? encode(keyOf(last)) : null };
}

const encode = (after: string): string => Buffer.from(`1:${after}`).toString('base64url');

function decode(cursor: string, keys: RegExp): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith('1:') || !keys.test(text.slice(2))) throw new Problem('CURSOR_INVALID', 'The cursor is not one of ours; use nextCursor of the page before, unchanged.', { status: 400, at: { field: 'cursor' } });
  return text.slice(2);
}

/** The same without what is undefined: what a store takes as "not asked for". */
export function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
