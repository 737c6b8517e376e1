import { Problem } from '../../domain/problem.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import type { Caller } from './call.ts';
import type { Story } from './context.ts';

interface ChangeView<R> { id: string; state: string; result: R | null }

/** Asks for a change as one operator and agrees to it as another; answers what it led to. With TWO_PEOPLE=off it is done at once. */
export async function agreed<R extends object>({ log, links }: Story, who: { asks: Caller; agrees: Caller }, path: string, body: object): Promise<R> {
  const asked = await who.asks.post<R | ChangeView<R>>(path, body);
  if (!('id' in asked) || !asked.id.startsWith('chg_')) return asked as R;
  const { id } = asked as ChangeView<R>;
  log(`  asked for as change ${id}; nothing is applied yet\n  ${links.workflow(workflowIds.change(id))}`);
  const own = await who.asks.post(`/changes/${id}/approve`).then(() => null, (error: unknown) => error);
  if (!(own instanceof Problem) || own.code !== 'SAME_PERSON') throw new Error('Whoever asked for a change could approve it.', { cause: own });
  log('  whoever asked tries to approve it himself: refused, SAME_PERSON');
  const { state, result } = await who.agrees.post<ChangeView<R>>(`/changes/${id}/approve`);
  log(`  a second operator ${state} it, and it is applied\n`);
  return result!;
}

/** Next year's rate, which changes nothing that this story pays. */
export async function raiseRate(story: Story): Promise<void> {
  const { staff: { finance, secondFinance }, plan, log } = story;
  const [rate] = plan.setup.rates;
  if (rate === undefined) return;
  const effectiveFrom = `${new Date().getUTCFullYear() + 1}-01-01T00:00:00Z`;
  log(`Two people: ${rate.class} is to be paid with 6.25 USD a lot from ${effectiveFrom.slice(0, 10)} on`);
  await agreed(story, { asks: finance, agrees: secondFinance }, `/brokers/${plan.setup.broker.id}/rates`, { class: rate.class, perLot: '6.25', effectiveFrom, appliesTo: 'new' });
}
