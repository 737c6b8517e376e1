/** What parts JSON's tokens; each expression is tried at one place only. */
export const SPACE = /[ \t\r\n]*/y;
export const SCALAR = /(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
export const SCALAR_PART = /[-+.\w]*/y;

/** Path of a member: keys joined by dots. */
export function pathOf(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** Where a match of a sticky expression at `at` ends; `at` itself where there is none. */
export function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
