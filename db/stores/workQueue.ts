import type { Pool } from 'pg';
import { mayHave } from '../../domain/eligibility/waiting.ts';
import { type NextStep, nextStep } from '../../domain/workQueue/nextStep.ts';
import { withTransaction } from '../connection.ts';
import { newestClasses } from './accountLines.ts';
import { loadBrokerContext } from './brokerContext.ts';
import { type GroupFilter, type WaitingGroup, waitingGroups } from './waitingGroups.ts';

export interface WaitingWork extends WaitingGroup { nextStep: NextStep }

/** Groups of waiting lines, those that wait longest first, each with what ends its waiting. */
export async function waitingWork(pool: Pool, filter: GroupFilter, page: { after: { since: string; id: string } | null; limit: number }): Promise<WaitingWork[]> {
  return withTransaction(pool, async (tx) => {
    const groups = await waitingGroups(tx, filter, page);
    const brokers = await each(new Set(groups.map((group) => group.brokerId)), (brokerId) => loadBrokerContext(tx, { brokerId, periodId: '' }, '1'));
    const classes = await each(new Set(groups.filter((group) => group.what === 'class_text').map((group) => group.profileId)), (profileId) => newestClasses(tx, profileId));
    return groups.map((group) => ({ ...group, nextStep: nextStep(group, mayHave(group, brokers.get(group.brokerId)!, classes.get(group.profileId) ?? new Map())) }));
  });
}

async function each<T>(names: ReadonlySet<string>, load: (name: string) => Promise<T>): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for (const name of names) found.set(name, await load(name));
  return found;
}

