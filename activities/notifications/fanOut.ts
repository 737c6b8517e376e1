import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import { markFannedOut, waitingNotifications, writeMails } from '../../db/stores/outbox.ts';
import { createDeliveries } from '../../db/stores/webhookDeliveries.ts';
import { startDeliveries } from '../webhooks/startDeliveries.ts';
import { type MailSettings, messageDomain } from './settings.ts';

export interface FannedOut { notifications: number; mails: number; deliveries: number; more: boolean }

/**
 * Writes the mails and webhook deliveries of a page of notifications, starts the deliveries, and only then marks the page: after a crash
 * anywhere the same call makes what is missing and nothing twice.
 */
export async function fanOut({ pool, client }: { pool: Pool; client: Client }, settings: MailSettings, asOf: string): Promise<FannedOut> {
  const ids = await waitingNotifications(pool, settings.fanOutPage);
  if (ids.length === 0) return { notifications: 0, mails: 0, deliveries: 0, more: false };
  const { mails, deliveries } = await withTransaction(pool, async (tx) => ({ mails: await writeMails(tx, ids, messageDomain(settings), asOf), deliveries: await createDeliveries(tx, ids) }));
  await startDeliveries(client, deliveries.map(({ deliveryId }) => deliveryId));
  await markFannedOut(pool, ids, asOf);
  return { notifications: ids.length, mails, deliveries: deliveries.length, more: ids.length === settings.fanOutPage };
}
