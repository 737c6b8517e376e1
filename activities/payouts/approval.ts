import type { Tx } from '../../db/connection.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';
import { type NewChange, requestChange } from '../../db/stores/changes.ts';
import { paidOutOn } from '../../db/stores/payoutDay.ts';
import { largestPayable, type PayoutRun } from '../../db/stores/payoutRuns.ts';
import { needsSecond } from '../../domain/changes/policy.ts';
import { Decimal, plain } from '../../domain/decimal.ts';
import { type PassedLimit, passedLimit, type RunLimit } from '../../domain/payouts/runLimits.ts';
import { system } from '../../db/stores/audit.ts';
import type { PayoutSettings } from './settings.ts';

const KINDS = { run: 'payout_run_over_limit', payout: 'payout_over_limit', day: 'payout_day_over_limit' } as const satisfies Record<RunLimit, NewChange['kind']>;

/**
 * Asks for a second operator where the frozen total of a run, a single payout of it, or all that was frozen or planned on the UTC day of `at`, is over its limit; the change says which,
 * and how far over. Whoever started it by hand cannot be the one; a run of the Schedule is agreed to by any. Answers whether it waits.
 */
export async function askForRun(tx: Tx, run: PayoutRun, total: string, settings: PayoutSettings, at: string): Promise<boolean> {
  const { approvalLimit } = settings;
  if (approvalLimit === null) return false;
  const largest = await largestPayable(tx, run.id);
  const passed = approvalLimit === undefined ? await passedLimits(tx, run, { total, largest }, at) : [passedLimit('run', total, approvalLimit)].filter((one) => one !== null);
  const [first] = passed;
  if (first === undefined) return false;
  await requestChange(tx, await getPolicy(tx.db, KINDS[first.limit]), {
    kind: KINDS[first.limit], amount: first.amount, subject: { type: 'payoutRun', id: run.id }, payload: { key: run.key, total, largest, limits: passed }, by: run.startedBy ?? system('payoutRun').principalId, at,
  });
  return true;
}

/** By the approval policies. A run without money asks nobody, whatever the day was. */
async function passedLimits(tx: Tx, run: PayoutRun, { total, largest }: { total: string; largest: string }, at: string): Promise<PassedLimit[]> {
  if (new Decimal(total).lte(0)) return [];
  // Locked: of two runs that freeze at once the second sees what the first takes of the day.
  const ofDay = await getPolicy(tx.db, KINDS.day, true);
  const amounts = { run: total, payout: largest, day: plain(new Decimal(total).plus(await paidOutOn(tx, at, run.id))) };
  const passed: PassedLimit[] = [];
  for (const limit of ['run', 'payout', 'day'] as const) {
    const policy = limit === 'day' ? ofDay : await getPolicy(tx.db, KINDS[limit]);
    if (!needsSecond(policy, amounts[limit])) continue;
    const over = passedLimit(limit, amounts[limit], policy.overAmount ?? '0');
    if (over !== null) passed.push(over);
  }
  return passed;
}
