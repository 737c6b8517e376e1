import { Problem } from '../problem.ts';

/**
 * The rule of two people: whoever asked for a change, or handed in the file that it is about, is not the one who agrees to it or rejects it, by whatever session or
 * key he acts; all are named by the person behind them (db/stores/persons.ts `humanBehind`). Throws SAME_PERSON (403).
 */
export function requireAnother(involved: readonly string[], decidedBy: string): void {
  if (!involved.includes(decidedBy)) return;
  throw new Problem('SAME_PERSON', 'Whoever asked for a change, or handed in the file that it is about, cannot decide about it: a second operator must. Whoever asked can withdraw it.', { status: 403 });
}
