import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../workflows/contracts.ts';

/** Temporal's IndexedValueType by the name that contracts.ts uses. */
const TYPES = { Keyword: 2, Bool: 5, Datetime: 6 } as const;
const ALREADY_EXISTS = 6; // gRPC

/** Registers every search attribute of workflows/contracts.ts: without them a start fails. Can be repeated, also after one was added. */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const all = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, TYPES[type]] as const);
  const add = async (some: typeof all): Promise<boolean> => {
    try {
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(some) });
      return true;
    } catch (error) {
      if ((error as { code?: number }).code !== ALREADY_EXISTS) throw error;
      return false;
    }
  };
  // A server that knows some of them may refuse the whole call: then each by itself.
  if (!(await add(all))) for (const one of all) await add([one]);
}
