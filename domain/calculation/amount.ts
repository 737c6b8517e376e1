import { BALANCE_PLACES, Decimal, cut } from '../decimal.ts';
import { exactProduct } from './product.ts';

/** Reported lots in standard lots: times the account type's factor (cent: 0.01). */
export const standardLots = (lots: string, lotFactor: string): Decimal => new Decimal(lots).times(lotFactor);

/** USD of a line: reported lots × lot factor × rate per lot × tier multiplier, cut to 8 decimals (methodology §3, cases/README). */
export function lineAmount(lots: string, lotFactor: string, perLot: string, multiplier: string): Decimal {
  return cut(standardLots(lots, lotFactor).times(perLot).times(multiplier), BALANCE_PLACES);
}

/** Standard lots and USD of a paid line by the same rule, as plain text: what each line of a report is judged with. Tests and explanations work it out by `lineAmount`. */
export function paidLine(lots: string, lotFactor: string, perLot: string, multiplier: string): { lots: string; amount: string } {
  return { lots: exactProduct(lots, [lotFactor]), amount: exactProduct(lots, [lotFactor, perLot, multiplier], BALANCE_PLACES) };
}

/** Lots or USD of one line above which a file is damaged, not rich; the tables keep sums of up to a million such lines. */
export const MOST_OF_ONE_LINE = '1000000000';
const MOST = new Decimal(MOST_OF_ONE_LINE);

/** Less than `MOST` by the number of its digits alone. */
const SURELY_LESS = /^-?\d{1,9}(?:\.\d*)?$/;

/** What is implausible about a line's lots or USD, as a sentence; null where nothing is. */
export function implausible(what: string, value: string | Decimal): string | null {
  if (typeof value === 'string' && SURELY_LESS.test(value)) return null;
  return new Decimal(value).abs().lt(MOST) ? null : `${what} of ${new Decimal(value).toFixed()} cannot be right; the most that one line can have is ${MOST.toFixed()}.`;
}

/** USD of a money adjustment: as it stands, times the trader's share that the profile declares, cut to 8 decimals. */
export function adjustmentAmount(amount: string, traderShare: string): Decimal {
  return cut(new Decimal(amount).times(traderShare), BALANCE_PLACES);
}
