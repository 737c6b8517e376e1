/** One value that a change sets, beside what is there now; null where there is nothing. */
export interface ChangedValue { path: string; before: unknown; after: unknown }

/** JSON with sorted names, so that equal things are equal texts. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}

/** What differs, by path (`accountTypes.cent.lotFactor`), for somebody who reviews: only what the change itself names. */
export function difference(before: unknown, after: unknown, path = ''): ChangedValue[] {
  if (canonical(before) === canonical(after)) return [];
  if (!isRecord(after) || (before !== null && before !== undefined && !isRecord(before))) return [{ path, before: before ?? null, after: after ?? null }];
  const was: Record<string, unknown> = before ?? {};
  // Below the first level a name that the new value lacks is taken away; at the first it is not spoken of.
  const names = path === '' ? Object.keys(after) : [...new Set([...Object.keys(was), ...Object.keys(after)])];
  return names.flatMap((name) => difference(was[name], after[name], path === '' ? name : `${path}.${name}`));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
