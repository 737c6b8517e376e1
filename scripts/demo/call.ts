import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../domain/problem.ts';

/** Calls of the API as a program makes them: with a key, and with a new Idempotency-Key on every change. */
export interface Caller {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  upload<T>(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<T>;
  /** Every item of a paged list. */
  list<T>(path: string): Promise<T[]>;
  as(key: string): Caller;
}

/** Throws `Problem` with the API's own code and sentence where it refuses. */
export function caller(apiUrl: string, key: string): Caller {
  const call = async <T>(method: string, path: string, body?: { type: string; bytes: string | Uint8Array<ArrayBuffer> }): Promise<T> => {
    const answer = await fetch(`${apiUrl}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }), ...(body && { 'content-type': body.type }) },
      ...(body && { body: body.bytes }),
    });
    const told = await answer.json() as { code?: string; detail?: string; at?: Record<string, string | number> };
    if (!answer.ok) throw new Problem(told.code ?? 'API_FAILED', `${method} ${path}: ${told.detail ?? answer.statusText}`, { status: answer.status, at: told.at ?? {} });
    return told as T;
  };
  const get = <T>(path: string): Promise<T> => call('GET', path);
  return {
    get,
    post: (path, body) => call('POST', path, body === undefined ? undefined : { type: 'application/json', bytes: JSON.stringify(body) }),
    put: (path, body) => call('PUT', path, { type: 'application/json', bytes: JSON.stringify(body) }),
    upload: (path, bytes) => call('POST', path, { type: 'application/octet-stream', bytes }),
    async list<T>(path: string): Promise<T[]> {
      const items: T[] = [];
      for (let cursor: string | null = null; ;) {
        const page: { items: T[]; nextCursor?: string | null } = await get(`${path}${path.includes('?') ? '&' : '?'}limit=100${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
        items.push(...page.items);
        if (!page.nextCursor) return items;
        cursor = page.nextCursor;
      }
    },
    as: (other) => caller(apiUrl, other),
  };
}

/** Asks until `enough`; tells each new answer to `tell`. Throws `Problem` DEMO_STUCK after `seconds`, or when stopping begins. */
export async function waitFor<T>(what: string, signal: AbortSignal, ask: () => Promise<T>, enough: (answer: T) => boolean, tell: (answer: T) => void = () => {}, seconds = 120): Promise<T> {
  const end = performance.now() + seconds * 1_000;
  for (let last = ''; ;) {
    const asked = performance.now();
    const answer = await ask();
    const took = performance.now() - asked;
    const text = JSON.stringify(answer);
    if (text !== last) tell(answer);
    last = text;
    if (enough(answer)) return answer;
    if (performance.now() > end) throw new Problem('DEMO_STUCK', `Gave up after ${seconds} s waiting for ${what}. Look at the logs and the Temporal UI.`);
    // Long lists are asked for less often.
    await delay(Math.max(300, 3 * took), undefined, { signal });
  }
}
