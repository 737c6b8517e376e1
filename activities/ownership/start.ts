import type { Client } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { Pool } from 'pg';
import { type Ownership, requestedOwnerships } from '../../db/stores/ownership.ts';
import { type OwnershipInput, searchAttribute, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { concurrently } from '../concurrently.ts';
import type { PayoutSettings } from '../payouts/settings.ts';
import type { OwnershipTerms } from '../../domain/ownership/terms.ts';

/** Starts the workflow of an open verification; one that runs already is left alone. */
export async function startOwnership(client: Client, ownership: Ownership, terms: OwnershipTerms): Promise<void> {
  const input: OwnershipInput = { ownershipId: ownership.id, accountLinkId: ownership.accountLinkId, remindAfterHours: [...terms.remindAfterHours], expiresAt: ownership.expiresAt };
  await client.workflow.start(WORKFLOWS.ownershipVerification, {
    workflowId: workflowIds.ownership(ownership.accountLinkId), taskQueue: TASK_QUEUES.payouts, args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING, workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttribute.AccountLinkId, value: ownership.accountLinkId }, { key: searchAttribute.UserId, value: ownership.userId }]),
    staticSummary: `Ownership of link ${ownership.accountLinkId} for ${ownership.userId}, until ${ownership.expiresAt}`,
  });
}

/** Starts what was asked of these users at exactly `requestedAt` (ISO instant), so also when the first try was cut short. */
export async function startRequestedOwnerships(pool: Pool, client: Client, userIds: readonly string[], requestedAt: string, settings: Pick<PayoutSettings, 'startsAtOnce' | 'ownership'>): Promise<void> {
  if (userIds.length === 0) return;
  await concurrently(await requestedOwnerships(pool, userIds, requestedAt), settings.startsAtOnce, (ownership) => startOwnership(client, ownership, settings.ownership));
}
