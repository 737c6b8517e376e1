import type { ReportNotice } from './notices.ts';

/** Lines of a report whose lots stand already: as trades where they are sums or the other way round, as days where they are months, or in another sum of that day or month. */
export interface OverlappingLots {
  lines: number;
  /** The first of them, in the file. */
  firstLine: number;
  /** USD that they would earn as well. */
  earned: string;
  /** Where the others stand; ISO instants. */
  periods: { id: string; from: string; to: string }[];
  /** How many periods are not named. */
  morePeriods: number;
}

export const overlappingLotsNotice = ({ lines, firstLine, earned, periods, morePeriods }: OverlappingLots): ReportNotice => ({
  code: 'OVERLAPPING_LOTS', lines, firstLine,
  message: `${lines === 1 ? '1 line is of an account and a day or month' : `${lines} lines are of accounts and days or months`} whose lots stand in what was reported for ${periods.map(({ from, to }) => `${from} to ${to}`).join(', ')}`
    + `${morePeriods === 0 ? '' : ` and ${morePeriods} more periods`} at another level (trades, sums of a day, sums of a month) or in another sum of the same day or month; here they earn ${earned} USD as well. Check whether they are the same lots.`,
});
