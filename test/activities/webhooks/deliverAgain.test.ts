import { describe, expect, test } from 'vitest';
import { createDeliveries, createMissed, createTestDelivery, getDelivery, replayDelivery, replayFailed } from '../../../db/stores/webhookDeliveries.ts';
import { enableEndpoint, endEndpoint, getEndpoint } from '../../../db/stores/webhookEndpoints.ts';
import { TRY_AFTER_SECONDS } from '../../../domain/webhooks/backOff.ts';
import { AT, deliveryDesk, later } from './deliveryDesk.ts';

const d = deliveryDesk();
const { deliver, one, tx, untilSettled } = d;

describe('disabling', () => {
  test('410 Gone: at once; what waits is stopped, its owner is told', async () => {
    const { userId, endpoint, deliveryId } = await one();
    const waiting = await d.delivery(userId, AT);
    d.receiver.will({ status: 410 });
    expect(await deliver(deliveryId)).toMatchObject({ state: 'stopped', nextAt: null });
    expect(await d.state(waiting)).toEqual({ state: 'stopped', tries: 0, nextAt: null, endpoint: 'disabled' });
    expect(await getEndpoint(d.pool, endpoint.id)).toMatchObject({ state: 'disabled', reason: 'GONE', version: 2 });
    expect(await d.notices(endpoint.id)).toEqual([{ kind: 'webhook_endpoint_disabled', user_id: userId, facts: { endpointId: endpoint.id, reason: 'GONE', deliveryId } }]);
    expect(await deliver(waiting, later(1))).toMatchObject({ state: 'stopped' });
    expect(d.receiver.received).toHaveLength(1);
    expect(await createDeliveries(d.pool, [await d.happened(userId)])).toEqual([]);
  });

  test('a delivery that uses up its tries while nothing else arrives; a program\'s endpoint is the operators\' matter', async () => {
    const { id } = await d.endpoint(d.receiver.url, { eventTypes: ['cashback.available'] });
    const [{ deliveryId } = { deliveryId: '' }] = await createDeliveries(d.pool, [await d.happened(await d.user(), { kind: 'cashback_available', at: AT })]);
    d.receiver.always({ status: 500 });
    expect(await untilSettled(deliveryId)).toHaveLength(TRY_AFTER_SECONDS.length);
    expect(await d.state(deliveryId)).toEqual({ state: 'failed', tries: 10, nextAt: null, endpoint: 'disabled' });
    expect(await d.notices(id)).toMatchObject([{ kind: 'webhook_program_endpoint_disabled', user_id: null, facts: { reason: 'TRIES_USED_UP' } }]);
  });

  test('one event that cannot be digested does not cut off the others', async () => {
    const { userId, endpoint, deliveryId } = await one();
    d.receiver.always({ status: 500 });
    const { nextAt } = await deliver(deliveryId);
    d.receiver.always(null);
    await deliver(await d.delivery(userId, later(1)), later(1));
    d.receiver.always({ status: 500 });
    await untilSettled(deliveryId, nextAt!);
    expect(await d.state(deliveryId)).toMatchObject({ state: 'failed', tries: 10, endpoint: 'enabled' });
    expect(await d.notices(endpoint.id)).toEqual([]);
  });

  test('nothing for five days, though each was replayed before its tries were used up', async () => {
    const { endpoint, deliveryId } = await one();
    d.receiver.always('cut');
    await deliver(deliveryId);
    await tx((t) => replayDelivery(t, deliveryId, later(5 * 86_400 - 60)));
    expect(await deliver(deliveryId, later(5 * 86_400 - 60))).toMatchObject({ state: 'pending' });
    const last = await tx((t) => replayDelivery(t, deliveryId, later(5 * 86_400)));
    expect(await deliver(deliveryId, last.nextAt!)).toMatchObject({ state: 'stopped' });
    expect(await getEndpoint(d.pool, endpoint.id)).toMatchObject({ reason: 'FAILING_FOR_DAYS', failingSince: AT });
  });

  test('an answer that comes while it is being disabled still counts as arrived, and moves nothing', async () => {
    const { endpoint, deliveryId } = await one();
    d.receiver.will('slow body');
    const sending = deliver(deliveryId);
    await d.receiver.has(1);
    await tx((t) => endEndpoint(t, endpoint.id, { state: 'disabled', reason: 'BY_OWNER', at: AT }));
    expect(await sending).toMatchObject({ state: 'stopped' });
    expect(await d.attempts(deliveryId)).toMatchObject([{ status: 200, errorCode: null }]);
  });

  test('a test event is tried once and disables nothing but by 410', async () => {
    const { endpoint } = await one();
    d.receiver.always({ status: 500 });
    const made = await tx((t) => createTestDelivery(t, endpoint.id, AT));
    expect(await deliver(made.id)).toMatchObject({ state: 'failed', type: 'webhook_endpoint.test', tries: 1 });
    expect(await getEndpoint(d.pool, endpoint.id)).toMatchObject({ state: 'enabled', failingSince: null });
    d.receiver.always({ status: 410 });
    await deliver((await tx((t) => createTestDelivery(t, endpoint.id, AT))).id);
    expect(await getEndpoint(d.pool, endpoint.id)).toMatchObject({ state: 'disabled', reason: 'GONE' });
  });
});

describe('replay', () => {
  test('one: a new round from the first try on, with the same id and body', async () => {
    const { deliveryId } = await one();
    await deliver(deliveryId);
    await tx((t) => replayDelivery(t, deliveryId, later(60)));
    expect(await deliver(deliveryId, later(60))).toMatchObject({ state: 'delivered', tries: 1 });
    expect((await d.attempts(deliveryId)).map(({ no, round }) => [no, round])).toEqual([[1, 1], [2, 2]]);
    const [first, again] = d.receiver.received;
    expect([again!.body, again!.headers['webhook-id']]).toEqual([first!.body, first!.headers['webhook-id']]);
  });

  test('all since an instant: what failed, what was stopped, and what happened while it was disabled; nothing that arrived', async () => {
    const { userId, endpoint, deliveryId: arrived } = await one();
    await deliver(arrived);
    const before = await d.delivery(userId, later(-100));
    const stopped = await d.delivery(userId, later(10));
    d.receiver.will({ status: 410 });
    await deliver(stopped, later(10));
    const missed = await d.happened(userId, { at: later(20) });
    await d.happened(await d.user(), { at: later(20) });
    await tx((t) => enableEndpoint(t, endpoint.id, later(30)));
    const failed = await tx((t) => replayFailed(t, endpoint.id, AT, 100, later(40)));
    expect(failed).toEqual([stopped]);
    const made = await tx((t) => createMissed(t, endpoint.id, AT, 100, later(40)));
    expect(await Promise.all(made.map(async (id) => (await getDelivery(d.pool, id)).eventId))).toEqual([missed]);
    expect((await d.state(before)).state).toBe('stopped');
    for (const id of [...failed, ...made]) expect(await deliver(id, later(40))).toMatchObject({ state: 'delivered' });
    expect(await tx((t) => createMissed(t, endpoint.id, AT, 100, later(50)))).toEqual([]);
    expect(await tx((t) => replayFailed(t, endpoint.id, later(-1000), 100, later(50)))).toEqual([before]);
  });

  test('one that is replayed while it is being sent is sent once more', async () => {
    const { deliveryId } = await one();
    d.receiver.will('slow body');
    const sending = deliver(deliveryId);
    await d.receiver.has(1);
    await tx((t) => replayDelivery(t, deliveryId, later(1)));
    expect(await sending).toMatchObject({ state: 'pending', nextAt: later(1) });
    expect(await deliver(deliveryId, later(1))).toMatchObject({ state: 'delivered' });
    expect(d.receiver.received).toHaveLength(2);
  });
});
