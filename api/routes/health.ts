import { z } from 'zod';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';

const twoPeople = z.enum(['on', 'off']).meta({ description: '`off`: an installation of one operator; nothing waits for a second one.' });
const State = z.object({ status: z.literal('ok'), twoPeople });
const reachable = z.enum(['ok', 'away']);
const Readiness = z.object({ status: reachable, postgres: reachable, temporal: reachable, twoPeople });

/** Whether the process lives, and whether it can work. */
export function healthRoutes(app: Api, { pool, client, config }: ApiDeps): void {
  const tag = 'Health';
  const people = config.twoPeople ? 'on' as const : 'off' as const;

  app.get('/healthz', operation('healthz', { tag, summary: 'The process answers', response: { 200: State } }), async () => ({ status: 'ok' as const, twoPeople: people }));
  app.get('/readyz', operation('readyz', { tag, summary: 'Postgres and Temporal can be reached', response: { 200: Readiness, 503: Readiness } }), async (_request, reply) => {
    const [postgres, temporal] = await Promise.all([
      answers(pool.query('select 1')),
      answers(client.connection.withDeadline(Date.now() + 2_000, () => client.connection.workflowService.getSystemInfo({}))),
    ]);
    const status = postgres === 'ok' && temporal === 'ok' ? 'ok' : 'away';
    return reply.code(status === 'ok' ? 200 : 503).send({ status, postgres, temporal, twoPeople: people });
  });
}

async function answers(attempt: Promise<unknown>): Promise<'ok' | 'away'> {
  const timeOut = new Promise<never>((_, reject) => setTimeout(reject, 3_000, new Error('slow')).unref());
  return Promise.race([attempt, timeOut]).then(() => 'ok' as const, () => 'away' as const);
}
