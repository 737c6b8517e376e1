import { Decimal } from '../decimal.ts';
import type { ExactSum } from './exactSum.ts';
import { MAX_DECIMAL_DIGITS, MAX_INTEGER_DIGITS, readPlainNumber } from './number.ts';

/** Decimal digits that a double always keeps. */
const DIGITS = 15;
const TAIL = new RegExp(`^-?\\d{1,${MAX_INTEGER_DIGITS}}\\.\\d{${MAX_DECIMAL_DIGITS + 1},}$`);

/** Whether a typed sum was reckoned in doubles: always in a workbook, in json where it has more digits than a double keeps. */
export function isFloatSum(text: string, format: string): boolean {
  return format === 'xlsx' || text.replace(/^-?0*\.?0*|\./g, '').length > DIGITS;
}

/** Plain decimal text of a typed sum, null where it is no number. What a double adds behind the 20th decimal (`0.1 + 0.2 - 0.3`) is cut. */
export function readFloatSum(text: string): string | null {
  return readPlainNumber(TAIL.test(text) ? new Decimal(text).toDecimalPlaces(MAX_DECIMAL_DIGITS).toFixed() : text);
}

/**
 * Whether a sum that a program reckoned in doubles is the exact one, though it does not look it (docs/decisions/workbooks.md): both are the same at 15
 * significant digits; or they differ by no more than adding that many doubles can do (count × 2⁻⁵³ × the figures' magnitude) and by less than half of the figures'
 * last decimal, so that no figure can be another, missing or too many.
 *
 * @param stated plain decimal text as `readFloatSum` gives it, in the unit of `exact`
 */
export function isSameFloatSum(stated: string, exact: ExactSum): boolean {
  const [says, sum] = [new Decimal(stated), new Decimal(exact.total())];
  const at = (figure: Decimal): Decimal => figure.toSignificantDigits(DIGITS, Decimal.ROUND_HALF_UP);
  if (at(says).eq(at(sum))) return true;
  const { count, decimals, magnitude } = exact.terms();
  const difference = says.minus(sum).abs();
  return difference.lte(new Decimal(magnitude).times(count).div(2 ** 53)) && difference.times(2).lt(new Decimal(10).pow(-decimals));
}
