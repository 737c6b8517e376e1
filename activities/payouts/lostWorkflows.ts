import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { sentPayouts } from '../../db/stores/recordChecks.ts';
import type { Difference } from '../../domain/payouts/reconcile/items.ts';
import { lostByWorkflow } from '../../domain/payouts/reconcile/lost.ts';
import { searchAttribute, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';

/** States that a payout's workflow shows only after our database had counted a send. */
const SENT = ['submitted', 'unknown', 'paid', 'returned'];
const PREFIX = workflowIds.payout('');
const PAGE = 1_000;

/**
 * Payouts whose workflows, started since `since` (ISO), say that they were sent, and which this database has not sent or does not know: it is older than Temporal's state. Temporal that cannot be asked
 * says nothing: the rails' own records decide, and payouts do not wait for it.
 */
export async function lostWorkflows({ pool, client }: { pool: Pool; client: Client }, rail: string, since: string): Promise<Difference[]> {
  const found: Difference[] = [];
  let page: { id: string; state: string }[] = [];
  const judge = async (): Promise<void> => {
    const ours = await sentPayouts(pool, page.map(({ id }) => id));
    // Of one that is not there the rail is not known: it concerns each.
    found.push(...page.filter(({ id }) => { const own = ours.get(id); return own === undefined || (own.rail === rail && !own.sent); }).map(({ id, state }) => lostByWorkflow(id, state)));
    page = [];
  };
  try {
    for await (const { workflowId, typedSearchAttributes } of client.workflow.list({ query: `WorkflowType = '${WORKFLOWS.payout}' AND StartTime >= '${since}' AND PayoutState IN (${SENT.map((state) => `'${state}'`).join(', ')})` })) {
      page.push({ id: workflowId.slice(PREFIX.length), state: typedSearchAttributes.get(searchAttribute.PayoutState) ?? '' });
      if (page.length === PAGE) await judge();
    }
  } catch {
    return found;
  }
  await judge();
  return found;
}
