import { pathOf } from './jsonText.ts';

const MARKS = /["{}[\],]/g;

interface Open {
  /** Path of an object that a mapped path leads through; null for arrays and for what no path leads to. */
  path: string | null;
  keys: Set<string> | null;
  key: string;
  index: number;
}

/**
 * Finds keys that stand twice in one object of a row where a mapped path leads through them: a parser keeps the last, and which one the broker means nobody knows.
 * Returns a function that gives the places (in `paths`) of such a row's paths, empty for a sound row. The row is known to be JSON.
 */
export function repeatedKeys(paths: readonly string[]): (raw: string) => number[] {
  const wanted = new Set(paths.flatMap((path) => Array.from(path.matchAll(/\./g), ({ index }) => path.slice(0, index)).concat(path)));
  const names = [...new Set([...wanted].flatMap((path) => Array.from(path.matchAll(/\./g), ({ index }) => path.slice(index + 1)).concat(path)))].map((name) => JSON.stringify(name));
  return (raw) => {
    // Nearly every row is done here: no key in it twice, and none that could be written in escapes.
    if (!raw.includes('\\') && !names.some((name) => standsTwice(raw, name))) return [];
    const found = repeatedIn(raw, wanted);
    return found.size === 0 ? [] : paths.flatMap((path, at) => ([...found].some((key) => path === key || path.startsWith(`${key}.`)) ? [at] : []));
  };
}

function standsTwice(raw: string, name: string): boolean {
  const first = raw.indexOf(name);
  return first >= 0 && raw.includes(name, first + name.length);
}

/** Paths of the keys that stand twice, of those that are wanted. */
function repeatedIn(raw: string, wanted: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const stack: Open[] = [];
  let isKey = false;
  MARKS.lastIndex = 0;
  for (let mark = MARKS.exec(raw); mark !== null; mark = MARKS.exec(raw)) {
    const top = stack.at(-1);
    const inside = top === undefined ? '' : top.path === null ? null : pathOf(top.path, top.keys === null ? String(top.index) : top.key);
    if (mark[0] === '"') {
      const end = stringEnd(raw, mark.index);
      MARKS.lastIndex = end;
      if (!isKey || top?.keys == null || top.path === null) continue;
      isKey = false;
      top.key = JSON.parse(raw.slice(mark.index, end)) as string;
      const path = pathOf(top.path, top.key);
      if (wanted.has(path) && top.keys.has(top.key)) found.add(path);
      if (wanted.has(path)) top.keys.add(top.key);
    } else if (mark[0] === '{' || mark[0] === '[') {
      const leads = inside !== null && (stack.length === 0 || wanted.has(inside));
      stack.push({ path: leads ? inside : null, keys: mark[0] === '{' ? new Set() : null, key: '', index: 0 });
      isKey = mark[0] === '{';
    } else if (mark[0] === ',') {
      if (top !== undefined) top.index++;
      isKey = top !== undefined && top.keys !== null;
    } else {
      stack.pop();
      isKey = false;
    }
  }
  return found;
}

/** Position after the closing quote of the string at `start`. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  return text.length;
}
