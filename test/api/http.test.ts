import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Api } from '../../api/deps.ts';
import { operation } from '../../api/operation.ts';
import { accepts } from '../../api/plugins/acceptable.ts';
import { installDeprecation } from '../../api/plugins/deprecation.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await testApi(); });

test('OPTIONS tells what a path takes; another method is 405 with the same, also HEAD; a path that is not there is 404', async () => {
  const options = await api.app.inject({ method: 'OPTIONS', url: '/v1/users/usr_1' });
  expect([options.statusCode, options.headers['allow'], options.body]).toEqual([204, 'GET, PATCH', '']);
  const head = await api.app.inject({ method: 'HEAD', url: '/v1/users' });
  expect([head.statusCode, head.headers['allow']]).toEqual([405, 'GET, POST']);
  expect((await api.app.inject({ method: 'OPTIONS', url: '/v1/nothing' })).statusCode).toBe(404);
});

test('what the caller does not accept is 406, before anything is done', async () => {
  for (const [url, accept, status] of [
    ['/v1/users', 'text/html', 406], ['/v1/users', 'application/json;q=0, */*', 406], ['/v1/users', 'text/html, */*;q=0.1', 200], ['/v1/users', 'application/*', 200],
    ['/v1/audit.csv', 'text/csv', 200], ['/v1/audit.csv', 'application/json', 406],
  ] as const) expect([url, accept, (await api.call('GET', url, { headers: { accept } })).statusCode]).toEqual([url, accept, status]);
  expect((await api.call('GET', '/v1/users', { headers: { accept: 'image/png' } })).json().code).toBe('NOT_ACCEPTABLE');
});

test.each([['*/*', true], ['application/json', true], ['APPLICATION/JSON; charset=utf-8', true], ['application/json; q=0.0', false], ['text/*', false], ['', false]])('Accept "%s" takes JSON: %s', (header, taken) => {
  expect(accepts(header, 'application/json')).toBe(taken);
});

describe('an operation that will go', () => {
  const app = () => {
    const made = Fastify() as unknown as Api;
    made.setValidatorCompiler(validatorCompiler);
    made.setSerializerCompiler(serializerCompiler);
    installDeprecation(made);
    return made;
  };
  const going = (sunset: string) => operation('listUsers', { tag: 'Users', summary: 'x', response: { 200: z.object({}) }, deprecated: { since: '2026-01-01', sunset, use: 'listAccounts' } });

  test('says so in every answer and in the document', async () => {
    const made = app();
    made.get('/old', going('2026-09-01'), () => ({}));
    const { headers } = await made.inject('/old');
    expect([headers['deprecation'], headers['sunset'], headers['link']]).toEqual(['@1767225600', 'Tue, 01 Sep 2026 00:00:00 GMT', '</docs>; rel="deprecation"; type="text/html"']);
    expect(going('2026-09-01').schema).toMatchObject({ deprecated: true, description: expect.stringContaining('**Deprecated** since 2026-01-01; it goes on 2026-09-01 at the earliest. Use `listAccounts`.') });
    await made.close();
  });
  test('cannot go sooner than is promised', async () => {
    const made = app();
    expect(() => made.get('/old', going('2026-02-01'), () => ({}))).toThrow(/31 days of notice; promised are 180/);
    await made.close();
  });
});
