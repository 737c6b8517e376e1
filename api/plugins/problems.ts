import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { sqlState } from '../../db/connection.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api } from '../deps.ts';
import { installMethods } from './methods.ts';

interface FieldError { in: string; path: string; message: string }
interface Answer { code: string; status: number; detail: string; at?: unknown; facts?: unknown; errors?: FieldError[] }

/** Codes for what Fastify and its plugins refuse by themselves. */
const FRAMEWORK: Record<string, [code: string, status: number, detail: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 413, 'The body is larger than this operation takes.'],
  FST_REQ_FILE_TOO_LARGE: ['REPORT_TOO_LARGE', 413, 'The file is larger than a report may be.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['MEDIA_TYPE_UNSUPPORTED', 415, 'This operation does not take that Content-Type.'],
  FST_ERR_CTP_EMPTY_TYPE: ['MEDIA_TYPE_UNSUPPORTED', 415, 'Name the body with a Content-Type.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['JSON_INVALID', 400, 'The Content-Type is JSON but the body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['JSON_INVALID', 400, 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BODY_INCOMPLETE', 400, 'The body is not as long as its Content-Length says.'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['MEDIA_TYPE_UNSUPPORTED', 415, 'The body is no form.'],
  FST_ERR_BAD_URL: ['REQUEST_INVALID', 400, 'The path is not a valid URL path.'],
  FST_UNDER_PRESSURE: ['OVERLOADED', 503, 'The server has too much to do; send it again in a moment.'],
};

/** Renders every error as application/problem+json with a stable code; only what is ours to mend is logged as an error. */
export function installProblems(app: Api): void {
  installMethods(app);
  app.setErrorHandler(renderProblem);
  app.setNotFoundHandler((request, reply) => send(request, reply, { code: 'ROUTE_UNKNOWN', status: 404, detail: `There is no ${request.method} ${request.url.split('?')[0]}; see /docs.` }));
}

/** Also for what the router itself refuses, before any route is found. */
export function renderProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = answerTo(error);
  if (answer.status >= 500) request.log.error({ err: error, code: answer.code }, 'request failed');
  return send(request, reply, answer);
}

function answerTo(error: FastifyError): Answer {
  if (error instanceof Problem) return { code: error.code, status: error.status, detail: error.message, at: error.at, facts: error.facts };
  if (error.validation) return invalid(error);
  const known = FRAMEWORK[error.code];
  if (known) return { code: known[0], status: known[1], detail: known[2] };
  const state = sqlState(error);
  if (state === '22021' || state === '22P05') return { code: 'TEXT_INVALID', status: 400, detail: 'A text holds a character that cannot be stored (such as NUL).' };
  if (state === '40001' || state === '40P01') return { code: 'CONTENDED', status: 503, detail: 'Too many changes met at once; send it again.' };
  if (isAway(error)) return { code: 'UNAVAILABLE', status: 503, detail: 'The database or Temporal is away; send it again in a moment.' };
  if (error.statusCode !== undefined && error.statusCode < 500) return { code: error.statusCode === 429 ? 'RATE_LIMITED' : 'REQUEST_INVALID', status: error.statusCode, detail: error.message };
  return { code: 'INTERNAL', status: 500, detail: 'Something went wrong on our side; the request id names it in our logs.' };
}

/** Refused, cut or never made connections, a server that shuts down or is full, a database that is gone. */
function isAway(error: unknown): boolean {
  if (/^(08|53|57|3D)/.test(sqlState(error) ?? '')) return true;
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e instanceof ServiceError || isGrpcServiceError(e)) return true;
    if ('code' in e && ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EPIPE'].includes(String(e.code))) return true;
    if (e.message.startsWith('Connection terminated') || e.message.startsWith('timeout exceeded when trying to connect')) return true;
  }
  return false;
}

function invalid(error: FastifyError): Answer {
  const where = error.validationContext ?? 'body';
  const errors = (error.validation ?? []).map((issue) => ({ in: where, path: issue.instancePath || '/', message: issue.message ?? 'is not valid' }));
  if (where === 'headers' && errors.some((e) => e.path === '/idempotency-key')) {
    return { code: 'IDEMPOTENCY_KEY_MISSING', status: 400, detail: 'Send an Idempotency-Key of 1 to 200 printable characters: a new one for each new request, the same one when you repeat it.', errors };
  }
  // What the OpenAPI document describes is 400; a rule that it cannot say (one value against another) is 422.
  const described = error.validation?.some(({ keyword }) => keyword !== 'custom') ?? true;
  return { code: described ? 'REQUEST_INVALID' : 'REQUEST_REFUSED', status: described ? 400 : 422, detail: `The ${where} is not as the operation takes it: ${errors.slice(0, 3).map((e) => `${e.path} ${e.message}`).join('; ')}.`, errors };
}

function send(request: FastifyRequest, reply: FastifyReply, { code, status, detail, ...more }: Answer): FastifyReply {
  reply.header('x-request-id', request.id);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  const body = { type: `urn:cashback:problem:${code}`, title: code, status, code, detail, instance: request.id, ...more };
  return reply.code(status).type('application/problem+json').serializer((payload) => JSON.stringify(payload)).send(body);
}
