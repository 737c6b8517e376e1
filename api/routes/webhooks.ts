import { z } from 'zod';
import { readPayout } from '../../db/stores/payouts.ts';
import { recordRailEvent } from '../../db/stores/railEvents.ts';
import { findVerification } from '../../db/stores/verifications.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { text } from '../schemas/common.ts';
import { hintPayout, hintVerification } from '../workflowCalls.ts';

const ReceivedHint = z.object({ received: z.literal(true) });
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

    scope.post('/v1/webhooks/verification/:provider', operation('receiveVerificationEvent', {
      tag: 'Webhooks', summary: "A verification provider's event", description: 'Standard Webhooks, like a rail\'s. Nothing of it is kept: it is a hint to look the case up.',
      params: z.object({ provider: text(60) }), consumes: ['application/json'], response: { 202: ReceivedHint },
    }), async (request, reply) => {
      const { eventId, verificationId } = deps.verification.verifyEvent(request.params.provider, request.headers, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      const verification = verificationId === null ? null : await findVerification(deps.pool, verificationId);
      if (verification?.state === 'submitted') await hintVerification(deps.client, verification, eventId);
      return reply.code(202).send({ received: true });
    });
  });
}
