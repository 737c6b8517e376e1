/** Exact products of plain decimal texts, in whole units of the last place: one multiplication a line where decimal objects would be five. */

type Scaled = readonly [units: bigint, places: number];

function scaled(text: string): Scaled {
  const point = text.indexOf('.');
  return point < 0 ? [BigInt(text), 0] : [BigInt(text.slice(0, point) + text.slice(point + 1)), text.length - point - 1];
}

/** Factors that many lines share (lot factor, rate, multiplier): multiplied once. */
const shared = new Map<string, Scaled>();

function productOf(factors: readonly string[]): Scaled {
  const name = factors.join('*');
  let product = shared.get(name);
  if (product === undefined) {
    if (shared.size > 10_000) shared.clear();
    product = factors.map(scaled).reduce(([a, x], [b, y]) => [a * b, x + y], [1n, 0]);
    shared.set(name, product);
  }
  return product;
}

function text(units: bigint, places: number): string {
  if (units === 0n) return '0';
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  let end = digits.length;
  const whole = digits.length - places;
  while (end > whole && digits.charCodeAt(end - 1) === 48) end--;
  return `${units < 0n ? '-' : ''}${digits.slice(0, whole)}${end === whole ? '' : `.${digits.slice(whole, end)}`}`;
}

/** `value` times `factors` as plain decimal text; `cutTo`: cut (never rounded) to so many places. `factors` should be few different ones. */
export function exactProduct(value: string, factors: readonly string[], cutTo = Number.POSITIVE_INFINITY): string {
  const [units, places] = scaled(value);
  const [factor, more] = productOf(factors);
  const all = places + more;
  return all > cutTo ? text((units * factor) / 10n ** BigInt(all - cutTo), cutTo) : text(units * factor, all);
}
