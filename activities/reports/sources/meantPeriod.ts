import type { Pool } from 'pg';
import { type ItemPeriod, periodsEndedBy } from '../../../db/stores/itemPeriods.ts';
import { Problem } from '../../../domain/problem.ts';

/** The period that a look is for. `again`: an operator asked for it, by which he says which one is meant. */
export interface Asked { period: ItemPeriod; again: boolean }

export const unclear = (why: string): Problem => new Problem('PERIOD_UNCLEAR',
  `Nothing says which period it is about: ${why}. It stays where it is. Set \`period\` in the source's settings, or move the others away and look for its period alone, or hand it in yourself.`);

/**
 * The period of a file or mail that came at `arrivedAt` (ISO) and names none: the one that had ended by then and waits for its report, if it
 * is the only one and no other was closed without one, for what comes late is not the next period's; or the one that an operator looks for, if it waits,
 * was closed without one, or none waits. Null: no period had ended. Throws `Problem` PERIOD_UNCLEAR.
 */
export async function meantPeriod(pool: Pool, { period, again }: Asked, arrivedAt: string): Promise<ItemPeriod | null> {
  const { any, waiting, closed } = await periodsEndedBy(pool, period.brokerId, arrivedAt, period.id);
  if (!any) return null;
  const [first] = waiting;
  if (again && period.to <= arrivedAt && (first === undefined || first.id === period.id || closed.some(({ id }) => id === period.id))) return period;
  if (!again && first !== undefined && waiting.length === 1 && closed.length === 0) return first;
  throw unclear(first === undefined ? 'no period that had ended when it came waits for a report' : waiting.length > 1 ? 'several periods wait for a report'
    : again ? `the period from ${first.from} waits for a report too` : `the period from ${closed[0]!.from} was closed without a report, and it may be that one's`);
}

/** Those of one look that would go to the same period: each could be its report, and the others not. */
export function rivalsAmong<T>(items: readonly { item: T; periodId: string }[]): T[] {
  const times = new Map<string, number>();
  for (const { periodId } of items) times.set(periodId, (times.get(periodId) ?? 0) + 1);
  return items.filter(({ periodId }) => times.get(periodId)! > 1).map(({ item }) => item);
}
