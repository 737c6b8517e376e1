import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Listening { url: string; port: number; /** Cuts what is still open. */ close(): Promise<void> }
export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Serves `route` on a port (0: any free one) of `host`, by default the loopback address. Where it throws: status 500 with `broken`, unless an answer has begun; null: the connection is cut. */
export async function listen(route: Route, { port = 0, host = '127.0.0.1', broken }: { port?: number | undefined; host?: string | undefined; broken: object | null }): Promise<Listening> {
  const server = createServer((request, response) => {
    void (async () => route(request, response))().catch(() => {
      if (broken === null) request.socket.destroy();
      else if (!response.headersSent) reply(response, 500, broken);
    });
  });
  await new Promise<void>((listening, failed) => { server.once('error', failed).listen(port, host, listening); });
  const address = server.address();
  const given = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${given}`, port: given,
    close: () => new Promise<void>((closed) => { server.close(() => closed()); server.closeAllConnections(); }),
  };
}

export interface Answer { status: number; body: Record<string, unknown>; headers?: Record<string, string> }

export const refusal = (status: number, code: string, reason: string, more: Record<string, unknown> = {}): Answer => ({ status, body: { error: { code, reason }, ...more } });

export const answer = (response: ServerResponse, { status, body, headers }: Answer): void => reply(response, status, body, headers);

/** JSON; nothing where the client has gone. */
export function reply(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** 200, and something that is not JSON. */
export function unreadable(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
}

/** Breaks the connection. */
export function reset(request: IncomingMessage): void { request.socket.resetAndDestroy(); }

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Whether a request bears this token; compared in constant time. */
export function bearerCheck(token: string): (request: IncomingMessage) => boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  return (request) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
}
