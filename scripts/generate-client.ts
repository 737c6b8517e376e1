import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { type OpenAPI3 } from 'openapi-typescript';
import { openApiDocument } from './openapi-document.ts';

/** `npm run client:generate`: writes the typed client's types from the API's own OpenAPI document. */

export const CLIENT_TYPES = fileURLToPath(new URL('../api/client/openapi.ts', import.meta.url));

/** The file's text: the same document always makes the same text. */
export async function clientTypes(document: object): Promise<string> {
  const { paths } = document as { paths: Record<string, Record<string, { operationId: string }>> };
  const types = await openapiTS(withoutRefusals(document) as unknown as OpenAPI3, { commentHeader: '', alphabetize: true, version: 3 } as Parameters<typeof openapiTS>[1]);
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { operationId }]) => [operationId, `['${method.toUpperCase()}', '${path}']`] as const));
  return [
    '/* oxlint-disable */', '/** Made from the OpenAPI document by `npm run client:generate`; never edited by hand. */', '', types.trim(), '',
    '/** Method and path of every operation. */', 'export const OPERATIONS = {',
    ...operations.sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, where]) => `  ${id}: ${where},`), '} as const satisfies Record<keyof operations, readonly [method: string, path: string]>;', '',
  ].join('\n');
}

/** A copy (the generator writes into what it is given) without the problems that every operation can answer: the client throws them. */
function withoutRefusals(document: object): object {
  const copy = structuredClone(document) as { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };
  for (const operation of Object.values(copy.paths).flatMap((methods) => Object.values(methods))) {
    operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status.startsWith('2')));
  }
  return copy;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await clientTypes(await openApiDocument());
  writeFileSync(CLIENT_TYPES, text);
  console.log(`${CLIENT_TYPES.split('/').slice(-3).join('/')}: ${text.split('\n').length} lines`);
}
