/** Allowed moves of a screening (a look-up of a name in lists of sanctioned and exposed people), as `VERIFICATION_MOVES`. */
export const SCREENING_MOVES = {
  /** The list could not be asked yet; it is asked again. */
  pending: ['clear', 'hit'],
  clear: [],
  /** Compliance decides; nothing is paid meanwhile. */
  hit: ['cleared', 'confirmed'],
  /** Another person of that name. */
  cleared: [],
  confirmed: [],
} as const;

export type ScreeningState = keyof typeof SCREENING_MOVES;

const moves: Readonly<Record<ScreeningState, readonly ScreeningState[]>> = SCREENING_MOVES;
export const SCREENING_STATES = Object.keys(SCREENING_MOVES) as readonly ScreeningState[];
export function screeningStatesBefore(to: ScreeningState): ScreeningState[] {
  return SCREENING_STATES.filter((from) => moves[from].includes(to));
}

/** Why somebody was screened. */
export const SCREENING_REASONS = ['first_payout', 'change', 'periodic'] as const;
export type ScreeningReason = (typeof SCREENING_REASONS)[number];

/** Days (of 24 h). Whoever has money available is screened more often; after `freshForDays` nothing is paid without a new one. */
export interface ScreeningTerms { everyDays: number; withMoneyEveryDays: number; freshForDays: number }
export const SCREENING_TERMS: ScreeningTerms = { everyDays: 30, withMoneyEveryDays: 7, freshForDays: 37 };

/** The instants (ISO) at which one of `at` is due again, due again for somebody with money, and too old to pay on. */
export function screeningDates(at: string, terms: ScreeningTerms): { againAt: string; withMoneyAgainAt: string; freshUntil: string } {
  const after = (days: number): string => new Date(Date.parse(at) + days * 86_400_000).toISOString();
  return { againAt: after(terms.everyDays), withMoneyAgainAt: after(terms.withMoneyEveryDays), freshUntil: after(terms.freshForDays) };
}
