/** Exact running sum of plain decimal texts, fast enough for a million of them: two bigints (above and below zero) per number of decimals. */
export interface ExactSum {
  /** Adds plain decimal text (as a NumberReader gives it). */
  add(text: string): void;
  /** The sum as plain decimal text; `0` for nothing. */
  total(): string;
  /** How many figures were added, the most decimals that one was written with, and the sum of their absolute values. */
  terms(): { count: number; decimals: number; magnitude: string };
}

export function exactSum(): ExactSum {
  const [above, below]: [bigint[], bigint[]] = [[], []];
  let count = 0;
  const total = (sign: bigint): string => {
    const scale = Math.max(0, above.length - 1);
    const units = above.reduce((sum, part, at) => sum + (part + sign * (below[at] ?? 0n)) * 10n ** BigInt(scale - at), 0n);
    return unscaled(units, scale);
  };
  return {
    add(text) {
      count++;
      const point = text.indexOf('.');
      const scale = point < 0 ? 0 : text.length - point - 1;
      const units = BigInt(point < 0 ? text : text.slice(0, point) + text.slice(point + 1));
      while (above.length <= scale) {
        above.push(0n);
        below.push(0n);
      }
      if (units < 0n) below[scale] = (below[scale] ?? 0n) - units;
      else above[scale] = (above[scale] ?? 0n) + units;
    },
    total: () => total(-1n),
    terms: () => ({ count, decimals: Math.max(0, above.length - 1), magnitude: total(1n) }),
  };
}

/** Multiplies plain decimal texts exactly, e.g. a cell with the profile's `lotUnit`. */
export function timesExactly(left: string, right: string): string {
  const [a, scaleA] = scaled(left);
  const [b, scaleB] = scaled(right);
  return unscaled(a * b, scaleA + scaleB);
}

function scaled(text: string): [units: bigint, scale: number] {
  const point = text.indexOf('.');
  return point < 0 ? [BigInt(text), 0] : [BigInt(text.slice(0, point) + text.slice(point + 1)), text.length - point - 1];
}

/** `-125` at scale 2 → `-1.25`, without needless zeros. */
function unscaled(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const decimals = digits.slice(digits.length - scale).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${scale === 0 || decimals === '' ? '' : `.${decimals}`}`;
}
