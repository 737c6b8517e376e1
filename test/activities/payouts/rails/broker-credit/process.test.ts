import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, expect, it } from 'vitest';
import { BrokerCreditEnvironment, brokerCreditFromSettings } from '../../../../../activities/payouts/rails/broker-credit/settings.ts';
import { FxEnvironment } from '../../../../../activities/payouts/rails/fx/settings.ts';
import type { CommittedAttempt, Rail } from '../../../../../activities/payouts/rails/rail.ts';
import type { SubmitOutcome } from '../../../../../domain/payouts/outcomes.ts';
import { parseEnvironment } from '../../../../../db/config.ts';
import { z } from 'zod';
import { spawnSandboxBroker } from '../../../../../scripts/sandbox-broker/spawn.ts';
import { calm, instruction, recordOf, sentAttempt } from './broker-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'broker-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const environment = z.object({ ...BrokerCreditEnvironment.shape, ...FxEnvironment.shape });
const noPool = {} as Pool;
const railOf = (env: Record<string, string>, name = 'broker-credit-ava'): Rail => brokerCreditFromSettings(name, parseEnvironment(environment, env), { pool: noPool });

it('a broker that is killed again and again has booked exactly what it says, and nothing is credited twice', async () => {
  const options = { brokerId: 'ava', record: join(folder, 'record.jsonl'), token: 'a token for tests', nonExecutionAfterSeconds: 5, slowMs: 200, lateMs: 200, faults: 'lost_before,lost_after,error_after,delayed,late_arrival', faultRate: 0.15, seed: 5 };
  let broker = await spawnSandboxBroker(options);
  const rail = railOf(broker.env, broker.rail);
  const sent: { attempt: CommittedAttempt; outcome: SubmitOutcome }[] = [];
  for (let credit = 0; credit < 24; credit++) {
    const attempt = await sentAttempt(rail, instruction(new Date().toISOString()));
    const ending = credit % 8 === 7 ? broker.stop('SIGKILL') : null;
    const [outcome] = await Promise.all([rail.submit(attempt, calm()), ending]);
    sent.push({ attempt: { ...attempt, lastSentAt: new Date().toISOString() }, outcome });
    if (ending) broker = await spawnSandboxBroker({ ...options, port: broker.port });
  }
  await broker.stop('SIGKILL');
  broker = await spawnSandboxBroker({ ...options, faults: 'none', port: broker.port });
  try {
    const credited = new Map<string, number>();
    const settled = await expect.poll(async () => {
      const kinds = await Promise.all(sent.map(async ({ attempt }) => (await rail.lookUp(attempt, calm())).kind));
      return kinds.every((kind) => kind === 'executed' || kind === 'not_found') ? kinds : null;
    }, { timeout: 30_000, interval: 200 }).not.toBe(null).then(() => Promise.all(sent.map(({ attempt }) => rail.lookUp(attempt, calm()))));
    for (const { idempotencyKey } of await recordOf(rail)) credited.set(idempotencyKey ?? '', (credited.get(idempotencyKey ?? '') ?? 0) + 1);
    for (const [n, { attempt, outcome }] of sent.entries()) {
      expect(credited.get(attempt.idempotencyKey) ?? 0, `${attempt.idempotencyKey} is ${settled[n]!.kind}`).toBe(settled[n]!.kind === 'executed' ? 1 : 0);
      if (outcome.kind === 'deferred') expect(settled[n]!.kind).toBe('not_found');
      if (outcome.kind === 'accepted' && outcome.railReference !== null) expect(settled[n]).toMatchObject({ kind: 'executed', railReference: outcome.railReference });
    }
    expect(new Set(settled.map(({ kind }) => kind))).toEqual(new Set(['executed', 'not_found']));
  } finally {
    await broker.stop();
  }
}, 60_000);

it('the settings make a rail each, by HTTP or by files', async () => {
  const [out, results] = [join(folder, 'out'), join(folder, 'in')];
  for (const path of [out, results]) mkdirSync(path, { recursive: true });
  const env = {
    BROKER_CREDIT_BROKERS: JSON.stringify([
      { broker: 'ava', way: 'http', url: 'http://127.0.0.1:9/partner', currency: 'EUR', servers: ['Ava-Live'] }, { broker: 'ice', way: 'files', out, in: results, referenceLength: 31, maximum: '500' },
      { broker: 'sea', way: 'files', out: 'sftp://us@files.example:2022/out', in: 'sftp://us@files.example:2022/in', hostKey: 'SHA256:abc' },
    ]),
    BROKER_CREDIT_SECRETS: JSON.stringify({ ava: 'a token of ava', sea: 'a password of sea' }),
  };
  const ava = railOf(env);
  expect(ava).toMatchObject({ id: 'broker-credit-ava', tradingAccountOf: 'ava', guarantees: { mode: 'single', provesNonExecution: 'never', honoursKeysForSeconds: 0, currencies: ['EUR'], callsPerSecond: 5 } });
  await expect(ava.rate('EUR', new Date().toISOString(), calm())).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
  expect(railOf(env, 'broker-credit-ice')).toMatchObject({ id: 'broker-credit-ice', tradingAccountOf: 'ice', guarantees: { mode: 'batch', provesNonExecution: 'never', maximum: '500', currencies: ['USD'] } });
  expect(railOf(env, 'broker-credit-sea').guarantees.mode).toBe('batch');
  expect(() => railOf(env, 'broker-credit-other')).toThrow(expect.objectContaining({ code: 'CONFIG_MISSING' }));
  expect(() => railOf({ ...env, BROKER_CREDIT_SECRETS: '{}' })).toThrow(expect.objectContaining({ code: 'CONFIG_MISSING' }));
});

it.each([
  ['no JSON', 'secret-text {'], ['no way', '[{"broker":"ava"}]'], ['an unknown field', '[{"broker":"ava","way":"http","url":"https://x.example","window":1}]'],
  ['a reference too short', '[{"broker":"ava","way":"http","url":"https://x.example","referenceLength":20}]'], ['a float for money', '[{"broker":"ava","way":"http","url":"https://x.example","minimum":1.5}]'],
])('settings with %s are refused without being repeated', (_what, BROKER_CREDIT_BROKERS) => {
  const refused = (): unknown => parseEnvironment(environment, { BROKER_CREDIT_BROKERS });
  expect(refused).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('BROKER_CREDIT_BROKERS') }));
  expect(refused).not.toThrow(/secret-text/);
});

it('folders on two servers, or without the host key, and a broker that stands twice are refused', () => {
  const files = { broker: 'ava', way: 'files', out: 'sftp://us@a.example/out', in: 'sftp://us@b.example/in', hostKey: 'SHA256:abc' };
  const secrets = { BROKER_CREDIT_SECRETS: '{"ava":"a password"}' };
  for (const list of [[files], [{ ...files, in: 'sftp://us@a.example/in', hostKey: undefined }], [{ broker: 'ava', way: 'http', url: 'https://a.example' }, { broker: 'ava', way: 'http', url: 'https://b.example' }]]) {
    expect(() => railOf({ BROKER_CREDIT_BROKERS: JSON.stringify(list), ...secrets })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
