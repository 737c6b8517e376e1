import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { PersonalData } from '../db/personal/personalData.ts';
import type { RailRegistry } from './payouts/rails/registry.ts';

/** What the composition root (worker.ts, or a test) hands to the activities: each factory picks what it needs. */
export interface Dependencies {
  pool: Pool;
  /** To start and signal workflows after the database has committed; null where a test has no Temporal. */
  client: Client;
  rails: RailRegistry;
  personal: PersonalData;
  log: Logger;
}
