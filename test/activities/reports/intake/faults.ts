import type { Pool, PoolClient } from 'pg';

/** Thrown in place of a query: what a worker sees that is killed, or whose connection breaks, at that point. */
export class Killed extends Error {}

/**
 * A pool whose connections break at the n-th query or COPY (0-based, BEGIN and COMMIT count). `after`: the query is
 * carried out, but its answer is lost.
 */
export function breakingAt(pool: Pool, n: number, after = false): { pool: Pool; broke: () => boolean } {
  let asked = 0;
  let broke = false;
  const broken = (client: PoolClient): PoolClient => new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'query' || typeof value !== 'function') return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      return (...args: unknown[]) => {
        const query = value.bind(target) as (...args: unknown[]) => unknown;
        // A COPY is fed after it was asked for: it can fail to begin, but has no answer to lose here.
        const copy = typeof (args[0] as { submit?: unknown }).submit === 'function';
        if (args[0] === 'ROLLBACK' || (copy && after) || asked++ !== n) return query(...args);
        broke = true;
        if (!after) throw new Killed(`before query ${n}`);
        return (query(...args) as Promise<unknown>).then(() => { throw new Killed(`after query ${n}`); });
      };
    },
  });
  const proxy = new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return async () => broken(await target.connect());
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  return { pool: proxy, broke: () => broke };
}
