import { drizzle } from 'drizzle-orm/node-postgres';
import { createApiKey, type Role } from '../../db/stores/apiKeys.ts';
import { Decimal } from '../../domain/decimal.ts';
import { TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import type { System } from '../system/start.ts';
import { watchAccruals } from './accruals.ts';
import { type Caller, caller } from './call.ts';
import { raiseRate } from './changes.ts';
import type { AccrualView, Story } from './context.ts';
import { LAST_WEEK, payOut, type PayoutView, proveIdentity, proveOwnership, THIS_WEEK } from './payouts.ts';
import { chooseMethods } from './methods.ts';
import { printExplanation, printStatement } from './proof.ts';
import { printRails } from './rails.ts';
import { handIn } from './reports.ts';

export interface StoryEnd { refused: number; accruals: number; paid: number; notPaid: number }

/** From the reports to the paid payouts, everything by the API; prints as it goes. */
export async function tellStory(story: Story): Promise<StoryEnd> {
  const { log } = story;
  let refused = 0;
  for (const report of story.plan.reports) if (await handIn(story, report) === 'refused') refused++;
  await raiseRate(story);
  await chooseMethods(story);
  const accruals = await watchAccruals(story);
  if (accruals.length === 0) {
    log('Nothing was earned, so there is nothing to pay out.\n');
    printWorkflows(story);
    return { refused, accruals: 0, paid: 0, notPaid: 0 };
  }
  const first = await payOut(story, LAST_WEEK(), "last week's, made up for now");
  const asked = await proveIdentity(story) + await proveOwnership(story);
  const second = asked === 0 ? [] : (await payOut(story, THIS_WEEK(), "this week's: who has proved who he is, and his ownership, is paid now")).payouts;
  const payouts = [...first.payouts, ...second];
  await printRails(story, payouts);
  const hero = protagonist(accruals, second.length > 0 ? second : payouts);
  if (hero !== null) {
    await printStatement(story, hero.userId);
    await printExplanation(story, hero);
  }
  printWorkflows(story);
  const paid = payouts.filter(({ state }) => state === 'paid').length;
  return { refused, accruals: accruals.length, paid, notPaid: payouts.length - paid };
}

function printWorkflows({ log, workflows, links }: Story): void {
  log('Workflows in the Temporal UI');
  for (const { what, id } of workflows) log(`  ${what}: ${links.workflow(id)}`);
  log(`  every accrual: ${links.query('WorkflowType="accrual"')}`);
  log(`  what is on hold: ${links.query('Held=true')}\n`);
}

/** The accrual to explain: the largest of whoever was paid, else the largest at all. */
function protagonist(accruals: readonly AccrualView[], payouts: readonly PayoutView[]): AccrualView | null {
  const of = accruals.filter(({ userId }) => payouts.some((payout) => payout.userId === userId));
  return [...(of.length > 0 ? of : accruals)].sort((a, b) => new Decimal(b.amount).comparedTo(a.amount))[0] ?? null;
}

/** Keys for the people of the story, made with the admin's. */
export async function castOf(system: System, admin: Caller): Promise<Pick<Story, 'staff' | 'trader' | 'counterparties' | 'exchange'>> {
  const made = async (userId: string): Promise<Caller> => caller(system.apiUrl, (await admin.post<{ key: string }>('/api-keys', { name: 'own key', role: 'trader', scopes: ['*'], userId })).key);
  // Made beside the API: keys that the admin's key makes are the admin's, and he could not be his own second operator.
  const person = async (name: string, role: Role): Promise<Caller> =>
    caller(system.apiUrl, (await createApiKey(drizzle(system.pool), { name, role, scopes: ['*'], at: new Date().toISOString() })).key);
  const traders = new Map<string, Promise<Caller>>();
  const [finance, secondFinance, compliance] = await Promise.all([person('finance 1', 'finance'), person('finance 2', 'finance'), person('compliance', 'compliance')]);
  return {
    counterparties: system.counterparties,
    async exchange(rail) {
      await system.client.workflow.execute(WORKFLOWS.railExchange, { workflowId: workflowIds.railExchange(rail), taskQueue: TASK_QUEUES.payouts, args: [{ rail }], workflowIdConflictPolicy: 'USE_EXISTING' });
    },
    staff: { admin, finance, secondFinance, compliance },
    trader(userId) {
      const known = traders.get(userId) ?? made(userId);
      traders.set(userId, known);
      return known;
    },
  };
}
