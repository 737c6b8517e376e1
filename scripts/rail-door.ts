import { Problem } from '../domain/problem.ts';
import type { RailDoor } from '../api/deps.ts';
import { askRail } from '../activities/payouts/askRail.ts';
import type { RailRegistry } from '../activities/payouts/rails/registry.ts';

/** Somebody waits for the answer. */
const ASK_MS = 8_000;

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
      if (!verdict.ok) return verdict;
      return {
        ...verdict, payeeName: adapter.payeeField === undefined ? null : verdict.destination[adapter.payeeField] ?? null, ...(adapter.tradingAccountOf === undefined ? {} : { tradingAccountOf: adapter.tradingAccountOf }),
      };
    },
    ids: () => rails.ids(),
    askAbout: (source, payoutId) => askRail({ ...source, rails }, payoutId, AbortSignal.timeout(ASK_MS)),
    guarantees: (rail) => (rails.ids().includes(rail) ? rails.get(rail).guarantees : null),
  };
}
