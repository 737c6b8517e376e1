import { type Figures, sumFigures } from './figures.ts';
import type { Programme } from './statement.ts';

/** What one programme of one broker did in one month; `month` is `YYYY-MM` in UTC. */
export interface MonthOfPart { month: string; brokerId: string; brokerName: string; programme: Programme; currency: string; figures: Figures }

/** A year of one programme of one broker. `opening` and `closing` are what the user had: pending, available, held and reserved together. */
export interface YearOfPart { brokerId: string; brokerName: string; programme: Programme; currency: string; opening: string; closing: string; figures: Figures }

export interface YearOfEarnings {
  months: MonthOfPart[];
  parts: YearOfPart[];
  /** By currency, over everything. */
  totals: { currency: string; figures: Figures }[];
}

/** Sums of a year's months by currency. */
export function yearTotals(months: readonly MonthOfPart[]): YearOfEarnings['totals'] {
  return [...Map.groupBy(months, (month) => month.currency)].map(([currency, own]) => ({ currency, figures: sumFigures(own.map((month) => month.figures)) }));
}
