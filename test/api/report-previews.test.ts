import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { forgetPreviews } from '../../db/stores/reportPreviews.ts';
import { brokerProfileSchema } from '../../api/schemas/profile.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { testPersonalData } from '../support/personal.ts';
import '../support/quiet.ts';
import { timeSkipping } from '../support/time-skipping.ts';
import { testApi, type TestApi } from './support.ts';

const FILE = Buffer.from('Bericht für Müller\n\nBeleg;Konto;Markt;Größe;Geschlossen\nA1;7001;EURUSD;1,50;13.11.2026 10:00\nA2;7002;NEUCOIN;0,20;14.11.2026 11:00\nSumme;;;1,70;\n', 'latin1');
const PROFILE = {
  format: 'csv', encoding: 'windows-1252', delimiter: ';', headerRow: 3, footer: '^Summe', decimal: ',', dateFormat: 'dd.MM.yyyy HH:mm', timeZone: 'Europe/Berlin', level: 'trade', server: 'A',
  columns: { ticket: 'Beleg', account: 'Konto', symbol: 'Markt', lots: 'Größe', closeTime: 'Geschlossen' },
};

let api: TestApi;
let stop: () => Promise<void>;

/** A form as a browser sends it: the fields, then the file. */
function form(fields: Record<string, string>, file: Buffer, name = 'bericht.csv'): { payload: Buffer; headers: Record<string, string> } {
  const parts = Object.entries(fields).map(([field, value]) => `--x\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`).join('');
  return { payload: Buffer.concat([Buffer.from(`${parts}--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`), file, Buffer.from('\r\n--x--\r\n')]), headers: { 'content-type': 'multipart/form-data; boundary=x' } };
}
const preview = (fields: Record<string, string>, file = FILE, headers: Record<string, string> = {}, broker = 'alpha') => {
  const sent = form(fields, file);
  return api.call('POST', `/v1/brokers/${broker}/report-previews`, { payload: sent.payload, headers: { ...sent.headers, ...headers } });
};

beforeAll(async () => {
  const time = await timeSkipping();
  api = await testApi({ client: time.client });
  const workers = runWorkers(await createWorkers({
    personal: testPersonalData(), connection: time.env.nativeConnection, namespace: time.env.namespace ?? 'default', workflows: { workflowBundle: await workflowBundle() }, pool: api.pool, client: time.client,
    rails: railRegistry([]), queues: ['reports'],
  }));
  stop = () => workers.stop();
  for (const [url, body] of [
    ['methodologies', { effectiveFrom: '2026-01-01T00:00:00Z', pendingPeriod: 'P7D', payoutMinimum: '5.00', tierWindowDays: 30, tiers: [{ name: 'standard', fromLots: '0', multiplier: '1' }], changelog: 'First' }],
    ['brokers', { id: 'alpha', name: 'Alpha', servers: ['A'] }], ['brokers/alpha/agreements', { activeFrom: '2026-01-01T00:00:00Z' }],
    ['brokers/alpha/terms', { effectiveFrom: '2026-01-01T00:00:00Z', accountTypes: { standard: { eligible: true, lotFactor: '1' } } }],
  ] as const) await api.call('POST', `/v1/${url}`, { body });
  await api.call('PUT', '/v1/brokers/alpha/symbols', { body: { symbols: { EURUSD: 'forex' } } });
});
afterAll(() => stop?.());

test('a sample is previewed by a profile that nobody has added, and nothing of it becomes a report', async () => {
  const answer = await preview({ profile: JSON.stringify(PROFILE), from: '2026-11-09T00:00:00Z', to: '2026-11-16T00:00:00+00:00' });
  expect(answer.statusCode).toBe(201);
  const body = answer.json();
  expect(body).toMatchObject({ state: 'done', brokerId: 'alpha', profileId: null, from: '2026-11-09T00:00:00.000Z', fileName: 'bericht.csv', size: String(FILE.length), problem: null });
  expect(body.result).toMatchObject({
    refusal: null, lines: 2, stated: [{ field: 'lots', stated: '1.7', tiesOut: true }], unknownSymbols: { texts: [{ text: 'NEUCOIN', lines: 1, lots: '0.2', firstLine: 5 }] }, accounts: { unknown: 2 },
    outcomes: [{ outcome: 'excluded', reason: 'ACCOUNT_NOT_LINKED', lines: 2 }],
  });
  expect(body.result.sample[0]).toMatchObject({ lineNumber: 4, raw: 'A1;7001;EURUSD;1,50;13.11.2026 10:00', ticket: 'A1', lots: '1.5', closeTime: '2026-11-13T09:00:00.000Z', outcome: 'excluded' });
  expect((await api.call('GET', `/v1/report-previews/${body.id}`)).json()).toEqual(body);
  expect((await api.call('GET', '/v1/reports')).json().items).toEqual([]);
  expect((await api.call('GET', '/v1/report-periods')).json().items).toEqual([]);
});

test('the same request under the same key is one preview; another sample under it is refused', async () => {
  const key = { 'idempotency-key': randomUUID() };
  const first = await preview({ profile: JSON.stringify(PROFILE) }, FILE, key);
  const again = await preview({ profile: JSON.stringify(PROFILE) }, FILE, key);
  expect([again.statusCode, again.headers['idempotent-replayed'], again.json()]).toEqual([201, 'true', first.json()]);
  expect((await preview({ profile: JSON.stringify(PROFILE) }, Buffer.from('x'), key)).json().code).toBe('IDEMPOTENCY_KEY_REUSED');
  expect((await preview({ profile: JSON.stringify({ ...PROFILE, decimal: '.' }) }, FILE, key)).json().code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test.each<[string, Record<string, string>, string, number]>([
  ['no JSON', { profile: '{"' }, 'REQUEST_REFUSED', 422],
  ['a profile that cannot be used', { profile: JSON.stringify({ ...PROFILE, timeZone: 'Berlin' }) }, 'REQUEST_REFUSED', 422],
  ['two profiles', { profile: JSON.stringify(PROFILE), profileName: 'default' }, 'REQUEST_REFUSED', 422],
  ['half a period', { profile: JSON.stringify(PROFILE), from: '2026-11-09T00:00:00Z' }, 'REQUEST_REFUSED', 422],
  ['a name without a profile', { profileName: 'weekly' }, 'PROFILE_MISSING', 409],
  ['a version that is not there', { profileId: 'prf_none' }, 'PROFILE_UNKNOWN', 404],
])('refuses %s', async (_what, fields, code, status) => {
  const { statusCode, ...answer } = await preview(fields);
  expect([statusCode, answer.json().code]).toEqual([status, code]);
});

test('refuses a broker that is not there, an empty sample and one that is too large', async () => {
  expect((await preview({ profile: JSON.stringify(PROFILE) }, FILE, {}, 'nobody')).json().code).toBe('BROKER_UNKNOWN');
  expect((await preview({ profile: JSON.stringify(PROFILE) }, Buffer.alloc(0))).json().code).toBe('REPORT_EMPTY');
  expect((await preview({ profile: JSON.stringify(PROFILE) }, Buffer.alloc((20 << 20) + 1, 'x'))).statusCode).toBe(413);
});

test('from the file alone: a profile is suggested, its questions are answered, and it is previewed, added under a name and found by it', async () => {
  const sent = form({ brokerId: 'alpha' }, FILE);
  const suggestion = await api.call('POST', '/v1/report-profile-suggestions', sent);
  expect(suggestion.statusCode).toBe(201);
  const { id, result } = suggestion.json();
  expect(result.questions.map((question: { setting: string; suggested: unknown }) => [question.setting, question.suggested])).toEqual([['timeZone', null], ['columns.commission', null], ['server', 'A'], ['full', false]]);
  expect(result.read).toMatchObject({ looked: 2, malformed: [], assumed: { timeZone: 'UTC', server: 'A' }, lines: [{ ticket: 'A1', lots: '1.5', closeTime: '2026-11-13T10:00:00.000Z' }, {}] });
  const profile = { ...result.profile, timeZone: 'Europe/Berlin', server: 'A', full: true };
  expect(brokerProfileSchema.parse(profile)).toEqual({ ...PROFILE, full: true });
  expect((await api.call('GET', `/v1/report-profile-suggestions/${id}`)).json().result).toEqual(result);
  expect((await api.call('GET', `/v1/report-previews/${id}`)).json().code).toBe('PREVIEW_UNKNOWN');

  const added = await api.call('POST', '/v1/brokers/alpha/profiles?name=weekly', { body: profile });
  expect([added.statusCode, added.json()]).toEqual([201, expect.objectContaining({ name: 'weekly', version: 1, profile })]);
  expect((await preview({ profileName: 'weekly' })).json()).toMatchObject({ profileId: added.json().id, result: { lines: 2, refusal: null } });
  const plain = await api.call('POST', '/v1/brokers/alpha/profiles', { body: { ...profile, decimal: '.' } });
  expect(plain.json()).toMatchObject({ name: 'default', version: 2 });
  expect((await preview({})).json()).toMatchObject({ profileId: plain.json().id, result: { malformed: [{ field: 'lots', lines: 2 }] } });
  expect((await api.call('GET', '/v1/brokers/alpha/profiles?name=weekly')).json().items).toHaveLength(1);
  expect((await api.call('GET', '/v1/brokers/alpha/profiles')).json().items.map(({ name }: { name: string }) => name)).toEqual(['default', 'weekly']);
  expect((await api.call('POST', '/v1/brokers/alpha/profiles?name=Weekly', { body: profile })).statusCode).toBe(400);
});

test('samples are forgotten with their files when their time is over', async () => {
  const { id, expiresAt } = (await preview({ profile: JSON.stringify(PROFILE) })).json();
  expect(expiresAt).toBe(new Date(Date.parse(api.clock.now) + 7 * 86_400_000).toISOString());
  await forgetPreviews(api.pool, new Date(Date.parse(expiresAt) - 1).toISOString());
  expect((await api.call('GET', `/v1/report-previews/${id}`)).statusCode).toBe(200);
  await forgetPreviews(api.pool, expiresAt);
  expect((await api.call('GET', `/v1/report-previews/${id}`)).json().code).toBe('PREVIEW_UNKNOWN');
  expect((await api.pool.query('SELECT FROM report_preview_chunk WHERE preview_id = $1', [id])).rowCount).toBe(0);
});
