import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Problem } from '../../domain/problem.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import type { LocalTemporal } from './temporal.ts';

/** Closed workflows stay readable this long: a year of payouts can be looked up in the Temporal UI. */
const RETENTION_DAYS = 365;
const NOT_FOUND = 5; // gRPC

/**
 * Makes the namespace if it is missing, raises its retention (24 h on a dev server) and registers the search
 * attributes. On an external server that forbids this, the line says so and the operator does it once by hand.
 */
export async function prepareNamespace(temporal: Pick<LocalTemporal, 'connectionOptions' | 'namespace' | 'kind'>, log: (line: string) => void): Promise<void> {
  const { namespace, connectionOptions, kind } = temporal;
  const retention = { seconds: RETENTION_DAYS * 86_400 };
  let connection: Connection;
  try {
    connection = await Connection.connect(connectionOptions);
  } catch (cause) {
    throw new Problem('TEMPORAL_UNREACHABLE', `No Temporal answers at ${connectionOptions.address}: ${(cause as Error).message}. ` +
      'Mend TEMPORAL_ADDRESS, or unset it to use a local dev server.', { cause });
  }
  try {
    const service = connection.workflowService;
    if (kind === 'external') {
      await service.describeNamespace({ namespace }).catch(async (error: { code?: number }) => {
        if (error.code !== NOT_FOUND) throw error;
        await service.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention as never });
        await known(() => registerSearchAttributes(connection, namespace));
      });
      await registerSearchAttributes(connection, namespace).catch((error: Error) =>
        log(`Temporal: search attributes could not be registered here (${error.message}); register them once by hand`));
      return;
    }
    await service.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention as never } });
    await registerSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
}

/** The servers of a cluster learn of a new namespace only within some seconds. */
async function known(work: () => Promise<void>): Promise<void> {
  const end = performance.now() + 60_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: number }).code !== NOT_FOUND || performance.now() > end) throw error;
      await delay(500);
    }
  }
}
