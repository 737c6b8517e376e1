import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { keepTest, lookedAt, sourceSecret } from '../../db/stores/reportSources.ts';
import { addProfile } from '../../db/stores/profiles.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { failItem } from '../../db/stores/sourceItems.ts';
import { testPersonalData } from '../support/personal.ts';
import { testApi, type TestApi } from './support.ts';

const started: { workflowId: string; args: unknown[] }[] = [];
const woken: string[] = [];
const temporal = { workflow: { start: async (_type: string, options: { workflowId: string; args: unknown[] }) => void started.push(options), signalWithStart: async (_type: string, { workflowId, signal }: { workflowId: string; signal: { name: string } }) => void woken.push(`${workflowId} ${signal.name}`) } } as unknown as Client;
let api: TestApi;
let ann: string;
let ben: string;
let names = 0;

const API = { url: 'https://api.broker.com/trades?from={from}&to={to}&after={cursor}', auth: { kind: 'bearer' }, paging: { kind: 'cursor', next: 'meta.next' } };
const SFTP = { host: 'sftp.broker.com', user: 'ib', auth: 'password', hostKey: `SHA256:${'A'.repeat(43)}`, files: 'trades_*.csv' };
const S3 = { endpoint: 'https://s3.eu-central-1.amazonaws.com', region: 'eu-central-1', bucket: 'broker-reports', accessKeyId: 'AKIA1' };
const MAILBOX = { host: 'imap.broker.com', user: 'reports@cashback.com' };
const SECRET = 'top-secret-1';

const add = (body: object, key = ann) => api.call('POST', '/v1/brokers/alpha/report-sources', { key, headers: { 'idempotency-key': randomUUID() }, body: { name: `source-${++names}`, secret: SECRET, ...body } });
const patch = (id: string, body: object, key = ann) => api.call('PATCH', `/v1/report-sources/${id}`, { key, headers: { 'idempotency-key': randomUUID() }, body });
const approve = (id: string, key = ben) => api.call('POST', `/v1/changes/${id}/approve`, { key, headers: { 'idempotency-key': randomUUID() } });
const read = async (id: string) => (await api.call('GET', `/v1/report-sources/${id}`, { key: ben })).json();
async function added(body: object): Promise<string> {
  const asked = await add(body);
  expect([asked.statusCode, asked.json()]).toMatchObject([202, { kind: 'report_source', subject: { type: 'broker', id: 'alpha' } }]);
  const agreed = await approve(asked.json().id);
  expect([agreed.statusCode, agreed.json()]).toMatchObject([200, { state: 'approved' }]);
  return agreed.json().result.id;
}
const secretOf = (id: string) => sourceSecret(testPersonalData(), api.pool, id);

beforeAll(async () => {
  api = await testApi({ twoPeople: true, client: temporal });
  ann = await api.key('admin');
  ben = await api.key('admin');
  await api.call('POST', '/v1/brokers', { key: ann, body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
});

test.each([['api', API], ['mailbox', MAILBOX], ['sftp', SFTP], ['s3', S3]])('a source of the kind %s is there once a second operator has agreed, with what was left out filled in', async (kind, settings) => {
  const before = (await api.call('GET', '/v1/brokers/alpha/report-sources', { key: ann })).json().items.length;
  const asked = await add({ kind, settings });
  expect(asked.statusCode).toBe(202);
  expect((await api.call('GET', '/v1/brokers/alpha/report-sources', { key: ann })).json().items).toHaveLength(before);
  expect((await approve(asked.json().id, ann)).json()).toMatchObject({ code: 'SAME_PERSON' });
  const { result } = (await approve(asked.json().id)).json();
  expect(await read(result.id)).toMatchObject({ kind, brokerId: 'alpha', settings: expect.objectContaining(settings.hasOwnProperty('paging') ? { method: 'GET', emptyMeans: 'notReady' } : settings), hasSecret: true, profileName: 'default', pollSeconds: 900, state: 'active', lookedAt: null, problem: null, test: null });
  expect(await secretOf(result.id)).toBe(SECRET);
  expect((await api.call('GET', `/v1/brokers/alpha/report-sources?kind=${kind}`, { key: ben })).json().items.map(({ id }: { id: string }) => id)).toContain(result.id);
});

test('the secret stands nowhere in clear, and no answer holds even its sealed form once it is agreed to', async () => {
  const id = await added({ kind: 'api', settings: API });
  await approve((await patch(id, { secret: 'another-secret-2' })).json().id);
  expect(await secretOf(id)).toBe('another-secret-2');
  const { rows } = await api.pool.query<{ t: string }>('SELECT row_to_json(c)::text AS t FROM change c UNION ALL SELECT row_to_json(a)::text FROM audit_entry a UNION ALL SELECT row_to_json(i)::text FROM idempotency_record i UNION ALL SELECT row_to_json(s)::text FROM report_source s');
  expect(rows.length).toBeGreaterThan(8);
  expect(rows.filter(({ t }) => /top-secret-1|another-secret-2/.test(t))).toEqual([]);
  expect(JSON.stringify(await read(id))).not.toMatch(/secret"|v1\./);
  const entries = (await api.call('GET', '/v1/audit?limit=200', { key: ben })).body;
  expect(entries).toContain('addReportSource');
  expect(entries).not.toMatch(/"secret":"(?!•)/);
});

test('neither the secret nor its sealed form nor its hash stands in an answer, an audit entry or the log', async () => {
  const bodies: string[] = [];
  const kept = async (answer: Promise<{ body: string }>) => {
    const { body } = await answer;
    bodies.push(body);
    return JSON.parse(body);
  };
  const asked = await kept(add({ kind: 'sftp', settings: SFTP }));
  expect(asked.payload).toMatchObject({ secret: '•', kind: 'sftp' });
  const { result } = await kept(approve(asked.id));
  const other = await kept(patch(result.id, { secret: 'another-secret-3' }));
  expect(other).toMatchObject({ payload: { secret: '•' }, before: { secret: '•' } });
  expect(await kept(api.call('GET', `/v1/changes/${other.id}`, { key: ben }))).toMatchObject({ payload: { secret: '•' }, difference: [{ path: 'secret', before: '•', after: '•' }] });
  await kept(api.call('GET', '/v1/changes?limit=200', { key: ben }));
  const outdated = await kept(patch(result.id, { settings: { ...SFTP, folder: '/x' } }));
  await kept(approve(other.id));
  expect(await kept(approve(outdated.id))).toMatchObject({ code: 'CHANGE_OUTDATED', facts: { was: { secret: '•' }, now: { secret: '•' } } });
  await kept(api.call('GET', '/v1/audit?limit=200', { key: ben }));
  expect(await secretOf(result.id)).toBe('another-secret-3');
  const { rows } = await api.pool.query<{ sealed: string }>("SELECT payload ->> 'secret' AS sealed FROM change WHERE id = ANY ($1)", [[asked.id, other.id]]);
  const { rows: audited } = await api.pool.query<{ t: string }>('SELECT row_to_json(a)::text AS t FROM audit_entry a UNION ALL SELECT row_to_json(i)::text FROM idempotency_record i');
  expect(rows.map(({ sealed }) => sealed.length > 20)).toEqual([true, true]);
  const everything = [...bodies, ...audited.map(({ t }) => t), ...api.logged].join('\n');
  for (const text of [SECRET, 'another-secret-3', 'sha256 ', ...rows.map(({ sealed }) => sealed)]) expect(everything).not.toContain(text);
});

test('where it points and which profile reads it needs two people, its pace does not', async () => {
  const id = await added({ kind: 'sftp', settings: SFTP });
  expect((await patch(id, { pollSeconds: 60 })).json()).toMatchObject({ pollSeconds: 60 });
  for (const change of [{ settings: { ...SFTP, folder: '/out' } }, { profileName: 'weekly' }, { secret: 'new' }]) {
    const asked = await patch(id, change);
    expect([asked.statusCode, asked.json().subject]).toEqual([202, { type: 'source', id }]);
  }
  expect(await read(id)).toMatchObject({ settings: { folder: '.' }, profileName: 'default' });
  const { items } = (await api.call('GET', `/v1/changes?subjectId=${id}&state=requested`, { key: ben })).json();
  expect(items).toHaveLength(3);
  const settings = items.find(({ payload }: { payload: object }) => 'settings' in payload);
  expect((await api.call('GET', `/v1/changes/${settings.id}`, { key: ben })).json().difference).toContainEqual({ path: 'settings.folder', before: '.', after: '/out' });
  expect((await approve(settings.id)).json().result).toMatchObject({ id, settings: { folder: '/out' } });
  // What the others were compared with is no longer there.
  for (const { id: other } of items.filter((one: { id: string }) => one.id !== settings.id)) expect((await approve(other)).json()).toMatchObject({ code: 'CHANGE_OUTDATED' });
  expect(await secretOf(id)).toBe(SECRET);
});

test('the periods that wait hear of it once it is agreed to, and when it is looked at again', async () => {
  const heard = async (work: () => Promise<unknown>): Promise<string[]> => {
    woken.length = 0;
    await work();
    return woken.filter((name) => name.startsWith('report-calendar:'));
  };
  const told = ['report-calendar:alpha calendarChanged'];
  let id = '';
  expect(await heard(async () => { id = await added({ kind: 's3', settings: S3 }); })).toEqual(told);
  let change = '';
  expect(await heard(async () => { change = (await patch(id, { profileName: 'weekly' })).json().id; })).toEqual([]);
  expect(await heard(() => approve(change))).toEqual(told);
  expect(await heard(() => patch(id, { pollSeconds: 60 }))).toEqual(told);
  expect(await heard(() => api.call('POST', `/v1/report-sources/${id}/pause`, { key: ann }))).toEqual([]);
  expect(await heard(() => api.call('POST', `/v1/report-sources/${id}/resume`, { key: ann }))).toEqual(told);
});

test('paused and looked at again; when it was looked at, what was wrong, and what was found are shown', async () => {
  const id = await added({ kind: 's3', settings: S3 });
  expect((await api.call('POST', `/v1/report-sources/${id}/pause`, { key: ann })).json()).toMatchObject({ id, state: 'paused' });
  expect((await api.call('POST', `/v1/report-sources/${id}/resume`, { key: ann })).json()).toMatchObject({ id, state: 'active' });
  await lookedAt(api.pool, id, '2026-11-16T10:00:00.000Z', { code: 'SOURCE_REFUSES_US', message: 'No.' });
  expect(await read(id)).toMatchObject({ lookedAt: '2026-11-16T10:00:00.000Z', problem: { code: 'SOURCE_REFUSES_US' } });
  for (const name of ['a.csv', 'b.csv', 'c.csv']) await failItem(api.pool, { sourceId: id, key: name, name, problem: { code: 'PERIOD_NOT_NAMED', message: 'No date.' }, at: api.clock.now });
  const page = (await api.call('GET', `/v1/report-sources/${id}/items?limit=2`, { key: ben })).json();
  expect(page.items.map(({ name }: { name: string }) => name)).toEqual(['c.csv', 'b.csv']);
  const next = (await api.call('GET', `/v1/report-sources/${id}/items?limit=2&cursor=${page.nextCursor}`, { key: ben })).json();
  expect(next).toMatchObject({ items: [{ name: 'a.csv', state: 'failed', problem: { code: 'PERIOD_NOT_NAMED' } }], nextCursor: null });
  expect((await api.call('GET', `/v1/report-sources/${id}/items?state=taken`, { key: ben })).json().items).toEqual([]);
});

test('a test is done by a worker; its result is shown with the source, the newest alone', async () => {
  const id = await added({ kind: 'api', settings: API });
  const asked = await api.call('POST', `/v1/report-sources/${id}/test`, { key: ann, body: {} });
  const { test: first } = asked.json();
  expect([asked.statusCode, first]).toEqual([202, { id: expect.any(String), state: 'asked', askedAt: api.clock.now, from: '2026-11-15T00:00:00.000Z', to: '2026-11-16T00:00:00.000Z' }]);
  expect(started).toContainEqual(expect.objectContaining({ workflowId: `source-test:${first.id}`, args: [{ sourceId: id, testId: first.id, from: first.from, to: first.to }] }));
  const { test: second } = (await api.call('POST', `/v1/report-sources/${id}/test`, { key: ann, body: { from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' } })).json();
  await keepTest(api.pool, id, { id: first.id, state: 'done', doneAt: api.clock.now, found: { ready: false }, problem: null });
  expect((await read(id)).test).toEqual(second);
  await keepTest(api.pool, id, { id: second.id, state: 'done', doneAt: api.clock.now, found: { ready: true, rows: 7 }, problem: null });
  expect((await read(id)).test).toMatchObject({ state: 'done', from: '2026-11-01T00:00:00.000Z', found: { rows: 7 } });
  expect((await api.call('POST', `/v1/report-sources/${id}/test`, { key: ann, body: { from: '2026-11-08T00:00:00Z', to: '2026-11-08T00:00:00Z' } })).json()).toMatchObject({ code: 'PERIOD_EMPTY' });
});

test.each([
  ['http', { kind: 'api', settings: { ...API, url: 'http://api.broker.com/{from}' , paging: { kind: 'none' } } }, 422, 'SOURCE_URL_NOT_ALLOWED'],
  ['a password in the url', { kind: 'api', settings: { ...API, url: 'https://u:p@api.broker.com/?c={cursor}' } }, 422, ''],
  ['a placeholder in the host', { kind: 'api', settings: { ...API, url: 'https://{from}.broker.com/?c={cursor}' } }, 422, ''],
  ['a placeholder that nobody knows', { kind: 'api', settings: { ...API, url: 'https://api.broker.com/?c={cursor}&t={secret}' } }, 422, ''],
  ['a cursor that is never sent', { kind: 'api', settings: { ...API, url: 'https://api.broker.com/' } }, 422, ''],
  ['a secret among the headers', { kind: 'api', settings: { ...API, headers: { Authorization: 'Bearer x' } } }, 422, ''],
  ['no secret', { kind: 'api', settings: API, secret: undefined }, 422, 'SOURCE_SECRET_MISSING'],
  ['a server whose key is not named', { kind: 'sftp', settings: { ...SFTP, hostKey: undefined } }, 400, ''],
  ['a pattern that refers back', { kind: 'sftp', settings: { ...SFTP, period: { pattern: '(a)\\1(?<year>\\d{4})(?<month>\\d\\d)', zone: 'UTC' } } }, 422, ''],
  ['a pattern without a date', { kind: 'sftp', settings: { ...SFTP, period: { pattern: 'trades', zone: 'UTC' } } }, 422, ''],
  ['a prefix that leads upwards', { kind: 's3', settings: { ...S3, prefix: 'a/../b/' } }, 422, ''],
  ['mail without encryption', { kind: 'mailbox', settings: { ...MAILBOX, secure: 'none' } }, 422, 'SOURCE_URL_NOT_ALLOWED'],
  ['settings of another kind', { kind: 's3', settings: SFTP }, 400, ''],
])('%s is refused', async (_what, body, status, code) => {
  const answer = await add(body);
  expect([answer.statusCode, answer.json().code]).toEqual([status, code === '' ? expect.any(String) : code]);
});

test('a change is checked like a new one, a name is taken once, and support may only try and pause', async () => {
  const id = await added({ kind: 'sftp', settings: SFTP, name: 'only-once' });
  expect((await add({ kind: 'sftp', settings: SFTP, name: 'only-once' })).json()).toMatchObject({ code: 'SOURCE_EXISTS' });
  expect((await patch(id, { settings: { ...SFTP, hostKey: 'x' } })).json()).toMatchObject({ code: 'SOURCE_SETTINGS_INVALID', at: { field: 'settings.hostKey' } });
  expect((await patch(id, { settings: API })).json()).toMatchObject({ code: 'SOURCE_SETTINGS_INVALID' });
  expect((await patch(id, { secret: null })).json()).toMatchObject({ code: 'SOURCE_SECRET_MISSING' });
  expect((await patch('src_none', { pollSeconds: 60 })).json()).toMatchObject({ code: 'SOURCE_UNKNOWN' });
  const support = await api.key('support');
  expect((await patch(id, { profileName: 'weekly' }, support)).statusCode).toBe(403);
  expect((await api.call('POST', `/v1/report-sources/${id}/pause`, { key: support })).statusCode).toBe(200);
  expect((await api.call('GET', `/v1/report-sources/${id}`, { key: await api.key('finance') })).statusCode).toBe(200);
});

test('a report says where it came from, and is found by it', async () => {
  const sourceId = await added({ kind: 's3', settings: S3 });
  await addProfile(api.db, 'alpha', { format: 'csv', dateFormat: 'iso', level: 'trade', server: 'A', columns: { ticket: 't', account: 'a', symbol: 's', lots: 'l', closeTime: 'c' } });
  const period = { brokerId: 'alpha', from: '2026-11-02T00:00:00Z', to: '2026-11-03T00:00:00Z', fileName: 'a.csv', declaredVersion: null, receivedBy: sourceId, at: api.clock.now };
  async function* bytes(): AsyncGenerator<Uint8Array> { yield Buffer.from('a'); }
  const dropped = await receiveReport(api.pool, { ...period, origin: 's3', sourceId, facts: { path: 'in/a.csv' } }, bytes());
  await receiveReport(api.pool, period, bytes());
  const found = async (query: string) => (await api.call('GET', `/v1/reports?${query}`, { key: ben })).json().items;
  expect(await found('origin=s3')).toMatchObject([{ id: dropped.reportId, origin: 's3', sourceId, facts: { path: 'in/a.csv' } }]);
  expect(await found(`sourceId=${sourceId}`)).toHaveLength(1);
  expect(await found('origin=upload')).toMatchObject([{ origin: 'upload', sourceId: null, facts: null }]);
});
