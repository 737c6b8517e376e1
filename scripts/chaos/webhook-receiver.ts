import { createServer } from 'node:http';
import { WorkflowIdConflictPolicy, type Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Rail } from '../../activities/payouts/rails/rail.ts';
import { recordRailEvent } from '../../db/stores/railEvents.ts';
import { Problem } from '../../domain/problem.ts';
import { type PayoutInput, railHint, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';

interface Deps { pool: Pool; client: Client; rail: Rail }

export interface WebhookReceiver {
  url: string;
  /** How many events were taken, and how many refused for their signature. */
  counts: { taken: number; refused: number };
  stop(): Promise<void>;
}

/**
 * Takes a rail's webhooks as the API does: check the signature, keep the event once, wake the payout. `deps` is asked at each
 * event, because the rail wants to know this address before it is there itself.
 */
export async function startWebhookReceiver(deps: () => Deps | Promise<Deps>): Promise<WebhookReceiver> {
  const counts = { taken: 0, refused: 0 };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      take(Buffer.concat(parts)).then((status) => response.writeHead(status).end(), () => response.writeHead(503).end());
    });
    async function take(body: Buffer): Promise<number> {
      const { pool, client, rail } = await deps();
      let event;
      try {
        event = rail.verifyEvent!(request.headers, body, new Date());
      } catch (error) {
        counts.refused++;
        return error instanceof Problem ? error.status : 500;
      }
      const { payoutId } = await recordRailEvent(pool, { ...event, rail: rail.id, body: body.toString('utf8'), receivedAt: new Date().toISOString() });
      if (payoutId !== null) {
        const input: PayoutInput = { payoutId, rail: rail.id };
        await client.workflow.signalWithStart(WORKFLOWS.payout, {
          workflowId: workflowIds.payout(payoutId), taskQueue: TASK_QUEUES.payouts, args: [input], signal: railHint, signalArgs: [{ eventId: event.eventId }],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        });
      }
      counts.taken++;
      return 204;
    }
  });
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`, counts,
    stop: () => new Promise((stopped) => { server.close(() => stopped()); server.closeAllConnections(); }),
  };
}
