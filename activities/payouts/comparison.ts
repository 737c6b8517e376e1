import { Context } from '@temporalio/activity';
import type { Finding } from '../../domain/payouts/compareRecord.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { compareRail } from './compareRail.ts';

/** The side effects of `railComparison`. */
export function createComparisonActivities({ pool, client, rails }: Pick<Dependencies, 'pool' | 'client' | 'rails'>) {
  return {
    /** Ids of the rails that this worker is configured for. */
    knownRails: async (): Promise<readonly string[]> => rails.ids(),
    /**
     * Compares a rail's record with ours and logs each finding; what a look-up can mend is hinted. A rail that cannot be
     * reached is asked again until it can, so `Problem` RAIL_UNREACHABLE stays retryable here.
     */
    compareWithRail: ({ rail }: { rail: string }): Promise<Finding[]> => alive(async (signal) => {
      const findings = await compareRail({ pool, client }, rails.get(rail), signal);
      const { log } = Context.current();
      for (const { code, payoutId } of findings) log.warn('the record of the rail differs from ours', { rail, finding: code, payoutId });
      log.info('the record of the rail was compared with ours', { rail, findings: findings.length });
      return findings;
    }),
  };
}
