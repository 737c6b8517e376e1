import { readFileSync } from 'node:fs';

/** The whole lines of a record that somebody else writes; a last one that is not whole yet was never answered for. */
export function recordLines(path: string): Record<string, unknown>[] {
  const text = readFileSync(path, 'utf8');
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}
