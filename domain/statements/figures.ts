import { Decimal, plain } from '../decimal.ts';
import { figureOf, type Figure } from './kinds.ts';

/**
 * What happened to a user's money over a time, USD decimal texts, each as a person says it: *taken back*, *paid out* and
 * *fees* are positive where they lessen his money. `net` is earned less taken back. With what the user has (pending,
 * available, held and reserved together): before + earned − takenBack − paidOut + returned − fees = after.
 */
export interface Figures { earned: string; takenBack: string; net: string; paidOut: string; returned: string; fees: string }

/** Whether the figure grows with the user's money (1) or as it shrinks (−1). */
const SIGN: Readonly<Record<Figure, 1 | -1>> = { earned: 1, takenBack: -1, paidOut: -1, returned: 1, fees: -1 };

/** Figures of signed sums of a user's money by kind of journal. */
export function figuresOf(changes: Iterable<{ kind: string; amount: string }>): Figures {
  const sums: Record<Figure, Decimal> = { earned: new Decimal(0), takenBack: new Decimal(0), paidOut: new Decimal(0), returned: new Decimal(0), fees: new Decimal(0) };
  for (const { kind, amount } of changes) {
    const figure = figureOf(kind);
    if (figure !== null) sums[figure] = sums[figure].plus(new Decimal(amount).times(SIGN[figure]));
  }
  return withNet(sums);
}

/** Figures added up, each by itself. */
export function sumFigures(all: readonly Figures[]): Figures {
  const total = (name: Figure): Decimal => all.reduce((sum, figures) => sum.plus(figures[name]), new Decimal(0));
  return withNet({ earned: total('earned'), takenBack: total('takenBack'), paidOut: total('paidOut'), returned: total('returned'), fees: total('fees') });
}

function withNet(sums: Record<Figure, Decimal>): Figures {
  return {
    earned: plain(sums.earned), takenBack: plain(sums.takenBack), net: plain(sums.earned.minus(sums.takenBack)),
    paidOut: plain(sums.paidOut), returned: plain(sums.returned), fees: plain(sums.fees),
  };
}
