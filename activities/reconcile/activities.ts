import { Context } from '@temporalio/activity';
import type { OwnershipTerms } from '../../domain/ownership/terms.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Reconciled, startMissing } from './startMissing.ts';

/** The side effects of `sweep`. */
export function createReconcileActivities({ pool, client }: Pick<Dependencies, 'pool' | 'client'>, ownershipTerms: OwnershipTerms) {
  return {
    startMissing: (): Promise<Reconciled> => startMissing({ pool, client, ownershipTerms }, (done) => Context.current().heartbeat({ done })),
  };
}
