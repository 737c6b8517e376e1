import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { exampleOf } from '../../api/plugins/openApiExamples.ts';
import { documentOf, type JsonSchema, type OpenApiDocument, type Operation } from './operations.ts';
import { testApi } from './support.ts';

let document: OpenApiDocument;
let operations: Operation[];
beforeAll(async () => { ({ document, operations } = await documentOf(await testApi())); });

const judges = new Map<string, z.ZodType>();
/** What is wrong with a value by a schema of the document; null: nothing. */
function fault(schema: JsonSchema, value: unknown): string | null {
  const name = JSON.stringify(schema);
  const judge = judges.get(name) ?? z.fromJSONSchema(JSON.parse(JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll('#/components/schemas/', '#/$defs/')));
  judges.set(name, judge);
  const judged = judge.safeParse(value);
  return judged.success ? null : judged.error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`).join('; ');
}

test('every body and answer has an example that is as its own schema says', () => {
  const wrong: Record<string, string> = {};
  let judged = 0;
  for (const { operationId, requestBody, responses } of operations) {
    const media = [['body', requestBody?.content['application/json']] as const, ...Object.entries(responses).flatMap(([status, { content }]) => Object.entries(content ?? {}).map(([type, one]) => [`${status} ${type}`, one] as const))];
    for (const [where, one] of media) {
      if (one === undefined || one.schema['format'] === 'binary') continue;
      if (operationId === 'receiveRailEvent' && where === 'body') continue; // a rail's own, whatever it is
      judged++;
      const said = one.example === undefined && one.examples === undefined ? 'has none' : fault(one.schema, one.example ?? Object.values(one.examples ?? {})[0]?.value);
      if (said !== null) wrong[`${operationId} ${where}`] = said;
    }
  }
  expect(wrong).toEqual({});
  expect(judged).toBeGreaterThan(400);
});

test('the judge can find a fault', () => {
  const { schema, example } = operations.find(({ operationId }) => operationId === 'createUser')!.responses['201']!.content!['application/json']!;
  expect(fault(schema, example)).toBeNull();
  expect(fault(schema, { ...(example as object), status: 'gone' })).toContain('/status');
  expect(fault(schema, {})).toContain('/id');
});

test('an example is made of what the schema says: its own, a default, the first of an enum, what a reference leads to; a ring ends', () => {
  const schemas = { Ring: { type: 'object', properties: { next: { $ref: '#/components/schemas/Ring' }, kind: { enum: ['a', 'b'] } }, required: ['next'] } };
  expect(exampleOf({ $ref: '#/components/schemas/Ring' }, schemas, 'all', '')).toEqual({ next: null, kind: 'a' });
  expect(exampleOf({ type: 'array', items: { type: 'integer', minimum: 5 } }, schemas, 'all', '')).toEqual([5]);
  expect(exampleOf({ type: 'object', properties: { a: { type: 'string', default: 'x' }, b: { type: 'string', examples: ['y'] } }, required: ['b'] }, schemas, 'required', '')).toEqual({ b: 'y' });
});
