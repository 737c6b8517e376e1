import type { ReportNotice } from './notices.ts';

/** Lines of a report whose tickets stand in another period, and that close outside the report's own. */
export interface MovedTickets {
  lines: number;
  /** The first of them, in the file. */
  firstLine: number;
  /** USD that the tickets have earned where they stand. */
  earned: string;
  /** Where they stand; ISO instants. */
  periods: { id: string; from: string; to: string }[];
  /** How many periods are not named. */
  morePeriods: number;
}

export const movedTicketsNotice = ({ lines, firstLine, earned, periods, morePeriods }: MovedTickets): ReportNotice => ({
  code: 'MOVED_TICKETS', lines, firstLine,
  message: `${lines === 1 ? '1 line closes' : `${lines} lines close`} outside the report's period and ${lines === 1 ? 'has a ticket that stands' : 'have tickets that stand'} in what was reported for `
    + `${periods.map(({ from, to }) => `${from} to ${to}`).join(', ')}${morePeriods === 0 ? '' : ` and ${morePeriods} more periods`}, where they have earned ${earned} USD; this report takes them over. Check which period the file is for.`,
});
