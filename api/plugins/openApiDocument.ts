import { describeConventions, type DocumentedOperation } from './openApiConventions.ts';
import { addExamples, type Schema } from './openApiExamples.ts';

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null | undefined;
type JsonObject = { [key: string]: Json };

const REF = '#/components/schemas/';

/** Answers that are files, by path. */
const FILES: Readonly<Record<string, string>> = {
  '/v1/reports/{reportId}/file': 'application/octet-stream', '/v1/dashboard-figures/{figuresId}/screenshot': 'application/octet-stream',
  '/v1/audit.csv': 'text/csv', '/v1/audit.ndjson': 'application/x-ndjson',
  '/v1/users/{userId}/statement.csv': 'text/csv', '/v1/users/{userId}/statement.pdf': 'application/pdf',
  '/v1/users/{userId}/earnings/{year}.csv': 'text/csv', '/v1/users/{userId}/earnings/{year}.pdf': 'application/pdf',
};

/** Routes that take a file, as a form or as the body. */
const UPLOADS = ['/v1/reports', '/v1/brokers/{brokerId}/report-previews', '/v1/report-profile-suggestions'];

/** The media type of a route that answers a file, by its path as Fastify writes it. */
export const fileType = (url: string): string | undefined => FILES[url.replaceAll(/:(\w+)/g, '{$1}')];

/**
 * What the routes' schemas cannot say: bodies and answers that are files, and each schema once. The generator writes every
 * schema as an input and as an output; those that nothing points to are dropped, and an input without a twin loses its suffix.
 */
export function finishDocument<T extends object>(document: T): T {
  const doc = document as unknown as { paths: Record<string, Record<string, JsonObject>>; components: { schemas?: JsonObject } };
  const file = { schema: { type: 'string', format: 'binary' } };
  for (const path of UPLOADS) {
    const upload = doc.paths[path]?.['post'];
    if (!upload) continue;
    // What may stand in the query may stand in the form instead.
    const query = (upload['parameters'] as unknown as { in: string; name: string; schema: JsonObject }[] | undefined ?? []).filter((parameter) => parameter.in === 'query');
    const form = { type: 'object', required: ['file'], properties: { ...Object.fromEntries(query.map((parameter) => [parameter.name, parameter.schema])), file: { type: 'string', format: 'binary' } } };
    upload['requestBody'] = { required: true, content: { 'multipart/form-data': { schema: form }, 'application/octet-stream': file, 'text/csv': file, 'application/json': file } };
  }
  for (const [path, type] of Object.entries(FILES)) {
    const download = doc.paths[path]?.['get'];
    if (download) (download['responses'] as JsonObject)['200'] = { description: 'The file', content: { [type]: file } };
  }
  for (const path of ['/v1/webhooks/rails/{rail}', '/v1/webhooks/verification/{provider}']) {
    const webhook = doc.paths[path]?.['post'];
    if (webhook) webhook['requestBody'] = { required: true, content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } } };
  }
  describeConventions(Object.values(doc.paths).flatMap((methods) => Object.values(methods) as unknown as DocumentedOperation[]));
  const schemas = doc.components.schemas ?? {};
  const used = reachable(doc.paths as unknown as Json, schemas);
  const names = new Map([...used].map((name) => [name, name.endsWith('Input') && !used.has(name.slice(0, -5)) ? name.slice(0, -5) : name]));
  const kept = Object.fromEntries([...names].sort((a, b) => (a[1] < b[1] ? -1 : 1)).map(([from, to]) => [to, renamed(schemas[from], names)]));
  const paths = renamed(doc.paths as unknown as Json, names) as unknown as typeof doc.paths;
  addExamples(Object.values(paths).flatMap((methods) => Object.values(methods) as unknown as DocumentedOperation[]), kept as Record<string, Schema>);
  return { ...document, paths, components: { ...doc.components, schemas: kept } };
}

function reachable(start: Json, schemas: JsonObject): Set<string> {
  const found = new Set<string>();
  const visit = (value: Json): void => {
    if (value === null || typeof value !== 'object') return;
    const ref = !Array.isArray(value) && typeof value['$ref'] === 'string' ? value['$ref'].slice(REF.length) : undefined;
    if (ref !== undefined && !found.has(ref)) {
      found.add(ref);
      visit(schemas[ref]);
    }
    for (const part of Object.values(value)) visit(part);
  };
  visit(start);
  return found;
}

function renamed(value: Json, names: ReadonlyMap<string, string>): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((part) => renamed(part, names));
  return Object.fromEntries(Object.entries(value).map(([key, part]) =>
    key === '$ref' && typeof part === 'string' ? [key, REF + (names.get(part.slice(REF.length)) ?? part.slice(REF.length))] : [key, renamed(part, names)]));
}
