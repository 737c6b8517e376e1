import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../workflows/contracts.ts';

/** Temporal's IndexedValueType by the name that contracts.ts uses. */
const TYPES = { Keyword: 2, Bool: 5, Datetime: 6 } as const;
const ALREADY_EXISTS = 6; // gRPC

/** Registers every search attribute of workflows/contracts.ts: without them a start fails. Can be repeated. */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const searchAttributes = Object.fromEntries(Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, TYPES[type]]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if ((error as { code?: number }).code !== ALREADY_EXISTS) throw error;
  }
}
