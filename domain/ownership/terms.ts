/** Hours after the request at which the user is reminded, ascending, and days until an unanswered request expires. */
export interface OwnershipTerms { remindAfterHours: readonly number[]; expireAfterDays: number }

export const OWNERSHIP_TERMS: OwnershipTerms = { remindAfterHours: [72, 168, 336], expireAfterDays: 30 };

/** ISO instant at which a request of `requestedAt` expires: an absolute instant, n × 24 h later. */
export function ownershipExpiry(requestedAt: string, terms: OwnershipTerms): string {
  return new Date(Date.parse(requestedAt) + terms.expireAfterDays * 86_400_000).toISOString();
}

/** How many reminders are due by `asOf` (ISO instants). */
export function remindersDue(requestedAt: string, remindAfterHours: readonly number[], asOf: string): number {
  return remindAfterHours.filter((hours) => Date.parse(requestedAt) + hours * 3_600_000 <= Date.parse(asOf)).length;
}
