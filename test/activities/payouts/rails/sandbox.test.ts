import { quoteAt } from '../../../../domain/payouts/quote.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson, purposeKey, sandboxRail } from '../../../../activities/payouts/rails/sandbox.ts';
import type { Rail } from '../../../../activities/payouts/rails/rail.ts';
import { startSandboxRail } from '../../../../scripts/sandbox-rail/server.ts';
import { calm, committed, deadUrl, executionsOf, type Harness, instruction, recordOf, SECRET, startHarness, prepared } from './rail-harness.ts';

let harness: Harness;
beforeAll(async () => { harness = await startHarness(); });
afterAll(() => harness.close());

describe('the sandbox rail without faults', () => {
  it('executes at once, answers look-ups by key, and lists the execution with its payout', async () => {
    const order = instruction();
    const attempt = await committed(harness.rail, order);
    expect(await harness.rail.lookUp(attempt, calm())).toEqual({ kind: 'not_found' });
    const outcome = await harness.rail.submit(attempt, calm());
    expect(outcome).toEqual({ kind: 'accepted', railReference: expect.stringMatching(/^sbx_/) });
    expect(await harness.rail.lookUp(attempt, calm())).toMatchObject({ kind: 'executed', amount: '12.34', currency: 'USD', fee: '0', railReference: outcome.kind === 'accepted' ? outcome.railReference : '' });
    expect(await executionsOf(harness.rail, order.payoutId)).toMatchObject([{ kind: 'executed', amount: '12.34', idempotencyKey: order.idempotencyKey, destination: { account: 'trader-1' } }]);
  });

  it('answers the same key and body with the same answer, also concurrently, and executes once', async () => {
    const order = instruction();
    const attempt = await committed(harness.rail, order);
    const answers = await Promise.all(Array.from({ length: 8 }, () => harness.rail.submit(attempt, calm())));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.kind).toBe('accepted');
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(1);
  });

  it('refuses the same key with another body, which is unknown and not a rejection', async () => {
    const order = instruction();
    await harness.rail.submit(await committed(harness.rail, order), calm());
    const other = await committed(harness.rail, { ...order, amount: '99.99' });
    expect(await harness.rail.submit(other, calm())).toEqual({ kind: 'unknown', detail: 'the rail answered 422 KEY_REUSED' });
    expect(await executionsOf(harness.rail, order.payoutId)).toMatchObject([{ amount: '12.34' }]);
  });

  it('shows a payout that was ordered under two keys twice in its record', async () => {
    const order = instruction();
    await harness.rail.submit(await committed(harness.rail, order), calm());
    await harness.rail.submit(await committed(harness.rail, { ...order, idempotencyKey: 'att_second' }), calm());
    expect((await executionsOf(harness.rail, order.payoutId)).map((entry) => entry.idempotencyKey)).toEqual([order.idempotencyKey, 'att_second']);
  });

  it('rejects more than whole cents for good, on its own side of the wire', async () => {
    await expect(prepared(harness.rail, instruction({ amount: '1.005' }))).rejects.toMatchObject({ code: 'RAIL_AMOUNT_REFUSED' });
    const order = instruction();
    const attempt = await committed(harness.rail, order);
    const { signature: _old, ...body } = JSON.parse(attempt.bytes.toString('utf8')) as Record<string, unknown>;
    const signed = { ...body, amount: '1.005' };
    const bytes = Buffer.from(canonicalJson({ ...signed, signature: createHmac('sha256', purposeKey(SECRET, 'requests')).update(canonicalJson(signed)).digest('base64') }));
    expect(await harness.rail.submit({ ...attempt, bytes }, calm())).toMatchObject({ kind: 'rejected', code: 'AMOUNT_REFUSED', retryable: false });
    expect(await harness.rail.lookUp(attempt, calm())).toMatchObject({ kind: 'rejected', code: 'AMOUNT_REFUSED' });
    expect(await executionsOf(harness.rail, order.payoutId)).toEqual([]);
  });

  it('considers nothing that is not signed with the shared secret, and shows nothing', async () => {
    const stranger = sandboxRail({ url: harness.url, secret: 'another secret' });
    const order = instruction();
    const attempt = await committed(stranger, order);
    expect(await stranger.submit(attempt, calm())).toMatchObject({ kind: 'deferred', code: 'SIGNATURE_WRONG' });
    expect(await stranger.lookUp(attempt, calm())).toEqual({ kind: 'unknown', detail: 'the rail answered the look-up with 401 UNAUTHORIZED' });
    expect(await executionsOf(harness.rail, order.payoutId)).toEqual([]);
  });
});

describe('its record', () => {
  it('survives kill -9 and a torn last line, and its keys with it', async () => {
    const order = instruction();
    const attempt = await committed(harness.rail, order);
    const first = await harness.rail.submit(attempt, calm());
    const before = await all();
    await harness.restart('SIGKILL');
    await harness.restart('SIGKILL');
    appendFileSync(harness.recordPath, '{"type":"executed","sequ');
    await harness.restart('SIGKILL');
    expect(await harness.rail.submit(attempt, calm())).toEqual(first);
    expect(await all()).toEqual(before);
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(1);
  });

  it('is listed ascending over pages, and cut by instants', async () => {
    const paged = sandboxRail({ url: harness.url, secret: SECRET, recordPageSize: 5 });
    for (let count = 0; count < 12; count++) await harness.rail.submit(await committed(harness.rail, instruction()), calm());
    const entries = await recordOf(paged);
    expect(entries).toEqual(await all());
    expect(entries.map((entry) => entry.sequence)).toEqual(entries.map((_, index) => String(index + 1)));
    expect(entries.length).toBeGreaterThan(10);
    const middle = entries[Math.trunc(entries.length / 2)]?.at ?? '';
    const early = await recordOf(paged, null, middle);
    const late = await recordOf(paged, middle);
    expect([...early, ...late]).toEqual(entries);
    expect(late[0]?.at).toBe(middle);
  });

  it('cannot be read from a rail that is down, which is a typed problem', async () => {
    const down = sandboxRail({ url: await deadUrl(), secret: SECRET });
    await expect(recordOf(down)).rejects.toMatchObject({ code: 'RAIL_UNREACHABLE', status: 503 });
  });

  const all = () => recordOf(harness.rail);
});

describe('its process', () => {
  const launch = (...more: string[]) => spawn(process.execPath, ['scripts/sandbox-rail.ts', '--record', `${harness.recordPath}.cli`, '--secret', SECRET, ...more], { stdio: ['pipe', 'pipe', 'pipe'] });

  it('prints one line when it listens, and ends with 0 on SIGTERM or when its parent is gone', async () => {
    for (const end of [(child: ChildProcess) => child.kill('SIGTERM'), (child: ChildProcess) => child.stdin?.end()]) {
      const child = launch('--until-stdin-ends');
      const [line] = await once(child.stdout, 'data') as [Buffer];
      expect(JSON.parse(line.toString())).toEqual({ port: expect.any(Number), url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), pid: child.pid });
      end(child);
      expect(await once(child, 'exit')).toEqual([0, null]);
    }
  });

  it('also runs inside another one', async () => {
    const inside = await startSandboxRail({ record: `${harness.recordPath}.inside`, secret: SECRET });
    const order = instruction();
    const client = sandboxRail({ url: inside.url, secret: SECRET });
    await client.submit(await committed(client, order), calm());
    expect(inside.record()).toMatchObject([{ sequence: 1, kind: 'executed', payoutId: order.payoutId, key: order.idempotencyKey, amount: '12.34' }]);
    await inside.stop();
    expect(await client.submit(await committed(client, order), calm())).toMatchObject({ kind: 'deferred', code: 'RAIL_UNREACHABLE' });
  });
});

describe('the adapter by itself', () => {
  let offline: Rail;
  beforeAll(async () => { offline = sandboxRail({ url: await deadUrl(), secret: SECRET }); });

  it('prepares the same bytes for the same instruction, whatever the order of the fields', async () => {
    const order = instruction({ destination: { holderName: 'A Trader', account: 'trader-1' } });
    const again = { ...order, destination: { account: 'trader-1', holderName: 'A Trader' } };
    expect(await prepared(offline, again)).toEqual(await prepared(offline, order));
    expect((await prepared(offline, { ...order, amount: '12.35' })).requestHash).not.toBe((await prepared(offline, order)).requestHash);
  });

  it.each(['0', '0.00', '-1', '1e2', 'NaN', '1.001', ''])('prepares no amount of "%s"', async (amount) => {
    await expect(prepared(offline, instruction({ amount }))).rejects.toMatchObject({ code: 'RAIL_AMOUNT_REFUSED' });
  });

  it('cuts a quote to whole cents and carries the rest', async () => {
    expect(quoteAt(offline.guarantees, '42.98765432', await offline.rate(offline.currencyOf({ account: 'trader-1' }), '2026-11-16T09:00:00Z', calm()))).toMatchObject({ amount: '42.98', payAmount: '42.98', carried: '0.00765432', rate: '1', validUntil: null });
  });

  it('says why a destination cannot be paid, and shows one that can masked', () => {
    expect(offline.validateDestination({ account: 'a b' })).toMatchObject({ ok: false, field: 'account', code: 'DESTINATION_REFUSED' });
    expect(offline.validateDestination({ account: 'trader-12345', iban: 'DE02' })).toMatchObject({ ok: false, field: 'iban', code: 'DESTINATION_REFUSED' });
    expect(offline.validateDestination({ account: ' trader-12345 ' })).toEqual({ ok: true, destination: { account: 'trader-12345' }, shown: 'sandbox account …2345' });
  });

  it('takes a refused connection for "not sent", and an abort for unknown', async () => {
    const attempt = await committed(offline, instruction());
    expect(await offline.submit(attempt, calm())).toMatchObject({ kind: 'deferred', code: 'RAIL_UNREACHABLE' });
    expect(await harness.rail.submit(attempt, AbortSignal.abort())).toMatchObject({ kind: 'unknown' });
    expect(await offline.lookUp(attempt, calm())).toMatchObject({ kind: 'unknown' });
  });
});
