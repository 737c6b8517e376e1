import { MockActivityEnvironment } from '@temporalio/testing';
import type pg from 'pg';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Resolver } from '../../activities/webhooks/addresses.ts';
import { createWebhookActivities } from '../../activities/webhooks/activities.ts';
import { WEBHOOK_SETTINGS, type WebhookSettings } from '../../activities/webhooks/settings.ts';
import { createPool, withTransaction } from '../../db/connection.ts';
import type { PersonalData } from '../../db/personal/personalData.ts';
import { type NewNotification, notify } from '../../db/stores/notifications.ts';
import { createUser } from '../../db/stores/users.ts';
import { listAttempts } from '../../db/stores/webhookAttempts.ts';
import { createDeliveries, getDelivery } from '../../db/stores/webhookDeliveries.ts';
import { createEndpoint, getEndpoint, type NewWebhookEndpoint } from '../../db/stores/webhookEndpoints.ts';
import { addSecret, secretText } from '../../db/stores/webhookSecrets.ts';
import { freshDatabase } from './database.ts';
import { testPersonalData } from './personal.ts';

/** For a receiver on this machine, with short waits for the one that does not answer. */
export const NEARBY: WebhookSettings = { ...WEBHOOK_SETTINGS, allowPrivate: true, connectTimeoutMs: 1_000, timeoutMs: 2_000 };

export interface WebhookFixture {
  pool: pg.Pool;
  appUrl: string;
  activities(settings?: WebhookSettings, resolve?: Resolver): ReturnType<typeof createWebhookActivities>;
  user(): Promise<string>;
  /** An enabled endpoint with its first secret. */
  endpoint(url: string, own?: Partial<NewWebhookEndpoint>): Promise<{ id: string; secret: string }>;
  /** Something happened; answers the notification's id, which is the webhook-id. */
  happened(userId: string | null, own?: Partial<NewNotification>): Promise<string>;
  /** Something happened to the user, and the one delivery of it. */
  delivery(userId: string | null, at: string): Promise<string>;
  state(deliveryId: string): Promise<{ state: string; tries: number; nextAt: string | null; endpoint: string }>;
  attempts(deliveryId: string): ReturnType<typeof listAttempts>;
  notices(endpointId: string): Promise<{ kind: string; user_id: string | null; facts: Record<string, string> }[]>;
  close(): Promise<void>;
}

let number = 0;

export async function webhookFixture(personal: PersonalData = testPersonalData()): Promise<WebhookFixture> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { onError: () => {} });
  const fixture: WebhookFixture = {
    pool, appUrl: database.appUrl,
    activities(settings = NEARBY, resolve) {
      const { tryDelivery } = createWebhookActivities({ pool, personal, settings, chance: () => 0.5, ...(resolve && { resolve }) });
      return { tryDelivery: (input) => new MockActivityEnvironment().run(tryDelivery, input) };
    },
    user: async () => (await createUser(drizzle(pool), { externalId: `webhook ${++number}`, at: '2026-11-01T00:00:00Z' })).id,
    endpoint: (url, own = {}) => withTransaction(pool, async (tx) => {
      const { id } = await createEndpoint(tx, { userId: null, url, eventTypes: null, description: '', createdBy: 'key_1', at: '2026-11-01T00:00:00.000Z', ...own });
      return { id, secret: (await secretText(tx, personal, id, await addSecret(tx, personal, id, '2026-11-01T00:00:00.000Z')))! };
    }),
    async happened(userId, own = {}) {
      const eventId = `webhook-test:${++number}`;
      await notify(pool, [{ eventId, userId, kind: 'payout_paid', facts: { payoutId: `pay_${number}`, amount: '18.37', currency: 'USD' }, at: '2026-11-02T09:00:00.000Z', ...own }]);
      return (await pool.query<{ id: string }>('SELECT id FROM notification WHERE event_id = $1', [own.eventId ?? eventId])).rows[0]!.id;
    },
    async delivery(userId, at) {
      const created = await createDeliveries(pool, [await fixture.happened(userId, { at })]);
      if (created.length !== 1) throw new Error(`${created.length} deliveries instead of one`);
      return created[0]!.deliveryId;
    },
    async state(deliveryId) {
      const { state, tries, nextAt, endpointId } = await getDelivery(pool, deliveryId);
      return { state, tries, nextAt, endpoint: (await getEndpoint(pool, endpointId)).state };
    },
    attempts: (deliveryId) => listAttempts(pool, deliveryId),
    notices: async (endpointId) => (await pool.query(`SELECT kind, user_id, facts FROM notification WHERE facts->>'endpointId' = $1 ORDER BY id`, [endpointId])).rows,
    async close() {
      await pool.end();
      await database.drop();
    },
  };
  return fixture;
}
