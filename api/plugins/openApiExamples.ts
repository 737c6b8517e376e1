import type { DocumentedOperation } from './openApiConventions.ts';

export interface Schema {
  $ref?: string; type?: string | string[]; examples?: unknown[]; default?: unknown; const?: unknown; enum?: unknown[]; anyOf?: Schema[]; oneOf?: Schema[]; allOf?: Schema[];
  properties?: Record<string, Schema>; required?: string[]; items?: Schema; additionalProperties?: Schema | boolean; propertyNames?: Schema; minimum?: number; minItems?: number; format?: string; pattern?: string;
}
interface Media { schema?: Schema; example?: unknown; examples?: object }

/** An example for every body and answer, made from what its schema says of each field; one that a route gives itself stays. */
export function addExamples(operations: Iterable<DocumentedOperation & { requestBody?: { content: Record<string, Media> } }>, schemas: Record<string, Schema>): void {
  for (const { requestBody, responses } of operations) {
    const body = requestBody?.content['application/json'];
    if (body) add(body, schemas, 'required');
    for (const [status, { content }] of Object.entries(responses)) {
      const answer = content?.['application/json'] as Media | undefined;
      if (answer) add(answer, schemas, 'all');
      const problem = content?.['application/problem+json'] as Media | undefined;
      const [code, detail] = PROBLEMS[status] ?? ['INTERNAL', 'Something went wrong on our side; the request id names it in our logs.'];
      if (problem) problem.example = { type: `urn:cashback:problem:${code}`, title: code, status: Number(status), code, detail, instance: 'req_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e' };
    }
  }
}

function add(media: Media, schemas: Record<string, Schema>, fields: 'required' | 'all'): void {
  if (media.schema === undefined || media.schema.format === 'binary' || media.example !== undefined || media.examples !== undefined) return;
  media.example = exampleOf(media.schema, schemas, fields, '');
}

/** Also of what a reference leads to; a schema that holds itself ends at its second round. */
export function exampleOf(schema: Schema, schemas: Record<string, Schema>, fields: 'required' | 'all', name: string, seen: readonly string[] = []): unknown {
  if (schema.examples !== undefined && schema.examples.length > 0) return schema.examples[0];
  if (schema.$ref !== undefined) return seen.includes(schema.$ref) ? null : exampleOf(schemas[schema.$ref.split('/').at(-1)!] ?? {}, schemas, fields, name, [...seen, schema.$ref]);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const one = (schema.anyOf ?? schema.oneOf)?.find((part) => part.type !== 'null');
  if (one !== undefined) return exampleOf(one, schemas, fields, name, seen);
  const type = [schema.type].flat().find((each) => each !== 'null');
  if (type === 'object' || schema.properties !== undefined) return objectExample(schema, schemas, fields, seen);
  if (type === 'array') return schema.items === undefined ? [] : [exampleOf(schema.items, schemas, fields, singular(name), seen)];
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (type === 'boolean') return true;
  return type === 'string' ? BY_NAME[name] ?? schema.allOf?.map((part) => part.examples?.[0]).find((value) => value !== undefined) ?? 'text' : null;
}

function objectExample(schema: Schema, schemas: Record<string, Schema>, fields: 'required' | 'all', seen: readonly string[]): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {}).filter(([field]) => fields === 'all' || (schema.required ?? []).includes(field));
  if (properties.length > 0 || typeof schema.additionalProperties !== 'object') return Object.fromEntries(properties.map(([field, value]) => [field, exampleOf(value, schemas, fields, field, seen)]));
  const key = schema.propertyNames === undefined ? 'name' : exampleOf(schema.propertyNames, schemas, fields, 'key', seen);
  return { [key as string]: exampleOf(schema.additionalProperties, schemas, fields, '', seen) };
}

const singular = (name: string): string => name.replace(/s$/, '');

/** What fields hold whose schemas give no example: names that mean the same everywhere. */
const BY_NAME: Readonly<Record<string, string>> = {
  id: 'alpha', brokerId: 'alpha', name: 'Alpha Markets', server: 'Alpha-Live', login: '7001001', account: '7001001', type: 'standard', externalId: 'customer-4711', tier: 'standard', class: 'forex', symbol: 'EURUSD', ticket: '90210001',
  currency: 'USD', rail: 'sandbox', programme: 'cashback', kind: 'trade', reason: 'Seen at the broker', note: 'Looked at with the broker', detail: 'As expected', changelog: 'First version', fileName: 'alpha-2026-w45.csv', placedBy: 'key_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', raw: '90210001,7001001,EURUSD,1.50,2026-11-02T10:00:00Z', nextCursor: 'MTp1c3JfMDE', journalId: '4711', railReference: 'SBX-1', workflowId: 'report-period:alpha:2026-11-02_2026-11-09',
  scope: 'reports:read', mail: 'ann@example.org', password: 'four unrelated plain words', code: '123456', country: 'DE', size: '48211', pendingPeriod: 'P7D', brokerName: 'Alpha Markets', timeZone: 'UTC',
};

const PROBLEMS: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  400: ['REQUEST_INVALID', 'The body is not as the operation takes it: /name Invalid input: expected string, received undefined.'],
  401: ['API_KEY_INVALID', 'This API key is not known.'], 403: ['ROLE_NOT_ALLOWED', 'The role trader may not do this.'], 404: ['USER_UNKNOWN', 'There is no user "usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e".'],
  406: ['NOT_ACCEPTABLE', "This operation answers with application/json, which the request's Accept leaves out."],
  409: ['IDEMPOTENCY_IN_FLIGHT', 'A request with this Idempotency-Key is being worked on; send it again in a moment.'],
  412: ['PRECONDITION_FAILED', 'It has changed since you read it: read it again, and send its new ETag as If-Match if you still want the change.'],
  413: ['BODY_TOO_LARGE', 'The body is larger than this operation takes.'], 415: ['MEDIA_TYPE_UNSUPPORTED', 'This operation does not take that Content-Type.'],
  422: ['IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request; use a new key for a new request.'],
  428: ['PRECONDITION_NEEDED', 'Send the ETag of what you read as If-Match, so that nobody overwrites what somebody else has changed meanwhile.'],
  429: ['RATE_LIMITED', 'More than 1200 requests in a minute; send it again in 12 seconds.'], 503: ['UNAVAILABLE', 'The database or Temporal is away; send it again in a moment.'],
};
