import type { FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { Problem } from '../domain/problem.ts';
import { accessOf, type OperationId } from './access.ts';
import { callerOf } from './plugins/auth.ts';

/** What can be shown with a thing instead of only its id. */
export interface Expansion<T> {
  /** The operation that reads it by itself: who may not call that one is not shown it here either. */
  as: OperationId;
  /** Reads it for all of a page in a fixed number of statements; answers how to find each one's. */
  load(pool: pg.Pool, items: readonly T[]): Promise<(item: T) => unknown>;
  /** The user whose it is, of things that belong to one. */
  ownerOf?(thing: never): string;
}
export type Expansions<T> = Readonly<Record<string, Expansion<T>>>;

/** The parameter `expand`: a list of names with commas between; any other name is refused. */
export function expandQuery(expansions: Readonly<Record<string, unknown>>) {
  const names = Object.keys(expansions);
  const one = `(?:${names.join('|')})`;
  return {
    expand: z.string().regex(new RegExp(`^${one}(?:,${one}){0,${names.length - 1}}$`), `must be of ${names.join(', ')}, with commas between`).optional()
      .meta({ description: `Shown in full with each item, instead of only by id: ${names.map((name) => `\`${name}\``).join(', ')}.`, examples: [names.slice(0, 2).join(',')] }),
  };
}

/** One thing by the id that an item holds. `load` reads many of them in one statement. */
export function byId<T, R extends { id: string }>(as: OperationId, idOf: (item: T) => string | null, load: (pool: pg.Pool, ids: string[]) => Promise<R[]>, ownerOf?: (thing: R) => string): Expansion<T> {
  return {
    as, ...(ownerOf === undefined ? {} : { ownerOf }),
    async load(pool, items) {
      const ids = [...new Set(items.map(idOf).filter((id) => id !== null))];
      const found = new Map((await load(pool, ids)).map((thing) => [thing.id, thing]));
      return (item) => found.get(idOf(item) ?? '') ?? null;
    },
  };
}

/** The items with what the request wants expanded. Throws EXPAND_NOT_ALLOWED (403) for what the caller could not read by itself. */
export async function expanded<T extends object>(request: FastifyRequest, pool: pg.Pool, expansions: Expansions<T>, items: T[]): Promise<T[]> {
  const { expand } = request.query as { expand?: string };
  if (expand === undefined) return items;
  const names = [...new Set(expand.split(','))];
  for (const name of names) mustBeReadable(request, name, expansions[name]!.as);
  const { ownUserId } = callerOf(request);
  const parts = items.map((): Record<string, unknown> => ({}));
  for (const name of names) {
    const { load, ownerOf } = expansions[name]!;
    const find = await load(pool, items);
    items.forEach((item, i) => {
      const thing = find(item);
      const foreign = ownUserId !== null && ownerOf !== undefined && thing !== null && ownerOf(thing as never) !== ownUserId;
      parts[i]![name] = foreign ? null : thing;
    });
  }
  return items.map((item, i) => ({ ...item, ...parts[i] }));
}

function mustBeReadable(request: FastifyRequest, name: string, operationId: OperationId): void {
  const access = accessOf(operationId);
  if (access === undefined || access === 'public') return;
  const { role, scopes } = callerOf(request);
  const may = (access.own.includes(role) || access.any.includes(role)) && (access.scope === '' || scopes.includes('*') || scopes.includes(access.scope));
  if (!may) throw new Problem('EXPAND_NOT_ALLOWED', `You may not read "${name}" (${operationId}), so it cannot be shown here.`, { status: 403, at: { field: 'expand' } });
}
