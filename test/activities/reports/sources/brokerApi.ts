import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked { method: string; path: string; query: URLSearchParams; headers: IncomingMessage['headers']; body: string }
/** Answers a request in the place of the API; false: leaves it to the next, at last to the API. */
export type Fault = (asked: Asked, response: ServerResponse) => boolean;
export interface BrokerApi {
  url: string;
  /** What it has been asked, oldest first. */
  asked: Asked[];
  rows: object[];
  /** Used up one by one, each for one request. */
  faults: Fault[];
  /** The `total` that it states, by default the number of rows. */
  total: (() => number) | null;
  close(): Promise<void>;
}

export const status = (code: number, headers: Record<string, string> = {}): Fault => (_asked, response) => {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end('{"error":"no"}');
  return true;
};
export const says = (body: string, headers: Record<string, string> = {}): Fault => (_asked, response) => {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
  return true;
};
export const leave: Fault = () => false;

export const SIGNING = { secret: 'shared-secret', keyId: 'ib-7' };

/**
 * A broker's API, written without a look at what asks it. /offset?offset&limit, /cursor?after&limit (next in the body), /link?page&limit (next in a Link
 * header), /all; /secure/… demands `Bearer token-1`, /signed/… a signature over method, path, time and the body's hash.
 */
export async function brokerApi(rows: object[] = []): Promise<BrokerApi> {
  const api: BrokerApi = { url: '', asked: [], rows, faults: [], total: null, close: () => new Promise((closed) => { server.closeAllConnections(); server.close(() => closed()); }) };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const { pathname, search, searchParams } = new URL(request.url!, 'http://api');
      const asked: Asked = { method: request.method!, path: pathname + search, query: searchParams, headers: request.headers, body: Buffer.concat(parts).toString() };
      api.asked.push(asked);
      if (api.faults.shift()?.(asked, response) === true) return;
      answer(api, pathname, asked, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}

function answer(api: BrokerApi, path: string, asked: Asked, response: ServerResponse): void {
  const json = (body: unknown, headers: Record<string, string> = {}): void => void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  const { rows } = api;
  const total = api.total?.() ?? rows.length;
  const limit = Number(asked.query.get('limit') ?? rows.length);
  if (path.startsWith('/secure/') && asked.headers.authorization !== 'Bearer token-1') return void response.writeHead(401).end();
  if (path.startsWith('/signed/') && !soundlySigned(asked)) return void response.writeHead(401).end();
  if (path.endsWith('/offset')) {
    const offset = Number(asked.query.get('offset'));
    return json({ total, data: rows.slice(offset, offset + limit) });
  }
  if (path.endsWith('/cursor')) {
    const at = asked.query.get('after') === null ? 0 : Number(Buffer.from(asked.query.get('after')!, 'base64').toString());
    const next = at + limit;
    return json({ data: rows.slice(at, next), total, next: next < rows.length ? Buffer.from(String(next)).toString('base64') : null });
  }
  if (path.endsWith('/link')) {
    const page = Number(asked.query.get('page') ?? 0);
    const more = (page + 1) * limit < rows.length;
    return json({ data: rows.slice(page * limit, (page + 1) * limit), total }, more ? { link: `</first>; rel="first", <${path}?page=${page + 1}&limit=${limit}>; rel="next"` } : {});
  }
  if (path.endsWith('/all')) return json({ total, data: rows });
  response.writeHead(404).end();
}

function soundlySigned({ method, path, headers, body }: Asked): boolean {
  const text = [method, path, headers['x-time'], createHash('sha256').update(body).digest('hex')].join('\n');
  const expected = Buffer.from(createHmac('sha256', SIGNING.secret).update(text).digest('base64'));
  const given = Buffer.from(String(headers['x-signature']));
  return headers['x-key'] === SIGNING.keyId && Math.abs(Date.now() - Number(headers['x-time']) * 1000) < 60_000 && given.length === expected.length && timingSafeEqual(given, expected);
}
