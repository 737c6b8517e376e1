import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { type Ownership, requestedOwnerships } from '../../db/stores/ownership.ts';
import { WORKFLOWS } from '../../workflows/contracts.ts';
import { ownershipStart } from '../../workflows/starts.ts';
import { concurrently } from '../concurrently.ts';
import type { PayoutSettings } from '../payouts/settings.ts';
import type { OwnershipTerms } from '../../domain/ownership/terms.ts';

/** Starts the workflow of an open verification; one that runs already is left alone. */
export async function startOwnership(client: Client, ownership: Ownership, terms: OwnershipTerms): Promise<void> {
  await client.workflow.start(WORKFLOWS.ownershipVerification, ownershipStart(ownership, terms.remindAfterHours));
}

/** Starts what was asked of these users at exactly `requestedAt` (ISO instant), so also when the first try was cut short. */
export async function startRequestedOwnerships(pool: Pool, client: Client, userIds: readonly string[], requestedAt: string, settings: Pick<PayoutSettings, 'startsAtOnce' | 'ownership'>): Promise<void> {
  if (userIds.length === 0) return;
  await concurrently(await requestedOwnerships(pool, userIds, requestedAt), settings.startsAtOnce, (ownership) => startOwnership(client, ownership, settings.ownership));
}
