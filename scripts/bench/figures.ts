export interface Spread { min: number; median: number; max: number }

/** Smallest, middle and largest of the runs (rates and ratios: measurements, not money). */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]!, max: sorted.at(-1)! };
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** `0.52 / 0.55 / 0.58` or, for rates, whole numbers. */
export function shown({ min, median, max }: Spread, places: number): string {
  return [min, median, max].map((n) => n.toFixed(places)).join(' / ');
}

/** Seconds that `work` took. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1_000;
}
