import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sqlState, withTransaction } from '../../../db/connection.ts';
import { lockDelivery, beginAttempt } from '../../../db/stores/webhookAttempts.ts';
import { createDeliveries, createMissed, createTestDelivery, getDelivery, replayDelivery, replayFailed } from '../../../db/stores/webhookDeliveries.ts';
import { changeEndpoint, enableEndpoint, endEndpoint, getEndpoint } from '../../../db/stores/webhookEndpoints.ts';
import { rotateSecret, secretText } from '../../../db/stores/webhookSecrets.ts';
import { TRY_AFTER_SECONDS } from '../../../domain/webhooks/backOff.ts';
import { testPersonalData } from '../../support/personal.ts';
import { webhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';
import { NEARBY, webhookFixture, type WebhookFixture } from '../../support/webhooks.ts';

const AT = '2026-11-02T09:00:00.000Z';
const later = (seconds: number, from = AT) => new Date(Date.parse(from) + seconds * 1000).toISOString();
const personal = testPersonalData();
const { schedule } = NEARBY;

let f: WebhookFixture;
let receiver: WebhookReceiver;
beforeAll(async () => {
  f = await webhookFixture();
  receiver = await webhookReceiver();
});
beforeEach(() => { receiver.received.length = 0; receiver.always(null); });
afterAll(async () => {
  await receiver?.close();
  await f?.close();
});

const deliver = (deliveryId: string, asOf = AT) => f.activities().tryDelivery({ deliveryId, asOf });
const tx = <T>(work: Parameters<typeof withTransaction<T>>[1]) => withTransaction(f.pool, work);
/** A user with an endpoint of his own and one delivery. */
async function one(at = AT) {
  const userId = await f.user();
  const endpoint = await f.endpoint(receiver.url, { userId });
  return { userId, endpoint, deliveryId: await f.delivery(userId, at) };
}
/** Tries again and again, each time when it is due. */
async function untilSettled(deliveryId: string, asOf = AT): Promise<string[]> {
  const instants = [];
  for (let next: string | null = asOf; next !== null;) {
    instants.push(next);
    next = (await deliver(deliveryId, next)).nextAt;
  }
  return instants;
}

describe('who is told of what', () => {
  test('a user\'s endpoint of his own events, a program\'s of everybody\'s, each only of the types it chose, and of no security mail', async () => {
    const [mine, other] = [await f.user(), await f.user()];
    const own = await f.endpoint(receiver.url, { userId: mine });
    const paidOnly = await f.endpoint(receiver.url, { userId: mine, eventTypes: ['payout.failed'] });
    const program = await f.endpoint(receiver.url);
    const disabled = await f.endpoint(receiver.url, { userId: mine });
    await tx((t) => endEndpoint(t, disabled.id, { state: 'disabled', reason: 'BY_OWNER', at: AT }));
    const [paid, failed, others, security] = [await f.happened(mine), await f.happened(mine, { kind: 'payout_failed' }), await f.happened(other), await f.happened(mine, { kind: 'password_changed' })];
    const made = await createDeliveries(f.pool, [paid, failed, others, security]);
    const told = await Promise.all(made.map(async ({ deliveryId }) => { const { endpointId, eventId } = await getDelivery(f.pool, deliveryId); return [endpointId, eventId]; }));
    expect(told.sort()).toEqual([[own.id, paid], [own.id, failed], [paidOnly.id, failed], [program.id, paid], [program.id, failed], [program.id, others]].sort());
    // The same again, as after a crash: nothing new, and all of them are still named.
    expect(await createDeliveries(f.pool, [paid, failed, others, security])).toEqual(made);
    await tx((t) => endEndpoint(t, program.id, { state: 'deleted', at: AT }));
  });

  test('200 notifications take no more statements than one', async () => {
    const userId = await f.user();
    await f.endpoint(receiver.url, { userId });
    const ids = await Promise.all(Array.from({ length: 200 }, () => f.happened(userId)));
    let statements = 0;
    const counted = new Proxy(f.pool, { get: (pool, name) => (name === 'query' ? (...args: [string]) => { statements++; return pool.query(...args); } : Reflect.get(pool, name) as unknown) });
    expect(await createDeliveries(counted, ids)).toHaveLength(200);
    expect(statements).toBe(3);
  });
});

describe('what arrives', () => {
  test('the convention\'s headers and body; the standard library verifies it with the secret, and with no other', async () => {
    const { endpoint, deliveryId, userId } = await one();
    expect(await deliver(deliveryId)).toMatchObject({ state: 'delivered', tries: 1, nextAt: null });
    const [request] = receiver.received;
    const headers = request!.headers as Record<string, string>;
    const { eventId } = await getDelivery(f.pool, deliveryId);
    expect(new Webhook(endpoint.secret).verify(request!.body, headers)).toEqual({ type: 'payout.paid', timestamp: AT, data: { userId, payoutId: expect.stringMatching(/^pay_/), amount: '18.37', currency: 'USD' } });
    expect([headers['webhook-id'], headers['content-type']]).toEqual([eventId, 'application/json']);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(30);
    expect(() => new Webhook((`whsec_${Buffer.alloc(32, 1).toString('base64')}`)).verify(request!.body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(endpoint.secret).verify(request!.body.replace('18.37', '99.37'), headers)).toThrow('No matching signature');
    expect(await f.attempts(deliveryId)).toEqual([{ no: 1, round: 1, startedAt: AT, finishedAt: expect.any(String), durationMs: expect.any(Number), status: 200, errorCode: null, answer: '' }]);
  });

  test('a secret has 32 random bytes and is stored sealed', async () => {
    const { endpoint } = await one();
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { rows } = await f.pool.query<{ sealed: string }>('SELECT sealed FROM webhook_secret WHERE endpoint_id = $1', [endpoint.id]);
    expect(JSON.stringify(rows)).not.toContain(endpoint.secret.slice(6, 20));
    expect(await secretText(f.pool, personal, endpoint.id, 1)).toBe(endpoint.secret);
    await personal.erase(f.pool, endpoint.id);
    expect(await secretText(f.pool, personal, endpoint.id, 1)).toBeNull();
  });

  test('while a rotated secret overlaps, both verify; afterwards only the new one', async () => {
    const { endpoint, deliveryId, userId } = await one();
    const no = await tx((t) => rotateSecret(t, personal, endpoint.id, AT, later(3600)));
    const newer = (await secretText(f.pool, personal, endpoint.id, no))!;
    await deliver(deliveryId);
    const [during] = receiver.received.splice(0);
    expect((during!.headers['webhook-signature'] as string).split(' ')).toHaveLength(2);
    for (const secret of [endpoint.secret, newer]) expect(new Webhook(secret).verify(during!.body, during!.headers as Record<string, string>)).toMatchObject({ type: 'payout.paid' });
    await deliver(await f.delivery(userId, later(3600)), later(3600));
    const [after] = receiver.received;
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
    expect((receiver.received[0]!.headers['webhook-signature'] as string).split(' ')).toHaveLength(1);
  });
});

describe('tries', () => {
  test('500 some times, then 200: each try a row, each with the same webhook-id and body, the waits of the schedule', async () => {
    const { endpoint, deliveryId } = await one();
    receiver.will({ status: 500, body: 'busy' }, { status: 500 }, 'cut');
    const instants = await untilSettled(deliveryId);
    expect(instants).toHaveLength(4);
    const attempts = await f.attempts(deliveryId);
    expect(attempts.map(({ no, status, errorCode, answer }) => [no, status, errorCode, answer])).toEqual([[1, 500, 'STATUS', 'busy'], [2, 500, 'STATUS', ''], [3, null, 'CONNECTION_CLOSED', null], [4, 200, null, '']]);
    for (const [i, at] of instants.slice(1).entries()) {
      expect(Date.parse(at) - Date.parse(attempts[i]!.finishedAt!)).toBe(schedule[i + 1]! * 1000 * 1.05); // chance is 0.5 of a tenth
    }
    expect(new Set(receiver.received.map(({ headers, body }) => `${String(headers['webhook-id'])} ${body}`)).size).toBe(1);
    expect(await f.state(deliveryId)).toMatchObject({ state: 'delivered', tries: 4, nextAt: null, endpoint: 'enabled' });
    expect((await getEndpoint(f.pool, endpoint.id)).failingSince).toBeNull();
    expect(await f.notices(endpoint.id)).toEqual([]);
  });

  test('not before it is due, and not once it has arrived', async () => {
    const { deliveryId } = await one();
    receiver.will({ status: 503, headers: { 'retry-after': '60' } });
    const { nextAt } = await deliver(deliveryId);
    expect(Date.parse(nextAt!) - Date.parse(AT)).toBeGreaterThanOrEqual(60_000);
    expect(await deliver(deliveryId, later(59))).toMatchObject({ state: 'pending', nextAt });
    expect(receiver.received).toHaveLength(1);
    expect(await deliver(deliveryId, nextAt!)).toMatchObject({ state: 'delivered' });
    expect(await deliver(deliveryId, later(9999))).toMatchObject({ state: 'delivered', tries: 2 });
    expect(receiver.received).toHaveLength(2);
  });

  test('a worker that died between send and mark: the next one closes its row and sends the same again, without using up a try', async () => {
    const { deliveryId } = await one();
    await tx(async (t) => beginAttempt(t, await lockDelivery(t, deliveryId), AT));
    expect(await deliver(deliveryId, later(30))).toMatchObject({ state: 'delivered', tries: 1 });
    expect((await f.attempts(deliveryId)).map(({ no, errorCode }) => [no, errorCode])).toEqual([[1, 'INTERRUPTED'], [2, null]]);
  });

  test('an endpoint whose secrets are gone is not sent to unsigned', async () => {
    const { endpoint, deliveryId } = await one();
    await personal.erase(f.pool, endpoint.id);
    expect(await deliver(deliveryId)).toMatchObject({ state: 'pending', tries: 1 });
    expect(receiver.received).toEqual([]);
    expect(await f.attempts(deliveryId)).toMatchObject([{ status: null, errorCode: 'SECRET_MISSING' }]);
  });

  test('under the product\'s settings nothing goes to this machine, also where it was registered before', async () => {
    const { deliveryId } = await one();
    const { allowPrivate: _, ...rest } = NEARBY;
    await f.activities({ ...rest, allowPrivate: false }).tryDelivery({ deliveryId, asOf: AT });
    expect([receiver.received, (await f.attempts(deliveryId))[0]!.errorCode]).toEqual([[], 'URL_NOT_ALLOWED']);
  });
});

describe('disabling', () => {
  test('410 Gone: at once; what waits is stopped, its owner is told', async () => {
    const { userId, endpoint, deliveryId } = await one();
    const waiting = await f.delivery(userId, AT);
    receiver.will({ status: 410 });
    expect(await deliver(deliveryId)).toMatchObject({ state: 'stopped', nextAt: null });
    expect(await f.state(waiting)).toEqual({ state: 'stopped', tries: 0, nextAt: null, endpoint: 'disabled' });
    expect(await getEndpoint(f.pool, endpoint.id)).toMatchObject({ state: 'disabled', reason: 'GONE', version: 2 });
    expect(await f.notices(endpoint.id)).toEqual([{ kind: 'webhook_endpoint_disabled', user_id: userId, facts: { endpointId: endpoint.id, reason: 'GONE', deliveryId } }]);
    expect(await deliver(waiting, later(1))).toMatchObject({ state: 'stopped' });
    expect(receiver.received).toHaveLength(1);
    expect(await createDeliveries(f.pool, [await f.happened(userId)])).toEqual([]);
  });

  test('a delivery that uses up its tries while nothing else arrives; a program\'s endpoint is the operators\' matter', async () => {
    const { id } = await f.endpoint(receiver.url, { eventTypes: ['cashback.available'] });
    const [{ deliveryId } = { deliveryId: '' }] = await createDeliveries(f.pool, [await f.happened(await f.user(), { kind: 'cashback_available', at: AT })]);
    receiver.always({ status: 500 });
    expect(await untilSettled(deliveryId)).toHaveLength(TRY_AFTER_SECONDS.length);
    expect(await f.state(deliveryId)).toEqual({ state: 'failed', tries: 10, nextAt: null, endpoint: 'disabled' });
    expect(await f.notices(id)).toMatchObject([{ kind: 'webhook_program_endpoint_disabled', user_id: null, facts: { reason: 'TRIES_USED_UP' } }]);
  });

  test('one event that cannot be digested does not cut off the others', async () => {
    const { userId, endpoint, deliveryId } = await one();
    receiver.always({ status: 500 });
    const { nextAt } = await deliver(deliveryId);
    receiver.always(null);
    await deliver(await f.delivery(userId, later(1)), later(1));
    receiver.always({ status: 500 });
    await untilSettled(deliveryId, nextAt!);
    expect(await f.state(deliveryId)).toMatchObject({ state: 'failed', tries: 10, endpoint: 'enabled' });
    expect(await f.notices(endpoint.id)).toEqual([]);
  });

  test('nothing for five days, though each was replayed before its tries were used up', async () => {
    const { endpoint, deliveryId } = await one();
    receiver.always('cut');
    await deliver(deliveryId);
    await tx((t) => replayDelivery(t, deliveryId, later(5 * 86_400 - 60)));
    expect(await deliver(deliveryId, later(5 * 86_400 - 60))).toMatchObject({ state: 'pending' });
    const last = await tx((t) => replayDelivery(t, deliveryId, later(5 * 86_400)));
    expect(await deliver(deliveryId, last.nextAt!)).toMatchObject({ state: 'stopped' });
    expect(await getEndpoint(f.pool, endpoint.id)).toMatchObject({ reason: 'FAILING_FOR_DAYS', failingSince: AT });
  });

  test('an answer that comes while it is being disabled still counts as arrived, and moves nothing', async () => {
    const { endpoint, deliveryId } = await one();
    receiver.will('slow body');
    const sending = deliver(deliveryId);
    await receiver.has(1);
    await tx((t) => endEndpoint(t, endpoint.id, { state: 'disabled', reason: 'BY_OWNER', at: AT }));
    expect(await sending).toMatchObject({ state: 'stopped' });
    expect(await f.attempts(deliveryId)).toMatchObject([{ status: 200, errorCode: null }]);
  });

  test('a test event is tried once and disables nothing but by 410', async () => {
    const { endpoint } = await one();
    receiver.always({ status: 500 });
    const made = await tx((t) => createTestDelivery(t, endpoint.id, AT));
    expect(await deliver(made.id)).toMatchObject({ state: 'failed', type: 'webhook_endpoint.test', tries: 1 });
    expect(await getEndpoint(f.pool, endpoint.id)).toMatchObject({ state: 'enabled', failingSince: null });
    receiver.always({ status: 410 });
    await deliver((await tx((t) => createTestDelivery(t, endpoint.id, AT))).id);
    expect(await getEndpoint(f.pool, endpoint.id)).toMatchObject({ state: 'disabled', reason: 'GONE' });
  });
});

describe('replay', () => {
  test('one: a new round from the first try on, with the same id and body', async () => {
    const { deliveryId } = await one();
    await deliver(deliveryId);
    await tx((t) => replayDelivery(t, deliveryId, later(60)));
    expect(await deliver(deliveryId, later(60))).toMatchObject({ state: 'delivered', tries: 1 });
    expect((await f.attempts(deliveryId)).map(({ no, round }) => [no, round])).toEqual([[1, 1], [2, 2]]);
    const [first, again] = receiver.received;
    expect([again!.body, again!.headers['webhook-id']]).toEqual([first!.body, first!.headers['webhook-id']]);
  });

  test('all since an instant: what failed, what was stopped, and what happened while it was disabled; nothing that arrived', async () => {
    const { userId, endpoint, deliveryId: arrived } = await one();
    await deliver(arrived);
    const before = await f.delivery(userId, later(-100));
    const stopped = await f.delivery(userId, later(10));
    receiver.will({ status: 410 });
    await deliver(stopped, later(10));
    const missed = await f.happened(userId, { at: later(20) });
    await f.happened(await f.user(), { at: later(20) });
    await tx((t) => enableEndpoint(t, endpoint.id, later(30)));
    const failed = await tx((t) => replayFailed(t, endpoint.id, AT, 100, later(40)));
    expect(failed).toEqual([stopped]);
    const made = await tx((t) => createMissed(t, endpoint.id, AT, 100, later(40)));
    expect(await Promise.all(made.map(async (id) => (await getDelivery(f.pool, id)).eventId))).toEqual([missed]);
    expect((await f.state(before)).state).toBe('stopped');
    for (const id of [...failed, ...made]) expect(await deliver(id, later(40))).toMatchObject({ state: 'delivered' });
    expect(await tx((t) => createMissed(t, endpoint.id, AT, 100, later(50)))).toEqual([]);
    expect(await tx((t) => replayFailed(t, endpoint.id, later(-1000), 100, later(50)))).toEqual([before]);
  });

  test('one that is replayed while it is being sent is sent once more', async () => {
    const { deliveryId } = await one();
    receiver.will('slow body');
    const sending = deliver(deliveryId);
    await receiver.has(1);
    await tx((t) => replayDelivery(t, deliveryId, later(1)));
    expect(await sending).toMatchObject({ state: 'pending', nextAt: later(1) });
    expect(await deliver(deliveryId, later(1))).toMatchObject({ state: 'delivered' });
    expect(receiver.received).toHaveLength(2);
  });
});

test('the application can change neither whose it is, nor what is sent, nor a try that is finished', async () => {
  const { deliveryId, endpoint } = await one();
  await deliver(deliveryId);
  const refused = (sql: string) => f.pool.query(sql).then(() => 'done', (error: unknown) => sqlState(error));
  expect(await refused(`UPDATE webhook_delivery SET payload = '{}' WHERE id = '${deliveryId}'`)).toBe('42501');
  expect(await refused(`UPDATE webhook_endpoint SET user_id = NULL WHERE id = '${endpoint.id}'`)).toBe('42501');
  expect(await refused(`DELETE FROM webhook_delivery WHERE id = '${deliveryId}'`)).toBe('42501');
  expect(await refused(`UPDATE webhook_secret SET sealed = 'x' WHERE endpoint_id = '${endpoint.id}'`)).toBe('42501');
  expect(await refused(`UPDATE webhook_attempt SET status = 500 WHERE delivery_id = '${deliveryId}'`)).toBe('WH001');
  await expect(tx(async (t) => { await endEndpoint(t, endpoint.id, { state: 'deleted', at: AT }); return changeEndpoint(t, endpoint.id, { description: 'x' }); })).rejects.toMatchObject({ code: 'WEBHOOK_ENDPOINT_DELETED' });
});
