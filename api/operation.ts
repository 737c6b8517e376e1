import { z } from 'zod';
import { ACCESS, type Access, type OperationId } from './access.ts';
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
}

/** Repeat a request with the same key and it is done once. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z.string().regex(/^[\x21-\x7e]{1,200}$/).meta({ description: 'A new text for each new request; the same one when it is repeated.', examples: ['2f1c7d0e-hold-1'] }),
});

/** The same where it is the caller's choice. */
export const OptionalIdempotencyHeaders = IdempotencyHeaders.partial();

const error = (description: string) => ({ description, content: { 'application/problem+json': { schema: ProblemBody } } });

/** Options of a route: its schema for checking and OpenAPI, with the error answers every operation of its kind can give. */
export function operation<S extends OperationSchema>(operationId: OperationId, schema: S): { schema: Pick<S, 'params' | 'querystring' | 'body' | 'response'> } {
  const access: Access | 'public' = ACCESS[operationId];
  const { tag, ...rest } = schema;
  const changes = schema.body !== undefined || schema.consumes !== undefined;
  const isPublic = access === 'public';
  const money = access !== 'public' && access.money === true;
  const response = {
    ...schema.response,
    400: error('The request is not as described'),
    ...(isPublic ? {} : { 401: error('No key, or one that is unknown, expired or revoked'), 403: error('The key may not do this') }),
    ...(schema.params ? { 404: error('It does not exist, or not for this key') } : {}),
    ...(changes || money ? { 409: error('It contradicts the present state'), 413: error('Too large'), 415: error('Unsupported Content-Type'), 422: error('Understood, but refused by a rule') } : {}),
    429: error('Too many requests'), 500: error('Our mistake'), 503: error('Away for a moment'),
  };
  const full = {
    ...rest, operationId, tags: [tag], response, ...(money ? { headers: IdempotencyHeaders } : {}),
    ...(isPublic ? { security: [] } : { description: [schema.description, accessText(access)].filter(Boolean).join('\n\n') }),
  };
  return { schema: full as unknown as Pick<S, 'params' | 'querystring' | 'body' | 'response'> };
}

function accessText(access: Access): string {
  const own = access.own.length > 0 ? `own objects: ${access.own.join(', ')}` : '';
  const any = access.any.length > 0 ? `all: ${access.any.join(', ')}` : '';
  return `Roles – ${[own, any].filter(Boolean).join('; ')}.${access.scope === '' ? '' : ` Scope \`${access.scope}\`.`}`;
}
