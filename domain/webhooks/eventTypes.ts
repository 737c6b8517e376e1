import { NOTIFICATION_KINDS } from '../notifications/kinds.ts';

/** Sent on request only, to try an endpoint; to the one that was asked for, whatever its types. */
export const TEST_EVENT_TYPE = 'webhook_endpoint.test';

/** The type under which a kind of notification goes to webhooks; a kind that is not here does not. */
export const EVENT_TYPE_OF: ReadonlyMap<string, string> = new Map(
  Object.entries<{ webhook: string | null }>(NOTIFICATION_KINDS).flatMap(([kind, { webhook }]) => (webhook === null ? [] : [[kind, webhook] as const])));

/** Every event type that an endpoint can choose, sorted. */
export const WEBHOOK_EVENT_TYPES: readonly string[] = [...new Set(EVENT_TYPE_OF.values())].sort();
