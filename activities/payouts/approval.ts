import type { Tx } from '../../db/connection.ts';
import { askAtGate } from '../../db/stores/changeGates.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';
import { type NewChange, requestChange } from '../../db/stores/changes.ts';
import { largestPayable, type PayoutRun } from '../../db/stores/payoutRuns.ts';
import { Decimal } from '../../domain/decimal.ts';
import { system } from '../../db/stores/audit.ts';
import type { PayoutSettings } from './settings.ts';

/**
 * Asks for a second operator where the frozen total of a run, or a single payout of it, is over its limit. Whoever started it by
 * hand cannot be the one; a run of the Schedule is agreed to by any. Answers whether it waits.
 */
export async function askForRun(tx: Tx, run: PayoutRun, total: string, settings: PayoutSettings, at: string): Promise<boolean> {
  const { approvalLimit } = settings;
  if (approvalLimit === null) return false;
  const largest = await largestPayable(tx, run.id);
  const change = (kind: NewChange['kind'], amount: string): NewChange & { amount: string } => ({
    kind, amount, subject: { type: 'payoutRun', id: run.id }, payload: { key: run.key, total, largest }, by: run.startedBy ?? system('payoutRun').principalId, at,
  });
  if (approvalLimit !== undefined) {
    if (new Decimal(total).lte(approvalLimit)) return false;
    await requestChange(tx, await getPolicy(tx.db, 'payout_run_over_limit'), change('payout_run_over_limit', total));
    return true;
  }
  return (await askAtGate(tx, change('payout_run_over_limit', total)) ?? await askAtGate(tx, change('payout_over_limit', largest))) !== null;
}
