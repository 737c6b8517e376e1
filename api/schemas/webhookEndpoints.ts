import { z } from 'zod';
import { WEBHOOK_EVENT_TYPES } from '../../domain/webhooks/eventTypes.ts';
import { DELIVERY_STATES, ENDPOINT_STATES } from '../../domain/webhooks/states.ts';
import { idIn, idOut, Instant, instantIn, text } from './common.ts';

const url = z.string().min(1).max(2_000).meta({ description: 'https, a public host name, port 443 or 8443.', examples: ['https://hooks.program.com/cashback'] });
const eventTypes = z.array(z.enum(WEBHOOK_EVENT_TYPES)).min(1).max(100).nullable().meta({ description: 'null: all of them, also those that are to come.', examples: [['payout.paid', 'payout.failed']] });
const description = z.union([z.literal(''), text(200)]).meta({ examples: ['portal, production'] });

export const NewWebhookEndpoint = z.strictObject({
  url, eventTypes: eventTypes.default(null), description: description.default(''),
  userId: idIn('usr').optional().meta({ description: "For operators: whose events; without it everybody's. A trader's or partner's is always for his own." }),
}).meta({ id: 'NewWebhookEndpoint' });
export const WebhookEndpointChange = z.strictObject({ url: url.optional(), eventTypes: eventTypes.optional(), description: description.optional() }).meta({ id: 'WebhookEndpointChange' });
export const Rotation = z.strictObject({
  overlapHours: z.int().min(0).max(168).default(24).meta({ description: 'How long the old secret stays valid beside the new one; 0 where it has become known: then every old one ends at once.' }),
}).meta({ id: 'WebhookSecretRotation' });
export const ReplaySince = z.strictObject({ since: instantIn().meta({ description: 'Of events from this instant on.' }) }).meta({ id: 'WebhookReplay' });

const reason = z.enum(['GONE', 'TRIES_USED_UP', 'FAILING_FOR_DAYS', 'BY_OWNER']);
export const WebhookEndpoint = z.object({
  id: idOut('whe'), userId: z.string().nullable().meta({ description: 'Whose events; null: everybody\'s.' }), url: z.string(), eventTypes: z.array(z.string()).nullable(), description: z.string(),
  state: z.enum(ENDPOINT_STATES), reason: reason.nullable().meta({ description: 'Why it is disabled.' }), stateAt: Instant,
  failingSince: Instant.nullable().meta({ description: 'Since when nothing has arrived.' }), version: z.int(), createdAt: Instant,
}).meta({ id: 'WebhookEndpoint' });
const secrets = z.array(z.object({ no: z.int(), createdAt: Instant, expiresAt: Instant.nullable().meta({ description: 'null: the one in use.' }) }));
export const WebhookEndpointWithSecrets = z.object({ ...WebhookEndpoint.shape, secrets: secrets.meta({ description: 'Those that deliveries are signed with now; never their texts.' }) }).meta({ id: 'WebhookEndpointWithSecrets' });
export const WebhookEndpointSecret = z.object({
  endpoint: WebhookEndpointWithSecrets,
  secret: z.string().meta({ description: 'Shown here once; keep it where the receiver can read it.', examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] }),
}).meta({ id: 'WebhookEndpointSecret' });

export const WebhookDelivery = z.object({
  id: idOut('whd'), endpointId: idOut('whe'), eventId: z.string().meta({ description: 'The `webhook-id` of every try.', examples: ['ntf_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e'] }), type: z.string().meta({ examples: ['payout.paid'] }),
  state: z.enum(DELIVERY_STATES).meta({ description: '`failed`: its tries are used up; `stopped`: its endpoint was disabled before it arrived.' }),
  round: z.int().meta({ description: '1, and one more with every replay.' }), tries: z.int().meta({ description: 'Finished ones of this round.' }),
  nextAt: Instant.nullable(), settledAt: Instant.nullable(), createdAt: Instant.meta({ description: 'When the event happened.' }),
}).meta({ id: 'WebhookDelivery' });
const Attempt = z.object({
  no: z.int(), round: z.int(), startedAt: Instant, finishedAt: Instant.nullable(), durationMs: z.int().nullable(), status: z.int().nullable().meta({ description: 'HTTP status of the answer.' }),
  errorCode: z.string().nullable().meta({ description: 'null: it arrived.', examples: ['TIMEOUT'] }), answer: z.string().nullable().meta({ description: 'Its first kilobyte.' }),
});
export const WebhookDeliveryWithAttempts = z.object({ ...WebhookDelivery.shape, payload: z.string().meta({ description: 'The body as it is sent.' }), attempts: z.array(Attempt) }).meta({ id: 'WebhookDeliveryWithAttempts' });
export const Replayed = z.object({ deliveryIds: z.array(z.string()), more: z.boolean().meta({ description: 'There were more than one call replays: call again.' }) }).meta({ id: 'WebhookReplayed' });

export const EndpointQuery = {
  userId: idIn('usr').optional(), state: z.enum(ENDPOINT_STATES).optional().meta({ description: 'Deleted ones are shown only where asked for.' }),
};
export const DeliveryQuery = {
  state: z.enum(DELIVERY_STATES).optional(), type: z.string().regex(/^[a-z_.]{1,100}$/).optional(), eventId: idIn('ntf').optional(), from: instantIn().optional(), to: instantIn().optional().meta({ description: 'Exclusive.' }),
};
