import type { Change } from '../../db/stores/changes.ts';
import type { ChangedValue } from '../../domain/changes/difference.ts';

const SHOWN = '•';

/** A change as it is answered: a secret that it sets is kept sealed and compared by its hash, and of both nothing is shown but that there is one. */
export const withoutSecrets = (change: Change): Change => ({ ...change, payload: covered(change.payload), before: change.before && covered(change.before) });

/** The same for a value beside the one that was there: that it is another one is seen all the same. */
export const hidden = (value: ChangedValue): ChangedValue =>
  value.path === 'secret' ? { ...value, before: value.before === null ? null : SHOWN, after: value.after === null ? null : SHOWN } : value;

const covered = (facts: Record<string, unknown>): Record<string, unknown> =>
  typeof facts['secret'] === 'string' ? { ...facts, secret: SHOWN } : facts;
