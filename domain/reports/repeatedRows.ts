import type { ReportNotice } from './notices.ts';

/** Lines without a ticket that stand in another period of the broker as well. */
export interface RepeatedRows {
  lines: number;
  /** The first of them, in the file. */
  firstLine: number;
  /** USD that they would earn as well. */
  earned: string;
  /** Where they stand already; ISO instants. */
  periods: { id: string; from: string; to: string }[];
  /** How many periods are not named. */
  morePeriods: number;
}

export const repeatedRowsNotice = ({ lines, firstLine, earned, periods, morePeriods }: RepeatedRows): ReportNotice => ({
  code: 'REPEATED_ROWS', lines, firstLine,
  message: `${lines} lines without a ticket stand with the same content in what was reported for ${periods.map(({ from, to }) => `${from} to ${to}`).join(', ')}${morePeriods === 0 ? '' : ` and ${morePeriods} more periods`}; `
    + `nothing but the period tells them apart, and here they earn ${earned} USD as well. Check which period the file is for.`,
});
