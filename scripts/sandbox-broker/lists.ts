import { type Answer, refusal } from '../sandbox/http.ts';
import type { BrokerRecord, Operation } from './record.ts';

/**
 * A page of operations, oldest first, of which every one was booked before `asOf`; the cursor is the last one's number. `asOf` says how old the copy is from which the list is
 * read: what was booked at it or later is not in it.
 */
export function page(record: BrokerRecord, query: URLSearchParams, asOfMs: number, mine: (operation: Operation) => boolean): Answer {
  const [since, to] = [query.get('since') ?? query.get('from'), query.get('to')];
  const limit = Number(query.get('limit') ?? '100');
  const after = Number(query.get('cursor') ?? '0');
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000 || !Number.isInteger(after) || after < 0) return refusal(400, 'MALFORMED', 'limit must be 1 to 1000, and cursor one that was given');
  const asOf = new Date(asOfMs).toISOString();
  const all = record.operations.filter((operation) => operation.sequence > after && operation.at < asOf && (since === null || operation.at >= since) && (to === null || operation.at < to) && mine(operation));
  const shown = all.slice(0, limit);
  return {
    status: 200,
    body: {
      asOf, next: shown.length < all.length ? String(shown.at(-1)?.sequence) : null,
      operations: shown.map(({ operationId, kind, reference, server, account, amount, currency, at, reverses }) => ({ operationId, kind, reference, server, account, amount, currency, at, reverses })),
    },
  };
}
