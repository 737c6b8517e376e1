import type { TestApi } from './support.ts';

export interface Parameter { in: 'path' | 'query' | 'header'; name: string; required?: boolean; schema: JsonSchema }
export interface JsonSchema { type?: string | string[]; $ref?: string; properties?: Record<string, JsonSchema>; items?: JsonSchema; anyOf?: JsonSchema[]; enum?: string[]; required?: string[]; [key: string]: unknown }
export interface Media { schema: JsonSchema; example?: unknown; examples?: Record<string, { value: unknown }> }
export interface Operation {
  operationId: string; path: string; method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; parameters: Parameter[]; deprecated?: boolean; tags: string[];
  requestBody?: { content: Record<string, Media> }; responses: Record<string, { description: string; headers?: object; content?: Record<string, Media> }>;
}
export interface OpenApiDocument { paths: Record<string, Record<string, Omit<Operation, 'path' | 'method'>>>; components: { schemas: Record<string, JsonSchema> } }

/** The API's own document, and its operations as a list: tests of conventions are made from it, so that no route is left out. */
export async function documentOf(api: TestApi): Promise<{ document: OpenApiDocument; operations: Operation[] }> {
  const document = (await api.call('GET', '/openapi.json', { key: '' })).json<OpenApiDocument>();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
    ...operation, path, method: method.toUpperCase() as Operation['method'], parameters: operation.parameters ?? [],
  })));
  return { document, operations };
}

/** The schema that a reference leads to. */
export function resolved(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  return schema.$ref === undefined ? schema : resolved(document, document.components.schemas[schema.$ref.split('/').at(-1)!]!);
}
