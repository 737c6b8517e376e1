import { proxyActivities } from '@temporalio/workflow';
import type { createSourceActivities } from '../activities/reports/sources/activities.ts';
import type { SourceLookInput } from './contracts.ts';
import { API_PULL, FILE_DROP, SOURCE_TEST } from './retry.ts';

type Activities = ReturnType<typeof createSourceActivities>;
type Take = (input: { periodId: string; sourceId: string; asOf: string; again?: boolean }) => Promise<{ received: number }>;
const { testSource } = proxyActivities<Activities>(SOURCE_TEST);
const { pullApi } = proxyActivities<{ pullApi: Take }>(API_PULL);
const { pollDrop, pollMailbox } = proxyActivities<{ pollDrop: Take; pollMailbox: Take }>(FILE_DROP);
const TAKE = { api: pullApi, mailbox: pollMailbox, sftp: pollDrop, s3: pollDrop } as const;

/** A look at a report source that an operator asks for; its result is in the rows: the source's `test`, or a report whose own workflow is woken. */
export async function sourceLook(input: SourceLookInput): Promise<{ received: number }> {
  const { sourceId, kind } = input;
  const asOf = new Date().toISOString();
  if (input.what === 'take') return TAKE[kind]({ periodId: input.periodId, sourceId, asOf, again: true });
  await testSource({ sourceId, testId: input.testId, from: input.from, to: input.to, asOf });
  return { received: 0 };
}
