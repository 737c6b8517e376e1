import type { Counterparties } from '../system/counterparties.ts';
import type { TemporalLinks } from '../system/links.ts';
import type { Caller } from './call.ts';
import type { DemoPlan } from './plan.ts';

/** What every chapter of the demo's story works with. */
export interface Story {
  plan: DemoPlan;
  /** The staff's keys: nobody does both halves of what takes two people. */
  staff: Record<'admin' | 'finance' | 'secondFinance' | 'compliance', Caller>;
  /** A key of that user's own. */
  trader(userId: string): Promise<Caller>;
  /** Names by user id. */
  names: ReadonlyMap<string, string>;
  /** Whom the rails pay at. */
  counterparties: Counterparties;
  /** One turn with a rail that takes files: what its Schedule does every minute. */
  exchange(rail: string): Promise<void>;
  links: TemporalLinks;
  /** Workflows met on the way, for the list at the end. */
  workflows: { what: string; id: string }[];
  log(line?: string): void;
  signal: AbortSignal;
}

export interface AccrualView {
  id: string; reportId: string; userId: string; accountLinkId: string; amount: string; takenBack: string; state: string; onHold: boolean; postedAt: string; clearsAt: string; clearedAt: string | null;
}
