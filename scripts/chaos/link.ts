import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What a link can do wrong. `latency`: every piece comes `ms` later; `reset`: all connections break, and new ones too; `blackhole`: nothing arrives and nothing is
 * refused, and afterwards the bytes arrive after all, or (`cut`) the connections break.
 */
export type LinkFault = { kind: 'latency'; ms: number } | { kind: 'reset' } | { kind: 'blackhole' } | { kind: 'cut' };
export type LinkFaultKind = LinkFault['kind'];

export interface Link {
  port: number;
  /** One fault at a time; the next takes its place. */
  impose(fault: LinkFault): void;
  calm(): void;
  /** Faults that a connection really met. */
  met: Record<LinkFaultKind, number>;
  stop(): Promise<void>;
}

interface Imposed { fault: LinkFault; met: boolean; lifted: Promise<void>; lift(): void }

/** A TCP proxy on a free port of 127.0.0.1 that can be made a bad wire. `to` is asked at each connection. */
export async function openLink(to: () => { host: string; port: number }): Promise<Link> {
  const met: Link['met'] = { latency: 0, reset: 0, blackhole: 0, cut: 0 };
  const pairs = new Set<readonly [Socket, Socket]>();
  let now: Imposed | null = null;
  const meets = (imposed: Imposed): void => {
    if (!imposed.met) met[imposed.fault.kind]++;
    imposed.met = true;
  };
  const breakAll = (): void => { for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy(); };

  /** Holds a piece back for as long as the wire is bad. */
  async function wire(): Promise<void> {
    while (now !== null && now.fault.kind !== 'reset') {
      meets(now);
      if (now.fault.kind === 'latency') {
        await delay(now.fault.ms);
        return;
      }
      await now.lifted;
    }
  }

  async function carry(from: Socket, into: Socket): Promise<void> {
    for await (const piece of from) {
      await wire();
      if (!into.write(piece as Buffer)) await once(into, 'drain');
    }
    await wire();
    into.end();
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (now?.fault.kind === 'reset') {
      meets(now);
      return void client.on('error', () => {}).resetAndDestroy();
    }
    const upstream = connect({ ...to(), allowHalfOpen: true, noDelay: true });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const broken = (): void => { for (const socket of pair) socket.resetAndDestroy(); };
    for (const socket of pair) socket.on('error', broken).once('close', () => pairs.delete(pair));
    Promise.all([carry(client, upstream), carry(upstream, client)]).catch(broken);
  });
  await new Promise<void>((listening, failed) => { server.once('error', failed).listen(0, '127.0.0.1', listening); });
  const address = server.address();

  const calm = (): void => {
    const was = now;
    now = null;
    if (was?.fault.kind === 'cut') breakAll();
    was?.lift();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    met, calm,
    impose(fault) {
      calm();
      const { promise: lifted, resolve: lift } = Promise.withResolvers<void>();
      now = { fault, met: false, lifted, lift };
      if (fault.kind !== 'reset' || pairs.size === 0) return;
      meets(now);
      breakAll();
    },
    async stop() {
      calm();
      breakAll();
      await new Promise<void>((closed) => { server.close(() => closed()); });
    },
  };
}
