import type { Caller } from '../demo/call.ts';

export interface OpenApi { paths: Record<string, Record<string, { operationId?: string; parameters?: { in: string; name: string }[] }>> }

const PER_LIST = 3;
const BEFORE_PARAMETER = /\/([^/{}]+)\/\{(\w+)\}/g;

/**
 * Real ids for the path parameters of the API, some of each kind: `/v1/links/{linkId}` takes what any `GET …/links` lists, whose own
 * parameters are filled in from what was found before. `callers` are asked in turn.
 */
export async function realIds(document: OpenApi, callers: readonly Caller[]): Promise<Map<string, string[]>> {
  const lists = Object.entries(document.paths).filter(([, methods]) => methods['get'] !== undefined).map(([path]) => path);
  const wanted = new Map<string, string>();
  for (const path of Object.keys(document.paths)) for (const [, list, parameter] of path.matchAll(BEFORE_PARAMETER)) wanted.set(parameter!, list!);
  const ids = new Map<string, string[]>();
  // Twice: what is listed beneath an object needs the object's id first.
  for (let round = 0; round < 2; round++) {
    for (const [parameter, list] of wanted) {
      const found = new Set(ids.get(parameter));
      for (const path of lists.filter((candidate) => candidate.endsWith(`/${list}`))) {
        for (const filled of fill(path, ids)) for (const caller of callers) for (const id of await listed(caller, filled)) found.add(id);
      }
      ids.set(parameter, [...found]);
    }
  }
  return ids;
}

/** The path with each of its parameters replaced by each id that is known; nothing where one is not. */
function fill(path: string, ids: ReadonlyMap<string, string[]>): string[] {
  const parameter = /\{(\w+)\}/.exec(path)?.[1];
  return parameter === undefined ? [path] : (ids.get(parameter) ?? []).slice(0, PER_LIST).flatMap((id) => fill(path.replace(`{${parameter}}`, encodeURIComponent(id)), ids));
}

async function listed(caller: Caller, path: string): Promise<string[]> {
  const answer = await caller.get<{ items?: { id?: unknown }[] }>(path.replace(/^\/v1/, '')).catch(() => ({ items: [] }));
  return (answer.items ?? []).slice(0, PER_LIST).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
}
