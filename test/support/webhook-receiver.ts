import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the receiver does with a request instead of answering 200 at once. */
export type Behaviour =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'silent' // reads and never answers
  | 'slow body' // answers 200 and never ends the body
  | 'huge body' // answers 200 and a body without end, as fast as it is read
  | 'huge headers' // headers larger than anybody needs
  | 'cut' // closes without an answer
  | 'cut body' // announces a body, sends a part of it and closes
  | 'no http'; // answers something else

export interface Received { headers: IncomingHttpHeaders; body: string; method: string; path: string }

/** A receiver of webhooks that misbehaves as told: the next request gets the first of the given behaviours, and so on; then 200. */
export interface WebhookReceiver {
  url: string;
  port: number;
  received: Received[];
  will(...behaviours: Behaviour[]): void;
  /** From now on, to every request. */
  always(behaviour: Behaviour | null): void;
  /** Resolves when so many requests have come in all. */
  has(count: number): Promise<void>;
  /** Bytes of bodies that were taken off our hands. */
  written(): number;
  close(): Promise<void>;
}

export async function webhookReceiver(host = '127.0.0.1', port = 0): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const script: Behaviour[] = [];
  let usual: Behaviour | null = null;
  let written = 0;
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      received.push({ headers: request.headers, body, method: request.method ?? '', path: request.url ?? '' });
      for (const look of waiting) look();
      act(script.shift() ?? usual ?? { status: 200 }, request, response, (bytes) => { written += bytes; });
    }, () => undefined);
  });
  await new Promise<void>((listening) => server.listen(port, host, listening));
  const actual = (server.address() as AddressInfo).port;
  return {
    url: `http://${host}:${actual}/hooks`, port: actual, received,
    will: (...behaviours) => { script.push(...behaviours); },
    always: (behaviour) => { usual = behaviour; },
    has: (count) => new Promise((enough) => {
      const look = (): void => {
        if (received.length < count) return;
        waiting.delete(look);
        enough();
      };
      waiting.add(look);
      look();
    }),
    written: () => written,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => { server.close(closed); });
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}

function act(behaviour: Behaviour, request: IncomingMessage, response: ServerResponse, count: (bytes: number) => void): void {
  if (typeof behaviour === 'object') response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body ?? '');
  else if (behaviour === 'slow body') response.writeHead(200).write('begun');
  else if (behaviour === 'huge body') pour(response.writeHead(200), count);
  else if (behaviour === 'huge headers') request.socket.end(`HTTP/1.1 200 OK\r\n${'x-filler: y\r\n'.repeat(20_000)}\r\n`);
  else if (behaviour === 'cut') request.socket.destroy();
  else if (behaviour === 'cut body') response.writeHead(200, { 'content-length': '1000' }).write('a part', () => request.socket.destroy());
  else if (behaviour === 'no http') request.socket.end('220 smtp.example.com ready\r\n');
}

function pour(response: ServerResponse, count: (bytes: number) => void): void {
  const piece = Buffer.alloc(65_536, 'x');
  const more = (): void => {
    while (!response.destroyed && response.write(piece, (error) => { if (!error) count(piece.length); }));
  };
  response.on('drain', more);
  more();
}
