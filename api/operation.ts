import { z } from 'zod';
import { ACCESS, type Access, type OperationId } from './access.ts';
import { type Deprecation, deprecationText } from './plugins/deprecation.ts';
import { ProblemBody } from './schemas/problem.ts';

interface OperationSchema {
  summary: string;
  description?: string;
  tag: string;
  params?: z.ZodType;
  querystring?: z.ZodType;
  body?: z.ZodType;
  response: Record<number, z.ZodType>;
  /** Content types of a body that is not JSON. */
  consumes?: string[];
  /** It will go: told in headers and in the document (plugins/deprecation.ts). */
  deprecated?: Omit<Deprecation, 'use'> & { use: OperationId };
  /** The answer carries an ETag; a GET honours If-None-Match (304). See plugins/etag.ts. */
  etag?: true;
  /** A change honours If-Match (412 PRECONDITION_FAILED); without it one is refused (428 PRECONDITION_NEEDED) where it is required, or `overwriting` where it takes something away. */
  ifMatch?: 'required' | 'overwriting' | 'optional';
}

/** Repeat a request with the same key and it is done once. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z.string().regex(/^[\x21-\x7e]{1,200}$/).meta({ description: 'A new text for each new request; the same one when it is repeated.', examples: ['2f1c7d0e-hold-1'] }),
});

/** The same where it is the caller's choice. */
export const OptionalIdempotencyHeaders = IdempotencyHeaders.partial();

const IF_MATCH = { 'if-match': z.string().max(400).optional().meta({ description: 'The ETag of what you read: the change is refused if it has changed since.', examples: ['"x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"'] }) };
const IfNoneMatch = z.object({ 'if-none-match': z.string().max(400).optional().meta({ description: 'An ETag that you have: the answer is 304 without a body if nothing has changed.' }) });

/** Which headers an operation reads; routes that change something get an optional Idempotency-Key where none is named here (plugins/auth.ts). */
function headersOf({ etag, ifMatch }: OperationSchema, money: boolean): { headers?: z.ZodType } {
  if (ifMatch !== undefined) return { headers: (money ? IdempotencyHeaders : OptionalIdempotencyHeaders).extend(IF_MATCH) };
  if (money) return { headers: IdempotencyHeaders };
  return etag === undefined ? {} : { headers: IfNoneMatch };
}

/** A query parameter that nobody knows is refused, not overlooked: a filter with a slip in its name would show everything. */
function queryOf({ querystring }: OperationSchema, isPublic: boolean): { querystring?: z.ZodType } {
  if (querystring instanceof z.ZodObject) return { querystring: querystring.strict() };
  return querystring === undefined && isPublic ? {} : { querystring: querystring ?? NO_QUERY };
}
const NO_QUERY = z.strictObject({});

const error = (description: string) => ({ description, content: { 'application/problem+json': { schema: ProblemBody } } });

interface RouteConfig { etag: boolean; deprecated?: Deprecation }

/** Options of a route: its schema for checking and OpenAPI, with the error answers every operation of its kind can give. */
export function operation<S extends OperationSchema>(operationId: OperationId, schema: S): { schema: Pick<S, 'params' | 'querystring' | 'body' | 'response'>; config: RouteConfig } {
  const access: Access | 'public' = ACCESS[operationId];
  const { tag, etag, ifMatch, deprecated, ...rest } = schema;
  const isPublic = access === 'public';
  const takesBody = schema.body !== undefined || schema.consumes !== undefined;
  const changes = takesBody || (access !== 'public' && (access.session === true || (access.scope !== '' && !access.scope.endsWith(':read'))));
  const money = access !== 'public' && access.money === true;
  const response = {
    ...schema.response,
    400: error('The request is not as described'),
    ...(isPublic && !takesBody ? {} : { 401: error(isPublic ? 'What it proves itself with is wrong' : 'No key or session, or one that is unknown, expired or ended') }),
    ...(isPublic ? {} : { 403: error('The caller may not do this, or must give a second factor first') }),
    ...(schema.params || changes ? { 404: error('It, or what it names, does not exist, or not for this key') } : {}),
    ...(schema.querystring ? { 422: error('Understood, but refused by a rule') } : {}),
    ...(changes ? { 409: error('It contradicts the present state'), 413: error('Too large'), 415: error('Unsupported Content-Type'), 422: error('Understood, but refused by a rule') } : {}),
    ...(ifMatch === undefined ? {} : { 412: error('It has changed since it was read'), ...(ifMatch === 'optional' ? {} : { 428: error('Send If-Match') }) }),
    406: error('Accept leaves out what it answers with'), 429: error('Too many requests'), 500: error('Our mistake'), 503: error('Away for a moment'),
  };
  const full = {
    ...rest, operationId, tags: [tag], response, ...queryOf(schema, isPublic), ...headersOf(schema, money), ...(etag === undefined ? {} : { 'x-etag': true }), ...(deprecated === undefined ? {} : { deprecated: true }), ...(ifMatch === 'required' ? { 'x-if-match': true } : {}),
    ...(isPublic ? { security: [] } : { ...(access.session ? { security: [{ session: [] }] } : {}), description: [deprecated && deprecationText(deprecated), schema.description, accessText(access)].filter(Boolean).join('\n\n') }),
  };
  return { schema: full as unknown as Pick<S, 'params' | 'querystring' | 'body' | 'response'>, config: { etag: etag === true, ...(deprecated === undefined ? {} : { deprecated }) } };
}

function accessText(access: Access): string {
  const own = access.own.length > 0 ? `own objects: ${access.own.join(', ')}` : '';
  const any = access.any.length > 0 ? `all: ${access.any.join(', ')}` : '';
  const scope = access.scope === '' ? '' : ` Scope \`${access.scope}\`.`;
  const person = `${access.session ? ' For sessions, not for keys.' : ''}${access.stepUp ? ' In a session: with a second factor of the last ten minutes.' : ''}`;
  return `Roles – ${[own, any].filter(Boolean).join('; ')}.${scope}${person}`;
}
