import { createHash } from 'node:crypto';
import { weekKey } from '../../domain/payouts/weekKey.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { bankDay } from './bankDay.ts';
import { waitFor } from './call.ts';
import type { Story } from './context.ts';
import { table } from './table.ts';

interface Run { id: string; key: string; workflowId: string; state: string; total: string | null; byDecision: Record<string, number> }
interface Member { userId: string; available: string; decision: string }
export interface PayoutView {
  id: string; userId: string; rail: string; destination: Record<string, string>; amount: string; state: string; payAmount: string; payCurrency: string; quote: { rate: string; rateSource: string } | null;
  railReference: string | null; reference: { name: string; value: string } | null; network: string | null;
}
interface Verification { id: string; userId: string; state: string }
interface Ownership { id: string; userId: string; accountLinkId: string; state: string }

const WEEK = 7 * 86_400_000;

/** The run of last week, made up for now, and then this week's: a run is made once for each week. */
export const LAST_WEEK = (): string => weekKey(new Date(Date.now() - WEEK).toISOString());
export const THIS_WEEK = (): string => weekKey(new Date().toISOString());

/** Starts a week's payout run by hand, approves it as a second person where it is over the limit, and waits until its payouts are settled. */
export async function payOut(story: Story, week: string, why: string): Promise<{ members: Member[]; payouts: PayoutView[] }> {
  const { staff: { finance, secondFinance }, names, links, log, signal } = story;
  const started = await finance.post<Run>('/payout-runs', { week });
  log(`Payout run ${week} (${why})\n  ${links.workflow(started.workflowId)}`);
  story.workflows.push({ what: `payout run ${week}`, id: started.workflowId });
  const read = (): Promise<Run> => finance.get(`/payout-runs/${started.id}`);
  let run = await waitFor('the payout run', signal, read, ({ state }) => state === 'done' || state === 'awaiting_approval');
  if (run.state === 'awaiting_approval') {
    log(`  ${run.total} USD is over the limit: a second operator approves.`);
    await secondFinance.post(`/payout-runs/${run.id}/approve`);
    run = await waitFor('the payout run', signal, read, ({ state }) => state === 'done');
  }
  const members = await finance.list<Member>(`/payout-runs/${run.id}/members`);
  const readPayouts = (): Promise<PayoutView[]> => finance.list(`/payouts?runId=${run.id}`);
  await bankDay(story, readPayouts);
  const payouts = await waitFor('the payouts to be settled', signal, readPayouts, (all) => all.every(({ state }) => ['paid', 'failed', 'returned'].includes(state)));
  const rows = members.map(({ userId, available, decision }) => {
    const payout = payouts.find((one) => one.userId === userId);
    return [names.get(userId) ?? userId, available, decision, payout?.rail ?? '', payout?.amount ?? '', payout?.state.toUpperCase() ?? '', payout === undefined ? '' : links.workflow(workflowIds.payout(payout.id))];
  });
  log(members.length === 0 ? '  Nobody has the minimum of available money.\n' : `${table(['trader', 'available', 'decision', 'rail', 'paid USD', 'rail says', ''], rows, [1, 4])}\n`);
  for (const payout of payouts) story.workflows.push({ what: `payout to ${names.get(payout.userId)}`, id: workflowIds.payout(payout.id) });
  return { members, payouts };
}

/** Whoever was asked says who he is; the sandbox provider looks at the passport and approves, and the list is asked. Returns how many did. */
export async function proveIdentity(story: Story): Promise<number> {
  const { staff: { admin }, names, links, log, signal } = story;
  const asked = await admin.list<Verification>('/verifications?open=true');
  for (const { id, userId } of asked) {
    const name = names.get(userId) ?? userId;
    const workflowId = workflowIds.verification(userId);
    log(`${name} is asked who that is; the money stays available meanwhile\n  ${links.workflow(workflowId)}`);
    story.workflows.push({ what: `verification of ${name}`, id: workflowId });
    const trader = await story.trader(userId);
    await trader.put(`/users/${userId}/profile`, { fullName: `${name[0]!.toUpperCase()}${name.slice(1)} Example`, country: 'DE', dateOfBirth: '1990-05-17' });
    await trader.post(`/users/${userId}/verification`, { documents: [{ kind: 'passport', number: 'C01X00T47' }] });
    log(`  ${name} gives name, country, date of birth and a passport: kept encrypted, sent to the sandbox provider, in no workflow`);
    await waitFor('the provider', signal, () => admin.get<Verification>(`/verifications/${id}`), ({ state }) => state === 'approved' || state === 'rejected');
    const reasons = await waitFor('the screening', signal, () => trader.get<{ reasons: { code: string }[] }>(`/users/${userId}/payout-readiness`), (answer) => answer.reasons.every(({ code }) => code !== 'screening_due'));
    log(`  the provider approves, the list has no entry; still missing: ${reasons.reasons.map(({ code }) => code).join(', ') || 'nothing'}\n`);
  }
  return asked.length;
}

/** Whoever was asked proves that the broker account is his; compliance looks at it and confirms. Returns how many did. */
export async function proveOwnership(story: Story): Promise<number> {
  const { staff: { compliance, admin }, names, links, log, plan, signal } = story;
  const asked = await admin.list<Ownership>('/ownerships?open=true');
  for (const { id, userId, accountLinkId } of asked) {
    const name = names.get(userId) ?? userId;
    const workflowId = workflowIds.ownership(accountLinkId);
    log(`Ownership asked of ${name}; the money stays available meanwhile\n  ${links.workflow(workflowId)}`);
    story.workflows.push({ what: `ownership of ${name}`, id: workflowId });
    const { login } = await admin.get<{ tradingAccountId: string }>(`/links/${accountLinkId}`).then(({ tradingAccountId }) => admin.get<{ login: string }>(`/accounts/${tradingAccountId}`));
    const content = { login, code: `CB-${id.slice(-6).toUpperCase()}`, sha256: createHash('sha256').update(`a picture of ${login}'s terminal`).digest('hex') };
    await (await story.trader(userId)).post(`/ownerships/${id}/evidence`, { kind: 'terminal_code', content });
    log(`  ${name} shows our code ${content.code} in the terminal of ${plan.setup.broker.name ?? plan.setup.broker.id} account ${login}`);
    await compliance.post(`/ownerships/${id}/decide`, { decision: 'confirmed', reason: 'The code on the picture is ours.' });
    await waitFor('the decision', signal, () => admin.get<Ownership>(`/ownerships/${id}`), ({ state }) => state === 'confirmed');
    log('  compliance confirms\n');
  }
  return asked.length;
}
