/** What decides whether a payout method is used. ISO instants. */
export interface DestinationTimes {
  id: string;
  createdAt: string;
  /** When the user said that it is his; null: not yet, and it is never used. */
  confirmedAt: string | null;
  /** The end of its cool-down; null exactly while it is not confirmed. */
  usableFrom: string | null;
  removedAt: string | null;
}

export const DESTINATION_STATES = ['unconfirmed', 'cooling_down', 'usable', 'removed'] as const;
export type DestinationState = (typeof DESTINATION_STATES)[number];

/** Why a user has no method that could be used; a run's member gets it as his decision. */
export const NO_DESTINATION = ['no_method', 'destination_unconfirmed', 'destination_cooling_down'] as const;
export type NoDestination = (typeof NO_DESTINATION)[number];

export function destinationState({ confirmedAt, usableFrom, removedAt }: DestinationTimes, asOf: string): DestinationState {
  if (removedAt !== null) return 'removed';
  if (confirmedAt === null || usableFrom === null) return 'unconfirmed';
  return usableFrom <= asOf ? 'usable' : 'cooling_down';
}

/** The newest that can be used at `asOf`: until a new one has cooled down, the one before it goes on. METHOD_SQL (db/stores/payoutGate.ts) says the same. */
export function methodInUse<T extends DestinationTimes>(methods: readonly T[], asOf: string): T | null {
  return methods.filter((method) => destinationState(method, asOf) === 'usable')
    .reduce<T | null>((newest, one) => (newest === null || one.createdAt > newest.createdAt || (one.createdAt === newest.createdAt && one.id > newest.id) ? one : newest), null);
}

/** Where none can be used: why, and from when the first of those that cool down can. Null: one can. */
export function whyNoMethod(methods: readonly DestinationTimes[], asOf: string): { reason: NoDestination; until: string | null } | null {
  const kept = methods.map((method) => ({ method, state: destinationState(method, asOf) })).filter(({ state }) => state !== 'removed');
  if (kept.some(({ state }) => state === 'usable')) return null;
  const [until] = kept.flatMap(({ method, state }) => (state === 'cooling_down' ? [method.usableFrom!] : [])).sort();
  if (until !== undefined) return { reason: 'destination_cooling_down', until };
  return { reason: kept.length === 0 ? 'no_method' : 'destination_unconfirmed', until: null };
}

/** From when a method that is confirmed at `at` can be used. ISO instants. */
export function usableAfter(at: string, coolDownHours: number): string {
  return new Date(Date.parse(at) + coolDownHours * 3_600_000).toISOString();
}
