import { Problem } from '../problem.ts';

/**
 * The rule of two people: whoever asked for a change is not the one who agrees to it or rejects it, by whatever session or key he
 * acts; both are named by the person behind them (db/stores/persons.ts `humanBehind`). Throws SAME_PERSON (403).
 */
export function requireAnother(requestedBy: string, decidedBy: string): void {
  if (requestedBy !== decidedBy) return;
  throw new Problem('SAME_PERSON', 'Whoever asked for a change cannot decide about it: a second operator must. You can withdraw it.', { status: 403 });
}
