import type { BrokerProfile } from '../../domain/reports/profile.ts';
import type { CaseSetup } from '../case/setup.ts';

/** What a demo loads and then hands in, file by file. */
export interface DemoPlan {
  setup: CaseSetup;
  reports: DemoReport[];
  /** Where traders want their money, besides the account at the sandbox rail that each has. */
  methods: PlannedMethod[];
  /** Lines for people: what the demo took for granted. */
  assumed: string[];
}

export interface DemoReport {
  /** Absolute path. */
  file: string;
  /** ISO instants; `to` is exclusive. */
  from: string;
  to: string;
  /** The profile that is added before this report; null: the one before goes on. */
  profile: BrokerProfile | null;
}

export interface PlannedMethod {
  /** By the set-up's name. */
  user: string;
  rail: string;
  destination: Record<string, string>;
  name: string;
}
