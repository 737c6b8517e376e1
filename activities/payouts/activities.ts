import { clearDueAccruals } from '../../db/stores/clearing.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { createAttemptActivities } from './attempts.ts';
import { createComparisonActivities } from './comparison.ts';
import { createExchangeActivities } from './exchange.ts';
import { createReconciliationActivities } from './reconcile.ts';
import { createRunActivities } from './openRun.ts';
import { createPlanningActivities } from './planPage.ts';
import { PAYOUT_SETTINGS, type PayoutSettings } from './settings.ts';
import { createStartActivities } from './startPayouts.ts';

/** The payout concern's activities, for the queue `payouts`; `submitAttempt` and `lookUpAttempt` also for each rail's own queue. */
export function createPayoutActivities(deps: Pick<Dependencies, 'pool' | 'client' | 'rails' | 'personal'>, settings: PayoutSettings = PAYOUT_SETTINGS) {
  return {
    /** Clears in one set all accruals that are due by the run's scheduled time: a backlog of timers never costs a user a week. */
    clearDue: (input: { asOf: string }): Promise<number> => refusing(() => alive(() => clearDueAccruals(deps.pool, input.asOf))),
    ...createRunActivities(deps, settings),
    ...createPlanningActivities(deps, settings),
    ...createStartActivities(deps, settings),
    ...createAttemptActivities(deps, settings),
    ...createComparisonActivities(deps),
    ...createExchangeActivities(deps, settings),
    ...createReconciliationActivities(deps, settings),
  };
}
