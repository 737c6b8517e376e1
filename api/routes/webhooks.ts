import { z } from 'zod';
import { readPayout } from '../../db/stores/payouts.ts';
import { recordRailEvent } from '../../db/stores/railEvents.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { text } from '../schemas/common.ts';
import { hintPayout } from '../workflowCalls.ts';

const Received = z.object({ received: z.literal(true), repeated: z.boolean() });

/** What rails send us. Signature and time are checked on the raw bytes; money never moves on an event's word. */
export async function webhookRoutes(app: Api, deps: ApiDeps): Promise<void> {
  await app.register(async (plain) => {
    const scope = plain as unknown as Api;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 262_144 }, (_request, body, done) => done(null, body));

    scope.post('/v1/webhooks/rails/:rail', operation('receiveRailEvent', {
      tag: 'Webhooks', summary: "A rail's event", description: "Standard Webhooks: signed headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. Kept once by its id; a hint to look the payment up.",
      params: z.object({ rail: text(60) }), consumes: ['application/json'], response: { 202: Received },
    }), async (request, reply) => {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const event = deps.rails.verifyEvent(request.params.rail, request.headers, raw);
      const { isNew, payoutId } = await recordRailEvent(deps.pool, {
        rail: request.params.rail, eventId: event.eventId, idempotencyKey: event.idempotencyKey, railReference: event.railReference, body: raw.toString(), receivedAt: deps.now(),
      });
      // Also for a repeated one: the first may have come when Temporal was away.
      if (payoutId !== null) await hintPayout(deps.client, (await readPayout(deps.pool, payoutId)).payout, event.eventId);
      return reply.code(202).send({ received: true, repeated: !isNew });
    });
  });
}
