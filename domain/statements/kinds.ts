/** What a journal adds to in a user's summary; `null`: the money only changed its state. */
export type Figure = 'earned' | 'takenBack' | 'paidOut' | 'returned' | 'fees';

/**
 * The kinds of journal that can touch a user's money, in words for the user. The names are those of the ledger
 * (`db/ledger/kinds.ts`; a test compares them).
 */
export const USER_KINDS: Readonly<Record<string, { words: string; figure: Figure | null }>> = {
  accrual_posted: { words: 'Earned', figure: 'earned' },
  accrual_cleared: { words: 'Became available', figure: null },
  difference: { words: 'Corrected by the broker\'s report', figure: 'takenBack' },
  clawback: { words: 'Taken back by the broker', figure: 'takenBack' },
  negative_adjustment: { words: 'Negative adjustment by the broker', figure: 'takenBack' },
  accrual_held: { words: 'Put on hold', figure: null },
  accrual_released: { words: 'Released from hold', figure: null },
  payout_reserved: { words: 'Payout prepared', figure: null },
  payout_paid: { words: 'Paid out', figure: 'paidOut' },
  payout_released: { words: 'Payout failed, money back', figure: null },
  payout_returned: { words: 'Payout came back', figure: 'returned' },
  payout_fee: { words: 'Payout fee', figure: 'fees' },
};

/** `payout_paid` → `Paid out`; a kind that is not in the table reads as its own name. */
export function kindInWords(kind: string): string {
  return Object.hasOwn(USER_KINDS, kind) ? USER_KINDS[kind]!.words : kind.replaceAll('_', ' ');
}

/** Which figure a journal of this kind adds to. */
export function figureOf(kind: string): Figure | null {
  return Object.hasOwn(USER_KINDS, kind) ? USER_KINDS[kind]!.figure : null;
}
