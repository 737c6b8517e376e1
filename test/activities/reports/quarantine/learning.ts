import { drizzle } from 'drizzle-orm/node-postgres';
import { replayWaiting } from '../../../../activities/reports/replayWaiting.ts';
import { addRate } from '../../../../db/stores/rates.ts';
import { putSymbols } from '../../../../db/stores/symbols.ts';
import { addTerms } from '../../../../db/stores/terms.ts';
import { periodsWithWaitingLines } from '../../../../db/stores/waitingLines.ts';
import { Decimal } from '../../../../domain/decimal.ts';
import type { Checkpoint } from '../../../../scripts/case/snapshot.ts';
import type { Desk, SetupInput } from '../intake/desk.ts';

const LONG_AGO = '2000-01-01T00:00:00.000Z';

export const map = (desk: Desk, symbols: Record<string, string>): Promise<void> => putSymbols(drizzle(desk.pool), desk.broker, symbols);
export const giveRate = (desk: Desk, rate: SetupInput['rates'][number]) => addRate(drizzle(desk.pool), { brokerId: desk.broker, class: rate.class, perLot: rate.perLot, effectiveFrom: rate.from, appliesTo: rate.appliesTo });
/** Newer terms from long ago on, which name these account types. */
export const nameTypes = (desk: Desk, { broker }: SetupInput, types: readonly string[]) => addTerms(drizzle(desk.pool), {
  brokerId: desk.broker, effectiveFrom: LONG_AGO, accountTypes: Object.fromEntries(types.map((type) => [type, broker.accountTypes[type]!])), excludedClasses: broker.excludedClasses ?? [], symbolSuffixes: broker.symbolSuffixes ?? [],
  minDurationSeconds: broker.rules?.minDurationSeconds ?? null, minMovePoints: broker.rules?.minMovePoints === undefined ? null : String(broker.rules.minMovePoints),
});

/** Does what the workflow of each period with waiting lines does, until nothing is left to try; answers how often there was something. */
export async function replayAll(desk: Desk, at: string, page = 100): Promise<number> {
  let times = 0;
  for (const { periodId } of await periodsWithWaitingLines(desk.pool, { brokerId: desk.broker })) {
    while (await replayWaiting(desk.pool, periodId, at, null, page) !== null) if (++times > 500) throw new Error('the replay has no end');
  }
  if ((await periodsWithWaitingLines(desk.pool, { brokerId: desk.broker })).length > 0) throw new Error('something is left to try');
  return times;
}

/** Figures with each user's money summed: what is paid later clears later. */
export function net(figures: Pick<Checkpoint, 'lots' | 'reasons'> & { users: Record<string, { pending: string; available: string }> }) {
  return {
    lots: figures.lots, reasons: figures.reasons,
    users: Object.fromEntries(Object.entries(figures.users).map(([user, money]) => [user, new Decimal(money.pending).plus(money.available).toFixed()])),
  };
}
