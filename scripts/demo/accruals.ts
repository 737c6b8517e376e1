import { Decimal, plain } from '../../domain/decimal.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { waitFor } from './call.ts';
import type { AccrualView, Story } from './context.ts';
import { table } from './table.ts';

/** What accruals still hold: as posted, less what the broker took back. */
const usd = (accruals: readonly AccrualView[]): string => plain(accruals.reduce((sum, { amount, takenBack }) => sum.plus(amount).minus(takenBack), new Decimal(0)));

/** Shows what each account earned and waits until all that is not on hold is available. */
export async function watchAccruals(story: Story): Promise<AccrualView[]> {
  const { staff: { admin }, plan, names, log, signal } = story;
  const read = (): Promise<AccrualView[]> => admin.list(`/accruals?brokerId=${plan.setup.broker.id}`);
  const posted = (await read()).reverse();
  if (posted.length === 0) return [];
  log(`Accruals: one for each trading account and report, ${posted.length} in all, each a workflow of its own`);
  const shown = posted.slice(0, 15).map((accrual) => [names.get(accrual.userId) ?? accrual.userId, accrual.amount, accrual.takenBack === '0' ? '' : `−${accrual.takenBack}`, accrual.onHold ? 'pending, ON HOLD' : accrual.state, accrual.clearsAt, story.links.workflow(workflowIds.accrual(accrual.id))]);
  log(table(['trader', 'USD', 'reversed', 'state', 'available at', ''], shown, [1, 2]));
  if (posted.length > shown.length) log(`  … and ${posted.length - shown.length} more`);
  for (const { id } of posted.slice(0, 8)) story.workflows.push({ what: 'accrual', id: workflowIds.accrual(id) });
  const held = posted.filter((accrual) => accrual.onHold);
  for (const accrual of held.slice(0, 3)) {
    const { items: [hold] } = await admin.get<{ items: { reason: string; note: string }[] }>(`/accruals/${accrual.id}/holds`);
    log(`  On hold: ${accrual.amount} USD of ${names.get(accrual.userId)}, ${hold?.reason ?? ''}: ${hold?.note ?? ''}`);
  }
  log(`\nPending → available (pending period ${plan.setup.methodology.pendingPeriod}) …`);
  const waits = (accrual: AccrualView): boolean => accrual.state === 'pending' && !accrual.onHold;
  const done = await waitFor('the accruals to become available', signal, read, (all) => !all.some(waits),
    (all) => log(`  ${new Date().toISOString().slice(11, 19)}  pending ${usd(all.filter(waits))}, available ${usd(all.filter(({ state }) => state === 'available'))} USD`));
  const late = done.filter((a) => a.clearedAt !== null).map((a) => Date.parse(a.clearedAt!) - Date.parse(a.clearsAt));
  if (late.length > 0) log(`  Each cleared at its instant, never before: 0 to ${Math.max(...late)} ms after it.\n`);
  return done;
}
