import { Problem } from '../domain/problem.ts';
import type { RailDoor } from '../api/deps.ts';
import type { RailRegistry } from '../activities/payouts/rails/registry.ts';

/** What the API needs of the rails; made where both are known, because the API may not import the adapters. */
export function railDoor(rails: RailRegistry, now: () => string): RailDoor {
  return {
    verifyEvent(rail, headers, rawBody) {
      const adapter = rails.get(rail);
      if (adapter.verifyEvent === undefined) throw new Problem('RAIL_EVENT_UNEXPECTED', `The rail ${rail} sends no events.`, { status: 404 });
      return adapter.verifyEvent(headers, rawBody, new Date(now()));
    },
    checkDestination(rail, destination) {
      const adapter = rails.get(rail);
      const verdict = adapter.validateDestination(destination);
      return verdict.ok ? { ...verdict, payeeName: adapter.payeeField === undefined ? null : verdict.destination[adapter.payeeField] ?? null } : verdict;
    },
  };
}
