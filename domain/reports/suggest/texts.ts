import type { KindTexts } from '../profile.ts';
import type { Column } from './columns.ts';
import { CLASS_TEXTS, KIND_TEXTS, STATUS_TEXTS, YES_NO_TEXTS } from './tables.ts';

/** Texts that are listed of one column; more are names, not kinds. */
const MOST = 60;

/** The different texts of a column, the most frequent first. */
export function textsOf({ cells }: Column): string[] {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST).map(([text]) => text);
}

const plain = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ');
const ORDER = ['trade', 'reversal', 'adjustment', 'ignore'] as const;

/** Texts of a kind column by what they mean, and those that are not known; an empty cell beside others is a trade's. */
export function kindsOf(column: Column): { kinds: KindTexts; unknown: string[] } {
  const kinds: { [kind in (typeof ORDER)[number]]?: string[] } = {};
  const unknown: string[] = [];
  for (const text of textsOf(column)) {
    const kind = ORDER.find((one) => KIND_TEXTS[one].includes(plain(text)));
    if (kind === undefined) unknown.push(text);
    else (kinds[kind] ??= []).push(text);
  }
  return { kinds: Object.fromEntries(ORDER.flatMap((kind) => (kinds[kind] === undefined ? [] : [[kind, kinds[kind]]]))), unknown };
}

/** Headers under which a yes is good: not `Not eligible`, `Invalid`, `Flag`. */
const SAYS_GOOD = /^(?:is )?(?:trade )?(?:eligible|eligibility|valid|validity|counted|gültig)\??$/i;

/** Reason codes of a status column's texts (null: the line counts), and those that are not known, which are in no list: as long as nobody says what they mean, their lines are malformed and not paid. */
export function statusesOf(column: Column): { statuses: Record<string, string | null>; unknown: string[] } {
  const known = { ...STATUS_TEXTS, ...(SAYS_GOOD.test(column.header) ? YES_NO_TEXTS : {}) };
  const statuses: Record<string, string | null> = {};
  const unknown: string[] = [];
  for (const text of textsOf(column)) {
    const reason = Object.hasOwn(known, plain(text)) ? known[plain(text)] : undefined;
    if (reason === undefined) unknown.push(text);
    else statuses[text] = reason;
  }
  return { statuses, unknown };
}

/** Instrument classes of a class column's texts, and those that are not known. */
export function classesOf(column: Column): { classes: Record<string, string>; unknown: string[] } {
  const classes: Record<string, string> = {};
  const unknown: string[] = [];
  for (const text of textsOf(column)) {
    const name = Object.hasOwn(CLASS_TEXTS, plain(text)) ? CLASS_TEXTS[plain(text)] : undefined;
    if (name === undefined) unknown.push(text);
    else classes[text] = name;
  }
  return { classes, unknown: unknown.filter((text) => text !== '') };
}
