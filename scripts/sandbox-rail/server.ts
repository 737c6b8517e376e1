import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answer, type Answer, bearerCheck, listen, readBody, refusal, reset, unreadable } from '../sandbox/http.ts';
import { admin } from './admin.ts';
import { faultPlan, type FaultSettings } from './faults.ts';
import { type Order, Payments, view } from './payments.ts';
import { type Movement, RailRecord } from './record.ts';
import { bodyIsSigned, purposeKey } from './signing.ts';
import { WebhookSender } from './webhooks.ts';

export interface SandboxRailOptions {
  /** 0 takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** The append-only file with everything that the rail ever did. */
  record: string;
  webhookUrl?: string | null;
  secret: string;
  /** How long a key is honoured (default 7 days). */
  keyWindowSeconds?: number;
  faults?: Partial<FaultSettings>;
}

export interface SandboxRail { url: string; port: number; stop(): Promise<void>; record(): readonly Movement[] }

/** Starts the rail. Its record survives kill -9; starting again on the same file goes on where it stopped. */
export async function startSandboxRail(options: SandboxRailOptions): Promise<SandboxRail> {
  const record = new RailRecord(options.record);
  const faults = faultPlan({ seed: 1, rates: {}, script: [], slowMs: 3000, lateMs: 2000, returnMs: 5000, ...options.faults });
  const webhooks = new WebhookSender(options.webhookUrl ?? null, options.secret, record);
  const payments = new Payments(record, faults, webhooks, options.keyWindowSeconds ?? 7 * 86_400);
  const bears = bearerCheck(purposeKey(options.secret, 'look-ups').toString('hex'));
  const stopping = new AbortController();
  const pause = (ms: number): Promise<unknown> => delay(ms, null, { signal: stopping.signal });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://rail');
    const body = await readBody(request);
    if (url.pathname === '/healthz') return answer(response, { status: 200, body: { status: 'ok' } });
    if (url.pathname.startsWith('/admin/')) return answer(response, admin(request.method ?? 'GET', url.pathname, body, { faults, payments, webhooks, record }));
    if (url.pathname === '/v1/payments' && request.method === 'POST') return submit(request, response, body);
    if (!bears(request)) return answer(response, refusal(401, 'UNAUTHORIZED', 'the bearer token is wrong'));
    if (url.pathname === '/v1/record') return answer(response, page(record.movements, url.searchParams));
    const named = /^\/v1\/payments\/(by-key\/)?([^/]+)$/.exec(url.pathname);
    if (named?.[2] !== undefined) return lookUp(request, response, named[1] !== undefined, decodeURIComponent(named[2]));
    answer(response, refusal(404, 'NO_ROUTE', 'there is nothing here'));
  }

  async function submit(request: IncomingMessage, response: ServerResponse, raw: Buffer): Promise<void> {
    const order = readOrder(raw, options.secret, request.headers['idempotency-key']);
    if ('status' in order) return answer(response, order);
    const fault = faults.draw('transport', { key: order.idempotencyKey, payoutId: order.payoutId });
    if (fault === 'reset_before') return reset(request);
    if (fault === 'error_before') return answer(response, refusal(503, 'UNAVAILABLE', 'try again'));
    if (fault === 'rate_limited') return answer(response, { ...refusal(429, 'RATE_LIMITED', 'too many requests, this one was not considered'), headers: { 'retry-after': '1' } });
    if (fault === 'slow_before') await pause(faults.settings.slowMs);
    const taken = payments.take(order, raw);
    if (fault === 'slow_after') await pause(faults.settings.slowMs);
    if (fault === 'reset_after') return reset(request);
    if (fault === 'error_after') return answer(response, refusal(500, 'INTERNAL', 'something broke'));
    if (fault === 'unreadable') return unreadable(response);
    answer(response, taken);
  }

  async function lookUp(request: IncomingMessage, response: ServerResponse, byKey: boolean, name: string): Promise<void> {
    const found = byKey ? record.byKey.get(name) : record.byReference.get(name)?.order;
    const fault = faults.draw('look_up', { key: found?.key ?? name, payoutId: found?.payoutId ?? null });
    if (fault === 'look_up_reset') return reset(request);
    if (fault === 'look_up_error') return answer(response, refusal(502, 'BAD_GATEWAY', 'try again'));
    if (fault === 'look_up_slow') await pause(faults.settings.slowMs);
    if (!found || fault === 'look_up_not_found') return answer(response, refusal(404, 'NOT_FOUND', 'no such payment'));
    if (found.type === 'rejected') return answer(response, { status: 200, body: found.answer });
    const payment = record.byReference.get(found.reference);
    answer(response, payment ? { status: 200, body: view(payment) } : refusal(404, 'NOT_FOUND', 'no such payment'));
  }

  const { url, port, close } = await listen(route, { port: options.port, host: options.host, broken: refusal(500, 'INTERNAL', 'the sandbox rail failed').body });
  payments.resume();
  return {
    url, port, record: () => record.movements,
    async stop() {
      stopping.abort();
      payments.stop();
      webhooks.stop();
      await close();
      record.close();
    },
  };
}

function readOrder(raw: Buffer, secret: string, header: string | string[] | undefined): Order | Answer {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(raw.toString('utf8')) as Record<string, unknown>;
  } catch {
    return refusal(400, 'MALFORMED', 'the body is not JSON');
  }
  const { idempotencyKey, payoutId, amount, currency, destination } = body;
  if (!bodyIsSigned(body, secret)) return refusal(401, 'SIGNATURE_WRONG', 'the body is not signed with the shared secret');
  if (typeof idempotencyKey !== 'string' || idempotencyKey !== header) return refusal(400, 'MALFORMED', 'the header Idempotency-Key and the signed key differ');
  if (typeof payoutId !== 'string' || typeof amount !== 'string' || typeof currency !== 'string' || typeof destination !== 'object' || destination === null) {
    return refusal(400, 'MALFORMED', 'payoutId, amount and currency must be texts and destination an object');
  }
  return { idempotencyKey, payoutId, amount, currency, destination: destination as Record<string, string> };
}

/** Entries after a sequence number, oldest first; `next` is the last one's number, or null on the last page. */
function page(movements: readonly Movement[], query: URLSearchParams): Answer {
  const after = Number(query.get('after') ?? '0');
  const limit = Math.min(Number(query.get('limit') ?? '100'), 1000);
  const entries = movements.slice(after, after + limit);
  return { status: 200, body: { entries, next: after + entries.length < movements.length ? after + entries.length : null } };
}
