import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'How many at most.' }),
  cursor: z.string().max(400).optional().meta({ description: '`nextCursor` of the page before.' }),
};

/** A page of things; `nextCursor` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Reads a page through `fetch(after, limit)`: one more is asked for than is shown, to know whether there is a next page. */
export async function readPage<T>(query: { limit: number; cursor?: string | undefined }, keyOf: (item: T) => string, fetch: (page: { after?: string; limit: number }) => Promise<T[]>): Promise<{ items: T[]; nextCursor: string | null }> {
  const after = query.cursor === undefined ? undefined : decode(query.cursor);
  const found = await fetch({ ...(after === undefined ? {} : { after }), limit: query.limit + 1 });
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > query.limit && last !== undefined ? encode(keyOf(last)) : null };
}

const encode = (after: string): string => Buffer.from(`1:${after}`).toString('base64url');

function decode(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^1:[A-Za-z0-9_.:-]{1,200}$/.test(text)) throw new Problem('CURSOR_INVALID', 'The cursor is not one of ours; use nextCursor of the page before, unchanged.', { status: 400, at: { field: 'cursor' } });
  return text.slice(2);
}
