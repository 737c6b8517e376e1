import type { AccountKind } from './accounts.ts';

interface KindRule {
  /** Account kinds that a journal of this kind may decrease (debit). */
  down: readonly AccountKind[];
  /** Account kinds that it may increase (credit). */
  up: readonly AccountKind[];
  /** True where it may take `available` below zero; the SQL guard names the same kinds. */
  overdraws?: true;
}

const EXPENSE = ['cashback_expense', 'partner_expense'] as const;

/**
 * The kinds of journal as data. The CHECK `journal_kind` in 0000_ledger.sql lists the same names (a test compares
 * them); which accounts a kind may move is checked when a journal is drafted and again by `npm run ledger:verify`.
 */
export const JOURNAL_KINDS = {
  /** A report earned it: expense → pending. */
  accrual_posted: { down: EXPENSE, up: ['pending'] },
  /** The pending period is over: pending → available. */
  accrual_cleared: { down: ['pending'], up: ['available'] },
  /** A re-issued report or a reversal takes back what still pends (or is held): → expense. */
  difference: { down: ['pending', 'held'], up: EXPENSE },
  /** The broker took back what had cleared: may leave available below zero. */
  clawback: { down: ['pending', 'held', 'available'], up: EXPENSE, overdraws: true },
  /** A negative money adjustment of the broker, taken at once: may leave available below zero. */
  negative_adjustment: { down: ['available', 'pending', 'held'], up: EXPENSE, overdraws: true },
  /** A hold on cleared money: available → held. */
  accrual_held: { down: ['available', 'pending'], up: ['held'] },
  accrual_released: { down: ['held'], up: ['available', 'pending'] },
  /** A payout claims the money, in the transaction that writes the payout: available → reserved. */
  payout_reserved: { down: ['available'], up: ['reserved'] },
  /** The rail proved that it paid: reserved → rail clearing, the payee's fee → fees, the difference of the rates ↔ FX. */
  payout_paid: { down: ['reserved', 'fx'], up: ['rail_clearing', 'fees', 'fx'] },
  /** The payout failed for certain before it was paid: reserved → available. */
  payout_released: { down: ['reserved'], up: ['available'] },
  /** The money came back after it had been paid: rail clearing → available, what the bank credited more or less ↔ FX. */
  payout_returned: { down: ['rail_clearing', 'fees', 'fx'], up: ['available', 'fx', 'rail_clearing'] },
  /** The rail's fee, borne by the user (reserved, available) or by us (fees). */
  payout_fee: { down: ['reserved', 'available', 'fees'], up: ['fees', 'rail_clearing', 'rail_cash'] },
  /** The rail's statement: clearing → cash. */
  rail_settled: { down: ['rail_clearing', 'rail_cash', 'fees', 'fx', 'suspense'], up: ['rail_cash', 'rail_clearing', 'fees', 'fx', 'suspense'] },
  /** The broker's report says what commission we earned: receivable → income. */
  commission_reported: { down: ['broker_receivable', 'commission_income'], up: ['commission_income', 'broker_receivable'] },
  /** The broker paid us: cash → receivable. */
  broker_funded: { down: ['rail_cash', 'suspense', 'broker_receivable'], up: ['broker_receivable', 'suspense', 'rail_cash'] },
} as const satisfies Record<string, KindRule>;

export type JournalKind = keyof typeof JOURNAL_KINDS;

export const journalKinds = Object.keys(JOURNAL_KINDS) as JournalKind[];

/** What kind `name` may do, or undefined if there is no such kind. */
export function kindRule(name: string): KindRule | undefined {
  return Object.hasOwn(JOURNAL_KINDS, name) ? JOURNAL_KINDS[name as JournalKind] : undefined;
}
