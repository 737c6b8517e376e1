import { Decimal as DecimalJs } from 'decimal.js';

/**
 * The one decimal.js constructor of the product. Precision 200 keeps every product of lots × factor × rate × multiplier exact
 * (each has at most 15 + 20 digits; the library's default of 20 would drop some); ROUND_DOWN because money is only ever cut, never rounded up.
 */
export const Decimal = DecimalJs.clone({ precision: 200, rounding: DecimalJs.ROUND_DOWN, toExpNeg: -40, toExpPos: 40 });
export type Decimal = InstanceType<typeof Decimal>;

/** Places kept on balances and line amounts in USD (product.md "Calculation"). */
export const BALANCE_PLACES = 8;

/** Plain decimal text without exponent or trailing zeros: `1.10` → `1.1`, `0.00` → `0`. */
export function plain(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}

/** Cuts (never rounds) towards zero to `places` decimals: the rule for line amounts (8) and for rails at payout. */
export function cut(value: Decimal, places: number): Decimal {
  return value.toDecimalPlaces(places, Decimal.ROUND_DOWN);
}

/** Exact sum of decimals given as text or Decimal; the sum of nothing is 0. */
export function sum(values: Iterable<Decimal | string>): Decimal {
  let total = new Decimal(0);
  for (const value of values) total = total.plus(value);
  return total;
}
