import { afterAll, beforeAll, beforeEach } from 'vitest';
import { withTransaction } from '../../../db/connection.ts';
import { type WebhookReceiver, webhookReceiver } from '../../support/webhook-receiver.ts';
import { type WebhookFixture, webhookFixture } from '../../support/webhooks.ts';

export const AT = '2026-11-02T09:00:00.000Z';
export const later = (seconds: number, from = AT): string => new Date(Date.parse(from) + seconds * 1000).toISOString();

type Tried = ReturnType<ReturnType<WebhookFixture['activities']>['tryDelivery']>;
export interface DeliveryDesk extends WebhookFixture {
  receiver: WebhookReceiver;
  deliver(deliveryId: string, asOf?: string): Tried;
  tx<T>(work: Parameters<typeof withTransaction<T>>[1]): Promise<T>;
  /** A user with an endpoint of his own and one delivery. */
  one(at?: string): Promise<{ userId: string; endpoint: { id: string; secret: string }; deliveryId: string }>;
  /** Tries again and again, each time when it is due; answers when that was. */
  untilSettled(deliveryId: string, asOf?: string): Promise<string[]>;
}

/** Deliveries to a receiver of our own, in a database of the file; filled before its first test. */
export function deliveryDesk(): DeliveryDesk {
  const desk = {
    deliver: (deliveryId, asOf = AT) => desk.activities().tryDelivery({ deliveryId, asOf }),
    tx: (work) => withTransaction(desk.pool, work),
    async one(at = AT) {
      const userId = await desk.user();
      const endpoint = await desk.endpoint(desk.receiver.url, { userId });
      return { userId, endpoint, deliveryId: await desk.delivery(userId, at) };
    },
    async untilSettled(deliveryId, asOf = AT) {
      const instants = [];
      for (let next: string | null = asOf; next !== null;) {
        instants.push(next);
        next = (await desk.deliver(deliveryId, next)).nextAt;
      }
      return instants;
    },
  } as DeliveryDesk;
  beforeAll(async () => { Object.assign(desk, await webhookFixture(), { receiver: await webhookReceiver() }); });
  beforeEach(() => { desk.receiver.received.length = 0; desk.receiver.always(null); });
  afterAll(async () => {
    await desk.receiver?.close();
    await desk.close?.();
  });
  return desk;
}
