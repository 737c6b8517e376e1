import { Decimal, plain } from '../decimal.ts';
import { Problem } from '../problem.ts';
import { type Figures, sumFigures } from './figures.ts';
import { addMoney, MONEY_STATES, type Money, type MoneyState, NO_MONEY } from './money.ts';

/** What a user's money comes from, as in the ledger. */
export type Programme = 'cashback' | 'partner';

/** One user's money with one broker, in one programme and currency, over a period. */
export interface StatementPart { brokerId: string; brokerName: string; programme: Programme; currency: string; opening: Money; change: Money; closing: Money; figures: Figures }

/** The same, summed over brokers and programmes. */
export interface StatementTotal { currency: string; opening: Money; change: Money; closing: Money; figures: Figures }

/** Why an entry is there: ids that the user can open, and what they stand for. */
export interface StatementCause {
  /** `accrual`, `report`, `hold` or `payout`. */
  type: string;
  id: string;
  /** Accruals whose money it moved, at most 20; `/v1/accruals/{id}/explanation` has their lines. */
  accrualIds: string[];
  /** The broker's report behind it, with the period [from, to) that it reports. */
  report: { id: string; fileName: string; from: string; to: string } | null;
  account: { id: string; server: string; login: string } | null;
  holdReason: string | null;
  /** How many report lines it came from, and the first ten tickets among them. */
  lines: number | null;
  tickets: string[];
}

export interface StatementMovement { state: MoneyState; brokerId: string; programme: Programme; currency: string; amount: string }

/** One journal as far as it touches a user's money; amounts are signed decimal texts, instants ISO. */
export interface StatementEntry {
  journalId: string;
  kind: string;
  /** The kind in words. */
  what: string;
  /** When it counts, and when the ledger learnt of it. */
  effectiveAt: string;
  recordedAt: string;
  cause: StatementCause;
  movements: StatementMovement[];
}

/** Sums of the parts by currency. */
export function statementTotals(parts: readonly StatementPart[]): StatementTotal[] {
  return [...Map.groupBy(parts, (part) => part.currency)].map(([currency, own]) => ({
    currency,
    opening: own.reduce((sum, part) => addMoney(sum, part.opening), { ...NO_MONEY }),
    change: own.reduce((sum, part) => addMoney(sum, part.change), { ...NO_MONEY }),
    closing: own.reduce((sum, part) => addMoney(sum, part.closing), { ...NO_MONEY }),
    figures: sumFigures(own.map((part) => part.figures)),
  }));
}

export const partKey = (part: { brokerId: string; programme: string; currency: string }): string => `${part.brokerId}\n${part.programme}\n${part.currency}`;

/** Movements of one journal by part, each a line of a printed statement. */
export function linesOf(entry: StatementEntry): { brokerId: string; programme: Programme; currency: string; money: Partial<Money> }[] {
  return [...Map.groupBy(entry.movements, partKey).values()].map((movements) => {
    const { brokerId, programme, currency } = movements[0]!;
    const money: Partial<Money> = {};
    for (const { state, amount } of movements) money[state] = money[state] === undefined ? amount : plain(new Decimal(money[state]).plus(amount));
    return { brokerId, programme, currency, money };
  });
}

/** Adds entries up, to see at the end whether they explain the change from opening to closing. */
export class StatementCheck {
  readonly #sums = new Map<string, Decimal>();

  add(entry: StatementEntry): void {
    for (const movement of entry.movements) {
      const key = `${partKey(movement)}\n${movement.state}`;
      this.#sums.set(key, (this.#sums.get(key) ?? new Decimal(0)).plus(movement.amount));
    }
  }

  /** Throws `STATEMENT_CHANGED` (503): a transaction that was open when the statement began has been committed meanwhile. */
  mustMatch(parts: readonly StatementPart[]): void {
    const left = new Map(this.#sums);
    for (const part of parts) {
      for (const state of MONEY_STATES) {
        const key = `${partKey(part)}\n${state}`;
        if (!(left.get(key) ?? new Decimal(0)).eq(part.change[state])) throw changed();
        left.delete(key);
      }
    }
    if (left.size > 0) throw changed();
  }
}

const changed = (): Problem => new Problem('STATEMENT_CHANGED', 'The ledger changed while the statement was written; ask for it again.', { status: 503 });
