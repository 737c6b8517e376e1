import type { Identity } from '../../../domain/verification/identity.ts';

/** Entries that may be this person, by the list's own numbers; empty: clear. */
export type Matches = { kind: 'answered'; listVersion: string; entries: readonly string[] } | { kind: 'unavailable'; code: string };

/** A list of sanctioned and politically exposed people. Never throws for what the list or the network does. */
export interface ScreeningList {
  readonly id: string;
  /** Changes with its content; everybody is screened again then. Null where it cannot be asked now. */
  version(signal: AbortSignal): Promise<string | null>;
  match(person: Identity, signal: AbortSignal): Promise<Matches>;
}
