import { Problem } from '../../../domain/problem.ts';
import type { Rail } from './rail.ts';

/** The configured rails by id, handed to the activities by the composition root. */
export interface RailRegistry {
  /** Throws `Problem` RAIL_UNKNOWN for an id that is not configured. */
  get(id: string): Rail;
  ids(): readonly string[];
}

/** Throws `Problem` RAIL_CONFIGURED_TWICE or RAIL_GUARANTEES_CONTRADICT for a set of rails that cannot be run. */
export function railRegistry(rails: readonly Rail[]): RailRegistry {
  const byId = new Map<string, Rail>();
  for (const rail of rails) {
    if (byId.has(rail.id)) throw new Problem('RAIL_CONFIGURED_TWICE', `The rail ${rail.id} is configured twice; give each rail its own id.`);
    if ((rail.guarantees.mode === 'batch') !== (rail.batch !== undefined)) {
      throw new Problem('RAIL_GUARANTEES_CONTRADICT', `The rail ${rail.id} declares mode ${rail.guarantees.mode}, which must be "batch" exactly if it can assemble batches.`);
    }
    byId.set(rail.id, rail);
  }
  return {
    get(id) {
      const rail = byId.get(id);
      if (!rail) throw new Problem('RAIL_UNKNOWN', `No rail "${id}" is configured; known are ${[...byId.keys()].join(', ') || 'none'}.`, { status: 404 });
      return rail;
    },
    ids: () => [...byId.keys()],
  };
}
