/** How late a report is that has not come: each step is told to the operators once. */
export const LATENESS = ['due', 'overdue', 'escalated'] as const;
export type Lateness = (typeof LATENESS)[number];

/**
 * `open`: not ended, or not expected by a calendar; `waiting`: ended and not due yet; `received`: a report is being worked on; `closed`: by an
 * operator, without a report.
 */
export const PERIOD_STATES = ['open', 'waiting', ...LATENESS, 'received', 'posted', 'closed'] as const;
export type PeriodState = (typeof PERIOD_STATES)[number];

/** ISO instants. */
export interface DueInstants { dueAt: string; overdueAt: string; escalatedAt: string }

/** Every step that has been reached at `asOf` (ISO instant), in their order. */
export function stepsReached(due: DueInstants, asOf: string): Lateness[] {
  const at = Date.parse(asOf);
  return LATENESS.filter((step) => Date.parse(instantOf(due, step)) <= at);
}

export const instantOf = (due: DueInstants, step: Lateness): string => (step === 'due' ? due.dueAt : step === 'overdue' ? due.overdueAt : due.escalatedAt);

const HOUR = 3_600_000;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `expected Tue 06:00 UTC, 6 h late`; with the date where the weekday alone could mean another week. */
export function expectedText(dueAt: string, asOf: string): string {
  const due = new Date(dueAt);
  const late = Date.parse(asOf) - due.getTime();
  const near = Math.abs(late) < 6 * 24 * HOUR;
  const day = near ? DAYS[due.getUTCDay()] : `${DAYS[due.getUTCDay()]} ${due.getUTCDate()} ${MONTHS[due.getUTCMonth()]} ${due.getUTCFullYear()}`;
  return `expected ${day} ${due.toISOString().slice(11, 16)} UTC${late < 60_000 ? '' : `, ${span(late)} late`}`;
}

/** Whole units, cut: minutes up to an hour, hours up to two days, then days. */
function span(millis: number): string {
  if (millis < HOUR) return `${Math.floor(millis / 60_000)} min`;
  return millis < 48 * HOUR ? `${Math.floor(millis / HOUR)} h` : `${Math.floor(millis / (24 * HOUR))} d`;
}
