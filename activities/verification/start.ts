import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { requestedVerifications, type Verification } from '../../db/stores/verifications.ts';
import type { VerificationTerms } from '../../domain/verification/terms.ts';
import { WORKFLOWS } from '../../workflows/contracts.ts';
import { screeningStart, verificationStart } from '../../workflows/starts.ts';
import { concurrently } from '../concurrently.ts';
import type { PayoutSettings } from '../payouts/settings.ts';

/** Starts the workflow of an open verification; one that runs already is left alone. */
export async function startVerification(client: Client, verification: Pick<Verification, 'id' | 'userId'>, terms: VerificationTerms): Promise<void> {
  await client.workflow.start(WORKFLOWS.verification, verificationStart(verification, terms));
}

/** Starts what was asked of these users at exactly `requestedAt` (ISO instant), so also when the first try was cut short. */
export async function startRequestedVerifications(pool: Pool, client: Client, userIds: readonly string[], requestedAt: string, settings: Pick<PayoutSettings, 'startsAtOnce' | 'verification'>): Promise<void> {
  if (userIds.length === 0) return;
  await concurrently(await requestedVerifications(pool, userIds, requestedAt), settings.startsAtOnce, (verification) => startVerification(client, verification, settings.verification));
}

/** Screens at once whoever is due, unless that is under way. */
export async function startScreening(client: Client): Promise<void> {
  await client.workflow.start(WORKFLOWS.screening, screeningStart());
}
