import { cellText } from './cellText.ts';

/** A number with its source text, because a float would lose digits. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export interface JsonCell {
  text: string;
  isNumber: boolean;
  /** A clause that says what is wrong where the value is no text, number or literal. */
  fault: string | null;
}

const EMPTY: JsonCell = { text: '', isNumber: false, fault: null };

/** Where a number can stand outside of strings: after a key or inside an array. Without one the slow reviver is not needed. */
const HAS_NUMBER = /"\s*:\s*-?\d|[[,]\s*-?\d|^\s*-?\d/;

/** Parses JSON so that its numbers keep their source text; throws SyntaxError. */
export function parseKeepingNumbers(source: string): unknown {
  if (!HAS_NUMBER.test(source)) return JSON.parse(source);
  return JSON.parse(source, keepNumber as (key: string, value: unknown) => unknown);
}

/** ES2026 hands a third argument with the source text, which the library's types do not know yet. */
function keepNumber(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === 'number' ? new NumberText(context.source ?? '') : value;
}

export function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof NumberText);
}

/** Finds the value at a path with dots inside a row; an own key that has the dots in its name wins. A missing one is undefined. */
export function valueAt(value: unknown, path: string): unknown {
  if (!isRow(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(value, key)) continue;
    const found = valueAt(value[key], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Text of a value as a cell: null and missing ones are empty. */
export function cellOf(value: unknown): JsonCell {
  if (typeof value === 'string') return { ...cellText(value), isNumber: false };
  if (value === undefined || value === null) return EMPTY;
  if (value instanceof NumberText) return { text: value.text, isNumber: true, fault: null };
  if (typeof value === 'boolean') return { text: String(value), isNumber: false, fault: null };
  return { text: '', isNumber: false, fault: Array.isArray(value) ? 'holds an array' : 'holds an object' };
}
