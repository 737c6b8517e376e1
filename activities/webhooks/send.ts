import { Agent as HttpAgent, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Problem } from '../../domain/problem.ts';
import { checkEndpointUrl } from '../../domain/webhooks/url.ts';
import { type Address, type Resolver, vettedAddresses } from './addresses.ts';
import { failureOf, SendFailure, type SendFailureCode } from './sendFailure.ts';
import type { WebhookSettings } from './settings.ts';

const ANSWER_BYTES = 1024;

export interface Sending { url: string; headers: Readonly<Record<string, string>>; body: string }
/** `failure` null: it arrived (2xx). `status` null: no answer came. */
export interface Sent { status: number | null; failure: SendFailureCode | null; answer: string | null; retryAfterSeconds: number | null; durationMs: number }

/**
 * One POST to an address that was vetted just before and is the only one that is connected to, so a name that leads elsewhere a moment
 * later changes nothing. Follows no redirect, uses no proxy, keeps no connection, and reads no more of the answer than the log keeps.
 * Never throws: what went wrong is part of the answer.
 */
export async function send({ url, headers, body }: Sending, settings: WebhookSettings, resolve: Resolver): Promise<Sent> {
  const began = performance.now();
  let status: number | null = null;
  let answer: string | null = null;
  let retryAfterSeconds: number | null = null;
  let failure: SendFailureCode | null;
  try {
    const target = new URL(allowed(url, settings));
    const addresses = await within(settings.connectTimeoutMs, vettedAddresses(target.hostname, resolve, settings.allowPrivate));
    const spent = performance.now() - began;
    const response = await exchange(target, addresses, headers, body, { connect: settings.connectTimeoutMs - spent, whole: settings.timeoutMs - spent });
    status = response.status;
    answer = response.answer;
    retryAfterSeconds = response.retryAfterSeconds;
    failure = status >= 200 && status < 300 ? null : status >= 300 && status < 400 ? 'REDIRECT' : 'STATUS';
  } catch (error) {
    failure = failureOf(error);
  }
  return { status, failure, answer, retryAfterSeconds, durationMs: Math.round(performance.now() - began) };
}

/** Also an address that was registered under another policy is sent to only by the present one. */
function allowed(url: string, policy: WebhookSettings): string {
  try {
    return checkEndpointUrl(url, policy);
  } catch (error) {
    if (error instanceof Problem) throw new SendFailure('URL_NOT_ALLOWED');
    throw error;
  }
}

interface Answer { status: number; answer: string; retryAfterSeconds: number | null }

function exchange(target: URL, addresses: readonly Address[], headers: Readonly<Record<string, string>>, body: string, ms: { connect: number; whole: number }): Promise<Answer> {
  const secure = target.protocol === 'https:';
  const vetted: LookupFunction = (_host, options, done) => {
    if (options.all) done(null, [...addresses]);
    else done(null, addresses[0]!.address, addresses[0]!.family);
  };
  const options: RequestOptions = {
    method: 'POST', lookup: vetted, agent: secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }),
    headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(target, options);
    const connecting = setTimeout(() => request.destroy(new SendFailure('CONNECT_TIMEOUT')), Math.max(ms.connect, 1));
    const waiting = setTimeout(() => request.destroy(new SendFailure('TIMEOUT')), Math.max(ms.whole, 1));
    const settled = (): void => {
      clearTimeout(connecting);
      clearTimeout(waiting);
    };
    request.once('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting)));
    let answered = false;
    request.on('error', (error) => {
      if (answered) return;
      settled();
      reject(error);
    });
    request.once('response', (response) => {
      // The status has been given: whatever becomes of the body, it stands.
      answered = true;
      void firstBytes(response).then((answer) => {
        settled();
        resolve({ status: response.statusCode!, answer, retryAfterSeconds: retryAfter(response) });
        request.destroy();
      });
    });
    request.end(body);
  });
}

/** The start of the answer as text that Postgres can hold; ends at the cap, the end, or when the connection is cut. */
async function firstBytes(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size >= ANSWER_BYTES) break;
    }
  } catch { /* cut off: what came is kept */ }
  // eslint-disable-next-line no-control-regex
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString('utf8').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\uFFFD');
}

function retryAfter(response: IncomingMessage): number | null {
  const seconds = /^\d{1,6}$/.exec(response.headers['retry-after'] ?? '')?.[0];
  return seconds === undefined || (response.statusCode !== 429 && response.statusCode !== 503) ? null : Number(seconds);
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => { timer = setTimeout(() => fail(new SendFailure('CONNECT_TIMEOUT')), ms); });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
