import { normaliseInstant } from '../instant.ts';
import { Problem } from '../problem.ts';

/** What a statement covers, by the instant at which entries count: from ≤ instant < to. Open ends are null. */
export interface StatementPeriod { from: string | null; to: string | null }

/**
 * Brings both ends (ISO instants with any offset) into the one written form. What is written at the end of one period is
 * the start of the next, so closing and opening meet. Throws `PERIOD_EMPTY` (422) where `to` is not after `from`.
 */
export function statementPeriod(from: string | undefined, to: string | undefined): StatementPeriod {
  const period = { from: from === undefined ? null : normaliseInstant(from, 'from'), to: to === undefined ? null : normaliseInstant(to, 'to') };
  if (period.from !== null && period.to !== null && period.from >= period.to) {
    throw new Problem('PERIOD_EMPTY', `The period ${from} to ${to} is empty; "to" must be after "from".`, { status: 422, at: { field: 'to' } });
  }
  return period;
}

/** A calendar year in UTC, `year` as four digits from 2000 to 2999. Throws `YEAR_INVALID` (400). */
export function yearPeriod(year: string): { from: string; to: string } {
  if (!/^2\d{3}$/.test(year)) throw new Problem('YEAR_INVALID', `"${year}" is not a year from 2000 to 2999.`, { status: 400, at: { field: 'year' } });
  return { from: `${year}-01-01T00:00:00.000Z`, to: `${String(Number(year) + 1)}-01-01T00:00:00.000Z` };
}
