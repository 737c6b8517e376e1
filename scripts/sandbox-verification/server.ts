import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { bearerCheck, listen, readBody, reply } from '../sandbox/http.ts';
import { type Decision, decisionOf } from './decide.ts';

export interface SandboxVerificationOptions {
  /** 0 takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  secret: string;
  /** Told when a case is decided. */
  webhookUrl?: string | null;
  /** Milliseconds until a case is decided (default 0: the first look-up finds the decision). */
  decideAfterMs?: number;
}

/** What a test may ask of it besides. */
export interface SandboxVerification {
  url: string; port: number;
  /** The references it was sent, each as often as it was. */
  submissions(): readonly string[];
  /** From now on nothing answers, until `wake`. */
  sleep(): void;
  wake(): void;
  stop(): Promise<void>;
}

interface Case { reference: string; decision: Decision; at: number }

/**
 * The sandbox provider: a person is a case under the caller's reference, and the same reference twice is one case. It decides by the name
 * and the document's number (decide.ts) and keeps the decision only, in memory: after a restart it is told again.
 * Written apart from the adapter, so that the two sides agree by the documented form alone.
 */
export async function startSandboxVerification(options: SandboxVerificationOptions): Promise<SandboxVerification> {
  const cases = new Map<string, Case>();
  const submissions: string[] = [];
  const bears = bearerCheck(key(options.secret, 'calls').toString('hex'));
  const stopping = new AbortController();
  const wait = options.decideAfterMs ?? 0;
  let asleep = false;

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const body = (await readBody(request)).toString('utf8');
    if (url.pathname === '/healthz') return reply(response, 200, { status: 'ok' });
    if (asleep) return void request.socket.destroy();
    if (!bears(request)) return reply(response, 401, { code: 'UNAUTHORIZED' });
    const reference = /^\/v1\/cases\/([^/]{1,100})$/.exec(url.pathname)?.[1];
    if (reference === undefined) return reply(response, 404, { code: 'NO_ROUTE' });
    if (request.method === 'PUT') return submit(decodeURIComponent(reference), body, response);
    const found = cases.get(decodeURIComponent(reference));
    if (found === undefined) return reply(response, 404, { code: 'NOT_FOUND' });
    reply(response, 200, found.decision.state === 'silent' || Date.now() < found.at ? { state: 'pending' } : found.decision);
  }

  function submit(reference: string, body: string, response: ServerResponse): void {
    submissions.push(reference);
    const known = cases.get(reference);
    if (known) return reply(response, 200, { reference });
    const decision = decisionOf(reference, body);
    if (decision === null) return reply(response, 422, { code: 'MALFORMED' });
    cases.set(reference, { reference, decision, at: Date.now() + wait });
    if (decision.state !== 'silent') void tell(reference);
    reply(response, 201, { reference });
  }

  /** A few tries; what is lost is found by the look-ups. */
  async function tell(reference: string): Promise<void> {
    if (!options.webhookUrl) return;
    await delay(wait, null, { signal: stopping.signal, ref: false }).catch(() => undefined);
    const body = JSON.stringify({ type: 'verification.decided', timestamp: new Date().toISOString(), data: { reference } });
    for (let tries = 0; tries < 5 && !stopping.signal.aborted; tries++) {
      const [id, timestamp] = [`msg_${reference}`, String(Math.floor(Date.now() / 1000))];
      const signature = createHmac('sha256', key(options.secret, 'webhooks')).update(`${id}.${timestamp}.${body}`).digest('base64');
      const headers = { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
      const sent = await fetch(options.webhookUrl, { method: 'POST', body, headers, signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(5000)]) }).then((got) => got.ok, () => false);
      if (sent) return;
      await delay(200 * 2 ** tries, null, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  const { url, port, close } = await listen(route, { port: options.port, host: options.host, broken: { code: 'SANDBOX_FAILED' } });
  return {
    url, port, submissions: () => submissions, sleep: () => { asleep = true; }, wake: () => { asleep = false; },
    async stop() {
      stopping.abort();
      await close();
    },
  };
}

const key = (secret: string, purpose: 'calls' | 'webhooks'): Buffer => createHmac('sha256', secret).update(`sandbox-verification ${purpose}`).digest();
