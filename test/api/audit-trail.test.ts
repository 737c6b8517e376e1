import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { requestLink, verifyLink } from '../../db/stores/accountLinks.ts';
import { recordAudit, system } from '../../db/stores/audit.ts';
import { allAuditEntries, type AuditEntry } from '../../db/stores/auditEntries.ts';
import { registerTradingAccount } from '../../db/stores/tradingAccounts.ts';
import { Problem } from '../../domain/problem.ts';
import { testApi, type TestApi } from './support.ts';

let refuse = false;
let seenWhenAsked: string[] = [];
const temporal = {
  withDeadline: (_deadline: number, work: () => Promise<unknown>) => work(),
  workflow: {
    start: async () => {}, signalWithStart: async () => {},
    getHandle: () => ({
      executeUpdate: async () => {
        seenWhenAsked = (await api.pool.query<{ outcome: string }>('SELECT outcome FROM audit_entry ORDER BY id DESC LIMIT 1')).rows.map(({ outcome }) => outcome);
        if (refuse) throw new Problem('OWNERSHIP_DECISION_REFUSED', 'Evidence must be given first.', { status: 409 });
        return { state: 'x' };
      },
    }),
  },
} as unknown as Client;

let api: TestApi;
let ann: string;
beforeAll(async () => {
  api = await testApi({ client: temporal });
  ann = (await api.call('POST', '/v1/users', { body: { externalId: 'ann' } })).json().id;
  api.clock.now = '2026-11-16T11:00:00.000Z';
  await api.call('PATCH', `/v1/users/${ann}`, { key: await api.key('compliance'), body: { status: 'suspended' }, headers: { 'if-match': '*' } });
  api.clock.now = '2026-11-16T12:00:00.000Z';
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: '=cmd|calc', servers: ['A'] } });
});

const list = async (query = ''): Promise<AuditEntry[]> => (await api.call('GET', `/v1/audit?${query}`)).json<{ items: AuditEntry[] }>().items;
const operations = async (query: string): Promise<string[]> => (await list(query)).map(({ operation }) => operation);

test('entries are read newest first, one by one and by what one looks for', async () => {
  expect(await operations('')).toEqual(['createBroker', 'changeUser', 'createUser']);
  const [changed] = await list('operation=changeUser');
  expect(changed).toMatchObject({ actor: { kind: 'api_key', role: 'compliance' }, subject: { type: 'user', id: ann }, userId: ann, outcome: 'done', before: { status: 'active', externalId: '•' }, after: { status: 'suspended' }, network: '127.0.0.0/24' });
  expect((await api.call('GET', `/v1/audit/${changed!.id}`)).json()).toEqual(changed);
  expect(await operations('role=compliance')).toEqual(['changeUser']);
  expect(await operations(`principalId=${changed!.actor.principalId}`)).toEqual(['changeUser']);
  expect(await operations(`userId=${ann}`)).toEqual(['changeUser']);
  expect(await operations(`subjectType=user&subjectId=${ann}`)).toEqual(['changeUser', 'createUser']);
  expect(await operations('from=2026-11-16T11:00:00Z&to=2026-11-16T12:00:00Z')).toEqual(['changeUser']);
  expect(await operations('outcome=refused')).toEqual([]);
  const first = (await api.call('GET', '/v1/audit?limit=2')).json();
  expect((await api.call('GET', `/v1/audit?limit=2&cursor=${first.nextCursor}`)).json()).toMatchObject({ items: [{ operation: 'createUser' }], nextCursor: null });
  for (const id of ['aud_999999', 'usr_1', 'aud_1x']) expect((await api.call('GET', `/v1/audit/${id}`)).json()).toMatchObject({ status: 404, code: 'AUDIT_ENTRY_UNKNOWN' });
  for (const role of ['support', 'finance'] as const) expect((await api.call('GET', '/v1/audit', { key: await api.key(role) })).json().code).toBe('ROLE_NOT_ALLOWED');
});

test('it is exported whole, for spreadsheets without formulas and for programs a line each; each export is an entry', async () => {
  const before = await list();
  const csv = await api.call('GET', '/v1/audit.csv');
  expect([csv.statusCode, csv.headers['content-type'], csv.headers['content-disposition']]).toEqual([200, 'text/csv; charset=utf-8', 'attachment; filename="audit-2026-11-16.csv"']);
  const rows = csv.body.trimEnd().split('\r\n');
  expect(rows).toHaveLength(before.length + 2);
  expect(rows[0]).toBe('\ufeffid,at,actorKind,actorId,principalId,role,operation,subjectType,subjectId,userId,outcome,reason,before,after,requestId,network');
  await recordAudit(api.pool, { at: api.clock.now, actor: system('test'), operation: 'test', subject: { type: 'x', id: '=1+1' }, reason: '+SUM(A1)' });
  const line = (await api.call('GET', '/v1/audit.csv?operation=test')).body.split('\r\n')[1];
  expect(line).toContain("'=1+1");
  expect(line).toContain("'+SUM(A1)");
  const ndjson = await api.call('GET', '/v1/audit.ndjson?role=compliance', { key: await api.key('compliance') });
  expect(ndjson.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
  expect(ndjson.body.trim().split('\n').map((text) => JSON.parse(text).operation)).toEqual(['changeUser', 'exportAuditNdjson']);
  expect(await operations('subjectType=audit')).toEqual(['exportAuditNdjson', 'exportAuditCsv', 'exportAuditCsv']);
});

test('what is added while an export runs does not make it longer, and nothing of before is missing', async () => {
  const before = (await list('limit=200')).map(({ id }) => id).reverse();
  const seen: string[] = [];
  for await (const page of allAuditEntries(api.pool, {}, 2)) {
    seen.push(...page.map(({ id }) => id));
    await recordAudit(api.pool, { at: api.clock.now, actor: system('test'), operation: 'meanwhile', subject: { type: 'x', id: '1' } });
  }
  expect(seen).toEqual(before);
});

test('what Temporal is asked to do is noted before it is asked, and how it ended after; a decision names its reason and its user', async () => {
  const at = '2026-11-10T00:00:00.000Z';
  await api.call('POST', '/v1/brokers/alpha/terms', { body: { effectiveFrom: '2026-01-01T00:00:00Z', accountTypes: { standard: { eligible: true, lotFactor: '1' } } } });
  const account = await registerTradingAccount(api.db, { brokerId: 'alpha', server: 'A', login: '1', type: 'standard', at });
  const link = await requestLink(api.db, { tradingAccountId: account.id, userId: ann, requestedAt: at });
  await verifyLink(api.db, link.id, at);
  const ownership = (await api.call('POST', '/v1/ownerships', { body: { accountLinkId: link.id } })).json<{ id: string }>();
  const decide = (key: string) => api.call('POST', `/v1/ownerships/${ownership.id}/decide`, { body: { decision: 'rejected', reason: 'Another name' }, headers: { 'idempotency-key': key } });
  const entries = () => list(`operation=decideOwnership&subjectId=${ownership.id}`);
  const trail = async () => (await entries()).map(({ outcome, after }) => [outcome, (after as { refusedWith?: string } | null)?.refusedWith]);
  refuse = true;
  expect((await decide('d-1')).statusCode).toBe(409);
  expect(seenWhenAsked).toEqual(['asked']);
  expect(await trail()).toEqual([['refused', 'OWNERSHIP_DECISION_REFUSED'], ['asked', undefined]]);
  refuse = false;
  expect((await decide('d-2')).statusCode).toBe(200);
  expect((await decide('d-2')).headers['idempotent-replayed']).toBe('true');
  expect(await trail()).toEqual([['done', undefined], ['asked', undefined], ['refused', 'OWNERSHIP_DECISION_REFUSED'], ['asked', undefined]]);
  expect((await entries()).slice(0, 2)).toMatchObject([
    { outcome: 'done', reason: 'Another name', userId: ann }, { outcome: 'asked', reason: 'Another name', userId: ann, before: { state: 'requested' }, after: { decision: 'rejected' } },
  ]);
});
