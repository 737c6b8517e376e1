import type { ClearingState } from '../../db/stores/clearing.ts';
import type { Dependencies } from '../dependencies.ts';
import { ClearingBatch } from './clearingBatch.ts';

/** The side effect of `accrual`: pending → available, decided on the row as it stands, not on what the workflow believes. */
export function createAccrualActivities({ pool }: Pick<Dependencies, 'pool'>) {
  const batch = new ClearingBatch(pool);
  return {
    clearAccrual: (input: { accrualId: string; asOf: string }): Promise<ClearingState> => batch.clear(input.accrualId, input.asOf),
  };
}
