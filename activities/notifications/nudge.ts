import type { Client } from '@temporalio/client';
import pg from 'pg';
import type { Logger } from 'pino';
import { outboxNudge, WORKFLOWS } from '../../workflows/contracts.ts';
import { outboxStart } from '../../workflows/starts.ts';

/** Most nudges of one process: the first at once, further ones together. */
const AT_MOST_EVERY_MS = 500;
const RECONNECT_MS = [500, 2_000, 10_000, 30_000];

/** Wakes the outbox, or starts it. */
export async function nudgeOutbox(client: Client): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.outbox, { ...outboxStart(), signal: outboxNudge });
}

export interface OutboxBridge { stop(): Promise<void> }

/**
 * Hears on a connection of its own that notifications were written (`NOTIFY outbox`) and nudges the workflow. Only a short cut: what is
 * lost while it reconnects, the workflow finds by itself within a minute. It also starts the workflow where there is none.
 */
export function bridgeOutbox({ databaseUrl, client, log }: { databaseUrl: string; client: Client; log: Pick<Logger, 'warn'> }): OutboxBridge {
  let stopped = false;
  let listener: pg.Client | null = null;
  let failures = 0;
  let reconnecting: NodeJS.Timeout | undefined;
  let pending: NodeJS.Timeout | undefined;
  let last = -Infinity;
  let nudging: Promise<void> = Promise.resolve();

  const nudge = (): void => {
    if (stopped || pending !== undefined) return;
    pending = setTimeout(() => {
      pending = undefined;
      last = performance.now();
      nudging = nudging.then(() => nudgeOutbox(client)).catch((error: unknown) => log.warn({ err: error }, 'the outbox could not be nudged'));
    }, Math.max(0, last + AT_MOST_EVERY_MS - performance.now()));
  };

  const listen = async (): Promise<void> => {
    const own = new pg.Client({ connectionString: databaseUrl, application_name: 'cashback-outbox', keepAlive: true, connectionTimeoutMillis: 10_000 });
    listener = own;
    let lost = false;
    const lose = (error?: Error): void => {
      if (lost || stopped) return;
      lost = true;
      quietly(own);
      log.warn({ err: error }, 'no longer told of new notifications; connecting again');
      reconnecting = setTimeout(() => void listen(), RECONNECT_MS[Math.min(failures++, RECONNECT_MS.length - 1)]);
    };
    own.on('error', lose);
    own.on('end', () => lose());
    own.on('notification', nudge);
    try {
      await own.connect();
      await own.query('LISTEN outbox');
      failures = 0;
      // What was written while nobody listened.
      nudge();
    } catch (error) {
      lose(error as Error);
    }
  };
  void listen();

  return {
    async stop() {
      stopped = true;
      clearTimeout(reconnecting);
      clearTimeout(pending);
      await Promise.allSettled([listener?.end(), nudging]);
    },
  };
}

/** Its end is reported by an event as well; of what is broken already nobody wants to hear again. */
function quietly(client: pg.Client): void {
  client.end().catch(() => undefined);
}
