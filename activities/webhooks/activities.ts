import type { PersonalData } from '../../db/personal/personalData.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { publicDns, type Resolver, systemResolver } from './addresses.ts';
import { deliver, type DeliveryStanding } from './deliver.ts';
import { WEBHOOK_SETTINGS, type WebhookSettings } from './settings.ts';

export interface WebhookDependencies extends Pick<Dependencies, 'pool'> {
  personal: PersonalData;
  settings?: WebhookSettings;
  /** In the place of DNS; for tests. */
  resolve?: Resolver;
  /** In [0, 1): by how much a wait is lengthened; for tests. */
  chance?: () => number;
}

/** The side effects of `webhookDelivery`. */
export function createWebhookActivities({ pool, personal, settings = WEBHOOK_SETTINGS, resolve = settings.allowPrivate ? systemResolver : publicDns(), chance = Math.random }: WebhookDependencies) {
  return {
    tryDelivery: (input: { deliveryId: string; asOf: string }): Promise<DeliveryStanding> => refusing(() => alive(() => deliver({ pool, personal, settings, resolve, chance }, input))),
  };
}
