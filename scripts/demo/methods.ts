import type { PlannedMethod } from './plan.ts';
import type { Story } from './context.ts';
import { table } from './table.ts';

interface MethodView { id: string; rail: string; destination: Record<string, string>; state: string; usableFrom: string | null }

/** Each trader says with his own key where his money goes, and confirms it; whose rail was left out keeps the account at the sandbox rail. */
export async function chooseMethods(story: Story): Promise<void> {
  const { plan, counterparties: { rails, leftOut }, names, log } = story;
  const planned = plan.methods.filter(({ rail }) => rails.includes(rail));
  for (const { rail, user } of plan.methods) if (leftOut.has(rail)) log(`The rail ${rail} is left out, and ${user} is paid by the sandbox rail instead: ${leftOut.get(rail)}`);
  if (planned.length === 0) return;
  const ids = new Map([...names].map(([id, name]) => [name, id]));
  log('Payout methods: each trader adds his own and confirms it. It would be used after 48 hours; in the demo there is no cool-down');
  const added = await Promise.all(planned.map((method) => addMethod(story, ids.get(method.user)!, method)));
  log(`${table(['trader', 'rail', 'destination', 'state'], planned.map(({ user }, index) => [user, added[index]!.rail, Object.values(added[index]!.destination).join(', '), added[index]!.state]))}\n`);
}

async function addMethod(story: Story, userId: string, { rail, destination, name }: PlannedMethod): Promise<MethodView> {
  const own = await story.trader(userId);
  const { id } = await own.post<MethodView>(`/users/${userId}/payout-methods`, { rail, destination, name });
  return own.post<MethodView>(`/payout-methods/${id}/confirm`, {});
}
