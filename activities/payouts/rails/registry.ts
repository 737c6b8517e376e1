import { BALANCE_PLACES, Decimal } from '../../../domain/decimal.ts';
import { Problem } from '../../../domain/problem.ts';
import { SEND_WITHIN_SECONDS } from '../settings.ts';
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
    const wrong = contradictions(rail);
    if (wrong.length > 0) throw new Problem('RAIL_GUARANTEES_CONTRADICT', `The rail ${rail.id} cannot be run: ${wrong.join('; ')}.`);
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

/** What a rail declares and cannot mean; each in words. */
function contradictions({ guarantees, batch, replace }: Rail): string[] {
  const { honoursKeysForSeconds, provesNonExecution, mode, minimum, maximum, fee, precision, currencyPrecision, currencies, peg, settlesWithinSeconds, replacesAfterSeconds } = guarantees;
  const places = [precision, ...Object.values(currencyPrecision ?? {})];
  return [
    (mode === 'batch') !== (batch !== undefined) && `mode is "${mode}", which must be "batch" exactly if it can assemble batches`,
    // A send is under way for this long; within a shorter window it could leave after the key was forgotten.
    typeof honoursKeysForSeconds === 'number' && honoursKeysForSeconds > 0 && honoursKeysForSeconds / 10 < SEND_WITHIN_SECONDS && `keys are honoured for ${honoursKeysForSeconds} s, of which a tenth must be longer than a send (${SEND_WITHIN_SECONDS} s)`,
    typeof provesNonExecution === 'object' && !(provesNonExecution.secondsAfterLastSend > 0) && 'a look-up right after the send cannot prove that nothing was executed',
    (replacesAfterSeconds !== undefined) !== (replace !== undefined) && 'replacesAfterSeconds must be there exactly if it can replace',
    replacesAfterSeconds !== undefined && honoursKeysForSeconds !== 'forever' && 'only bytes that execute at most once for ever can be replaced',
    currencies.length === 0 && 'it pays no currency',
    peg !== undefined && !currencies.includes(peg.currency) && `its peg names ${peg.currency}, which it does not pay`,
    places.some((decimals) => !Number.isInteger(decimals) || decimals < 0 || decimals > BALANCE_PLACES) && `precision must be 0 to ${BALANCE_PLACES} decimals`,
    maximum !== null && new Decimal(maximum).lt(minimum) && `maximum ${maximum} is below minimum ${minimum}`,
    new Decimal(fee).lt(0) && 'the fee is below zero',
    !(settlesWithinSeconds > 0) && 'settlesWithinSeconds must be above zero',
  ].filter((one) => one !== false);
}
