import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Problem } from '../../../domain/problem.ts';
import type { Resolver } from '../../webhooks/addresses.ts';
import { failureOf, SendFailure } from '../../webhooks/sendFailure.ts';
import { addressesOf, pinnedTo } from './address.ts';
import { awayOf } from './failure.ts';
import type { SourceSettings } from './settings.ts';

export interface Asking { method: string; url: URL; headers: Readonly<Record<string, string>>; body?: string | undefined }
/** `body` is read, or `discard` cuts the connection. */
export interface Answered { status: number; headers: IncomingHttpHeaders; body: AsyncIterable<Buffer>; discard(): void }
export interface Reach { settings: SourceSettings; resolve: Resolver; signal?: AbortSignal | undefined }

/**
 * One request to an address that was vetted just before. Follows no redirect, uses no proxy, keeps no connection. Throws `SourceAway` where
 * the network or the server is away, also in the middle of the body; `Problem` where it may not be asked at all.
 */
export async function ask({ method, url, headers, body }: Asking, { settings, resolve, signal }: Reach): Promise<Answered> {
  if (url.protocol !== 'https:' && !(settings.allowPrivate && url.protocol === 'http:')) throw new Problem('SOURCE_URL_NOT_ALLOWED', 'A source is reached by https only.');
  const addresses = await addressesOf(url.hostname, settings, resolve);
  const secure = url.protocol === 'https:';
  const options: RequestOptions = {
    method, lookup: pinnedTo(addresses), agent: secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }), timeout: settings.idleMs, ...(signal && { signal }),
    headers: { 'accept-encoding': 'identity', ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }), connection: 'close' },
  };
  const response = await new Promise<IncomingMessage>((answered, failed) => {
    const request = (secure ? httpsRequest : httpRequest)(url, options);
    const connecting = setTimeout(() => request.destroy(new SendFailure('CONNECT_TIMEOUT')), settings.connectTimeoutMs);
    request.once('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting)));
    let came: IncomingMessage | null = null;
    request.on('timeout', () => (came ?? request).destroy(new SendFailure('TIMEOUT')));
    request.on('error', (error) => {
      clearTimeout(connecting);
      failed(told(error, signal));
    });
    request.once('response', (response) => {
      clearTimeout(connecting);
      came = response;
      answered(response);
    });
    request.end(body);
  });
  return { status: response.statusCode!, headers: response.headers, body: bytesOf(response, signal), discard: () => response.destroy() };
}

async function* bytesOf(response: IncomingMessage, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const piece of response as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    throw told(error, signal);
  }
  // A body that ends before its announced length is no error to node's iterator in every case.
  if (!response.complete) throw awayOf(new SendFailure('CONNECTION_CLOSED'));
}

const told = (error: unknown, signal?: AbortSignal): unknown => (signal?.aborted === true ? error : awayOf(error instanceof SendFailure ? error : new SendFailure(failureOf(error))));
