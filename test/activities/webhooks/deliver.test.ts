import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { sqlState } from '../../../db/connection.ts';
import { beginAttempt, lockDelivery } from '../../../db/stores/webhookAttempts.ts';
import { createDeliveries, getDelivery } from '../../../db/stores/webhookDeliveries.ts';
import { changeEndpoint, endEndpoint, getEndpoint } from '../../../db/stores/webhookEndpoints.ts';
import { rotateSecret, secretText } from '../../../db/stores/webhookSecrets.ts';
import { testPersonalData } from '../../support/personal.ts';
import { NEARBY } from '../../support/webhooks.ts';
import { AT, deliveryDesk, later } from './deliveryDesk.ts';

const personal = testPersonalData();
const { schedule } = NEARBY;
const d = deliveryDesk();
const { deliver, one, tx, untilSettled } = d;

describe('who is told of what', () => {
  test('a user\'s endpoint of his own events, a program\'s of everybody\'s, each only of the types it chose, and of no security mail', async () => {
    const [mine, other] = [await d.user(), await d.user()];
    const own = await d.endpoint(d.receiver.url, { userId: mine });
    const paidOnly = await d.endpoint(d.receiver.url, { userId: mine, eventTypes: ['payout.failed'] });
    const program = await d.endpoint(d.receiver.url);
    const disabled = await d.endpoint(d.receiver.url, { userId: mine });
    await tx((t) => endEndpoint(t, disabled.id, { state: 'disabled', reason: 'BY_OWNER', at: AT }));
    const [paid, failed, others, security] = [await d.happened(mine), await d.happened(mine, { kind: 'payout_failed' }), await d.happened(other), await d.happened(mine, { kind: 'password_changed' })];
    const made = await createDeliveries(d.pool, [paid, failed, others, security]);
    const told = await Promise.all(made.map(async ({ deliveryId }) => { const { endpointId, eventId } = await getDelivery(d.pool, deliveryId); return [endpointId, eventId]; }));
    expect(told.sort()).toEqual([[own.id, paid], [own.id, failed], [paidOnly.id, failed], [program.id, paid], [program.id, failed], [program.id, others]].sort());
    // The same again, as after a crash: nothing new, and all of them are still named.
    expect(await createDeliveries(d.pool, [paid, failed, others, security])).toEqual(made);
    await tx((t) => endEndpoint(t, program.id, { state: 'deleted', at: AT }));
  });

  test('200 notifications take no more statements than one', async () => {
    const userId = await d.user();
    await d.endpoint(d.receiver.url, { userId });
    const ids = await Promise.all(Array.from({ length: 200 }, () => d.happened(userId)));
    let statements = 0;
    const counted = new Proxy(d.pool, { get: (pool, name) => (name === 'query' ? (...args: [string]) => { statements++; return pool.query(...args); } : Reflect.get(pool, name) as unknown) });
    expect(await createDeliveries(counted, ids)).toHaveLength(200);
    expect(statements).toBe(3);
  });
});

describe('what arrives', () => {
  test('the convention\'s headers and body; the standard library verifies it with the secret, and with no other', async () => {
    const { endpoint, deliveryId, userId } = await one();
    expect(await deliver(deliveryId)).toMatchObject({ state: 'delivered', tries: 1, nextAt: null });
    const [request] = d.receiver.received;
    const headers = request!.headers as Record<string, string>;
    const { eventId } = await getDelivery(d.pool, deliveryId);
    expect(new Webhook(endpoint.secret).verify(request!.body, headers)).toEqual({ type: 'payout.paid', timestamp: AT, data: { userId, payoutId: expect.stringMatching(/^pay_/), amount: '18.37', currency: 'USD' } });
    expect([headers['webhook-id'], headers['content-type']]).toEqual([eventId, 'application/json']);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(30);
    expect(() => new Webhook((`whsec_${Buffer.alloc(32, 1).toString('base64')}`)).verify(request!.body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(endpoint.secret).verify(request!.body.replace('18.37', '99.37'), headers)).toThrow('No matching signature');
    expect(await d.attempts(deliveryId)).toEqual([{ no: 1, round: 1, startedAt: AT, finishedAt: expect.any(String), durationMs: expect.any(Number), status: 200, errorCode: null, answer: '' }]);
  });

  test('a secret has 32 random bytes and is stored sealed', async () => {
    const { endpoint } = await one();
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { rows } = await d.pool.query<{ sealed: string }>('SELECT sealed FROM webhook_secret WHERE endpoint_id = $1', [endpoint.id]);
    expect(JSON.stringify(rows)).not.toContain(endpoint.secret.slice(6, 20));
    expect(await secretText(d.pool, personal, endpoint.id, 1)).toBe(endpoint.secret);
    await personal.erase(d.pool, endpoint.id);
    expect(await secretText(d.pool, personal, endpoint.id, 1)).toBeNull();
  });

  test('while a rotated secret overlaps, both verify; afterwards only the new one', async () => {
    const { endpoint, deliveryId, userId } = await one();
    const no = await tx((t) => rotateSecret(t, personal, endpoint.id, AT, later(3600)));
    const newer = (await secretText(d.pool, personal, endpoint.id, no))!;
    await deliver(deliveryId);
    const [during] = d.receiver.received.splice(0);
    expect((during!.headers['webhook-signature'] as string).split(' ')).toHaveLength(2);
    for (const secret of [endpoint.secret, newer]) expect(new Webhook(secret).verify(during!.body, during!.headers as Record<string, string>)).toMatchObject({ type: 'payout.paid' });
    await deliver(await d.delivery(userId, later(3600)), later(3600));
    const [after] = d.receiver.received;
    expect(new Webhook(newer).verify(after!.body, after!.headers as Record<string, string>)).toMatchObject({ type: 'payout.paid' });
    expect(() => new Webhook(endpoint.secret).verify(after!.body, after!.headers as Record<string, string>)).toThrow('No matching signature');
  });

  test('a rotation without overlap ends every old secret at once; with too many still valid it is refused', async () => {
    const { endpoint, deliveryId } = await one();
    await tx((t) => rotateSecret(t, personal, endpoint.id, AT, later(3600)));
    await tx((t) => rotateSecret(t, personal, endpoint.id, AT, later(3600)));
    await expect(tx((t) => rotateSecret(t, personal, endpoint.id, AT, later(3600)))).rejects.toMatchObject({ code: 'WEBHOOK_SECRETS_TOO_MANY' });
    await tx((t) => rotateSecret(t, personal, endpoint.id, AT, AT));
    await deliver(deliveryId);
    expect((d.receiver.received[0]!.headers['webhook-signature'] as string).split(' ')).toHaveLength(1);
  });
});

describe('tries', () => {
  test('500 some times, then 200: each try a row, each with the same webhook-id and body, the waits of the schedule', async () => {
    const { endpoint, deliveryId } = await one();
    d.receiver.will({ status: 500, body: 'busy' }, { status: 500 }, 'cut');
    const instants = await untilSettled(deliveryId);
    expect(instants).toHaveLength(4);
    const attempts = await d.attempts(deliveryId);
    expect(attempts.map(({ no, status, errorCode, answer }) => [no, status, errorCode, answer])).toEqual([[1, 500, 'STATUS', 'busy'], [2, 500, 'STATUS', ''], [3, null, 'CONNECTION_CLOSED', null], [4, 200, null, '']]);
    for (const [i, at] of instants.slice(1).entries()) {
      expect(Date.parse(at) - Date.parse(attempts[i]!.finishedAt!)).toBe(schedule[i + 1]! * 1000 * 1.05); // chance is 0.5 of a tenth
    }
    expect(new Set(d.receiver.received.map(({ headers, body }) => `${String(headers['webhook-id'])} ${body}`)).size).toBe(1);
    expect(await d.state(deliveryId)).toMatchObject({ state: 'delivered', tries: 4, nextAt: null, endpoint: 'enabled' });
    expect((await getEndpoint(d.pool, endpoint.id)).failingSince).toBeNull();
    expect(await d.notices(endpoint.id)).toEqual([]);
  });

  test('not before it is due, and not once it has arrived', async () => {
    const { deliveryId } = await one();
    d.receiver.will({ status: 503, headers: { 'retry-after': '60' } });
    const { nextAt } = await deliver(deliveryId);
    expect(Date.parse(nextAt!) - Date.parse(AT)).toBeGreaterThanOrEqual(60_000);
    expect(await deliver(deliveryId, later(59))).toMatchObject({ state: 'pending', nextAt });
    expect(d.receiver.received).toHaveLength(1);
    expect(await deliver(deliveryId, nextAt!)).toMatchObject({ state: 'delivered' });
    expect(await deliver(deliveryId, later(9999))).toMatchObject({ state: 'delivered', tries: 2 });
    expect(d.receiver.received).toHaveLength(2);
  });

  test('a worker that died between send and mark: the next one closes its row and sends the same again, without using up a try', async () => {
    const { deliveryId } = await one();
    await tx(async (t) => beginAttempt(t, await lockDelivery(t, deliveryId), AT));
    expect(await deliver(deliveryId, later(30))).toMatchObject({ state: 'delivered', tries: 1 });
    expect((await d.attempts(deliveryId)).map(({ no, errorCode }) => [no, errorCode])).toEqual([[1, 'INTERRUPTED'], [2, null]]);
  });

  test('an endpoint whose secrets are gone is not sent to unsigned', async () => {
    const { endpoint, deliveryId } = await one();
    await personal.erase(d.pool, endpoint.id);
    expect(await deliver(deliveryId)).toMatchObject({ state: 'pending', tries: 1 });
    expect(d.receiver.received).toEqual([]);
    expect(await d.attempts(deliveryId)).toMatchObject([{ status: null, errorCode: 'SECRET_MISSING' }]);
  });

  test('under the product\'s settings nothing goes to this machine, also where it was registered before', async () => {
    const { deliveryId } = await one();
    const { allowPrivate: _, ...rest } = NEARBY;
    await d.activities({ ...rest, allowPrivate: false }).tryDelivery({ deliveryId, asOf: AT });
    expect([d.receiver.received, (await d.attempts(deliveryId))[0]!.errorCode]).toEqual([[], 'URL_NOT_ALLOWED']);
  });
});

test('the application can change neither whose it is, nor what is sent, nor a try that is finished', async () => {
  const { deliveryId, endpoint } = await one();
  await deliver(deliveryId);
  const refused = (sql: string) => d.pool.query(sql).then(() => 'done', (error: unknown) => sqlState(error));
  expect(await refused(`UPDATE webhook_delivery SET payload = '{}' WHERE id = '${deliveryId}'`)).toBe('42501');
  expect(await refused(`UPDATE webhook_endpoint SET user_id = NULL WHERE id = '${endpoint.id}'`)).toBe('42501');
  expect(await refused(`DELETE FROM webhook_delivery WHERE id = '${deliveryId}'`)).toBe('42501');
  expect(await refused(`UPDATE webhook_secret SET sealed = 'x' WHERE endpoint_id = '${endpoint.id}'`)).toBe('42501');
  expect(await refused(`UPDATE webhook_attempt SET status = 500 WHERE delivery_id = '${deliveryId}'`)).toBe('WH001');
  await expect(tx(async (t) => { await endEndpoint(t, endpoint.id, { state: 'deleted', at: AT }); return changeEndpoint(t, endpoint.id, { description: 'x' }); })).rejects.toMatchObject({ code: 'WEBHOOK_ENDPOINT_DELETED' });
});
