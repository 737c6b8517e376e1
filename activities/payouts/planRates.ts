import { type FxRate, PAR } from '../../domain/payouts/quote.ts';
import { Problem } from '../../domain/problem.ts';
import type { Tx } from '../../db/connection.ts';
import { clearCondition, noteCondition } from '../../db/stores/railConditions.ts';
import type { RailRegistry } from './rails/registry.ts';

/** A rail's condition: the members of a run that it pays in some currency wait for the next run, because there was no rate. */
export const RATE_UNAVAILABLE = 'RATE_UNAVAILABLE';

/** Rates by `rail currency`; `missing` has why there is none. */
export interface Rates { rates: Map<string, FxRate>; missing: Map<string, Problem> }

/** Each rate that a page needs (`rail currency`, '' for none), asked once. Whatever keeps one rail from it, its own configuration too, is that rail's: the others are paid. */
export async function ratesFor(rails: RailRegistry, keys: Iterable<string>, asOf: string, signal: AbortSignal): Promise<Rates> {
  const found: Rates = { rates: new Map(), missing: new Map() };
  for (const key of new Set(keys)) {
    const [rail, currency] = key.split(' ');
    if (currency === undefined) continue;
    try {
      found.rates.set(key, await rails.get(rail!).rate(currency, asOf, signal));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      found.missing.set(key, error);
    }
  }
  return found;
}

/** Operators are told which rails have no rate; of a rail of which every rate that was asked for is there, and one of them was quoted, it is over. `asOf`: ISO instant. */
export async function noteRates(tx: Tx, rates: Rates['rates'], missing: Rates['missing'], asOf: string): Promise<void> {
  const railOf = ([key]: [string, unknown]): string => key.split(' ')[0]!;
  const lacking = Map.groupBy(missing, railOf);
  for (const [rail, of] of [...lacking].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const why = of.map(([key, { code, message }]) => `${key.split(' ')[1]}: ${code}: ${message}`).join(' ');
    await noteCondition(tx, { rail, code: RATE_UNAVAILABLE, detail: `Whoever a run would have paid so waits for the next run. ${why}`, at: asOf });
  }
  const quoted = [...rates].filter(([, rate]) => rate.source !== PAR.source);
  for (const rail of new Set(quoted.map(railOf))) if (!lacking.has(rail)) await clearCondition(tx, { rail, code: RATE_UNAVAILABLE, at: asOf });
}
