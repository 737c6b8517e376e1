import { beforeAll, expect, test } from 'vitest';
import { accessOf } from '../../api/access.ts';
import { testApi, type TestApi } from './support.ts';

interface Response { description: string; content?: Record<string, { schema: object }> }
interface Operation { operationId: string; summary: string; tags: string[]; parameters?: { in: string; name: string; required?: boolean }[]; requestBody?: { content: object }; responses: Record<string, Response>; security?: object[] }

let api: TestApi;
let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } };
let operations: Operation[];

beforeAll(async () => {
  api = await testApi();
  document = (await api.call('GET', '/openapi.json', { key: '' })).json();
  operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
});

test('it is OpenAPI 3.1, and every reference leads somewhere and every schema is used', () => {
  expect(document.openapi).toBe('3.1.0');
  const refs = new Set([...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
  expect([...refs].sort()).toEqual(Object.keys(document.components.schemas).sort());
  expect([...refs].filter((name) => name?.endsWith('Input'))).toEqual([]);
});

test('every operation has a summary, a tag, its answer and the errors of its kind', () => {
  for (const { operationId, summary, tags, responses, security, requestBody, parameters = [] } of operations) {
    const access = accessOf(operationId)!;
    expect([operationId, Boolean(summary), tags.length]).toEqual([operationId, true, 1]);
    const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    for (const [status, answer] of good) expect([operationId, status, Object.keys(answer.content ?? {}).length]).toEqual([operationId, status, 1]);
    expect([operationId, good.length > 0]).toEqual([operationId, true]);
    const errors = Object.keys(responses).filter((status) => !/^[23]/.test(status) && !(operationId === 'readyz' && status === '503'));
    for (const status of errors) expect([operationId, status, Object.keys(responses[status]!.content ?? {})]).toEqual([operationId, status, ['application/problem+json']]);
    expect([operationId, errors.includes('401'), security?.length === 0]).toEqual([operationId, access !== 'public' || requestBody !== undefined, access === 'public']);
    if (parameters.some((parameter) => parameter.in === 'path')) expect([operationId, errors.includes('404')]).toEqual([operationId, true]);
    expect([operationId, parameters.some((parameter) => parameter.required && parameter.name === 'idempotency-key')]).toEqual([operationId, access !== 'public' && access.money === true]);
  }
});

test('money and lots are texts everywhere: no number but counts, versions and limits', () => {
  const allowed = /^(status|limit|version|rateVersion|methodologyVersion|declaredVersion|minDurationSeconds|tierWindowDays|size|lines|linesDone|rowNumber|lineNumber|firstLine|versions|members|no|sends|looks|ended|overlapHours|remindersSent|byDecision|overlapHours|round|tries|durationMs|expiryHours|profileVersion|submission|payoutMethodsRemoved|attempts|softBounces|revision|accounts|reports|ageHours|awaitingApproval|refused|count|users|days|accountDays|sources|port|start|pollSeconds|settleSeconds|cutAfter|more|known|linked|unknown|looked|percent|linesPerSecond|secondsLeft|honoursKeysForSeconds|secondsAfterLastSend|settlesWithinSeconds|precision|currencyPrecision|replacesAfterSeconds|arrivesWithinSeconds|callsPerSecond|oldestUnknownHours|openCases|movements|differences|payments|files)$/;
  const numbers: string[] = [];
  const visit = (value: unknown, name: string): void => {
    if (value === null || typeof value !== 'object') return;
    const { type } = value as { type?: unknown };
    if ((type === 'number' || type === 'integer') && !allowed.test(name)) numbers.push(name);
    for (const [key, part] of Object.entries(value)) visit(part, /^(properties|anyOf|items|schema|\d+|additionalProperties)$/.test(key) ? name : key === 'schema' ? name : key);
  };
  visit(document.components.schemas, '');
  expect(numbers.filter((name) => name !== 'at')).toEqual([]);
});

test('it can be read at /docs', async () => {
  const page = await api.call('GET', '/docs/', { key: '' });
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
});
