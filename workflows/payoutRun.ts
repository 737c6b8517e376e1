import { allHandlersFinished, ApplicationFailure, condition, proxyActivities, setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { createPayoutActivities } from '../activities/payouts/activities.ts';
import { approvePayoutRun, payoutRunDecided, type PayoutRunInput, payoutRunProgress, refusePayoutRun, scheduledStartTime, searchAttribute } from './contracts.ts';
import { PAGE, STEP } from './retry.ts';

const { openRun, approveRun, refuseRun, finishRun } = proxyActivities<ReturnType<typeof createPayoutActivities>>(STEP);
const { clearDue, freezeMembers, planPage, startPayouts } = proxyActivities<ReturnType<typeof createPayoutActivities>>(PAGE);

export interface PayoutRunResult { runId: string; key: string; already: boolean; members: number; planned: number; started: number }

/** The weekly run, by the Schedule or by hand: clear what is due → freeze who has money → approve → plan → start each payout. */
export async function payoutRun(input: PayoutRunInput = {}): Promise<PayoutRunResult> {
  const info = workflowInfo();
  const now = () => new Date().toISOString();
  // A run that is caught up late still belongs to, and clears up to, the time it was scheduled for.
  const scheduledAt = input.scheduledAt ?? info.typedSearchAttributes.get(scheduledStartTime)?.toISOString() ?? info.startTime.toISOString();

  const progress = { runId: null as string | null, phase: 'opening', members: 0, payoutsStarted: 0 };
  let approved = false;
  let refused = false;
  const enter = (phase: string, details = ''): void => {
    progress.phase = phase;
    setCurrentDetails(`${phase}${details}`);
  };
  setHandler(payoutRunProgress, () => progress);
  setHandler(approvePayoutRun, async ({ operatorId }) => {
    const answer = await approveRun({ runId: progress.runId!, operatorId });
    approved = true;
    return answer;
  }, {
    validator: ({ operatorId }) => {
      if (progress.phase !== 'awaiting approval') throw ApplicationFailure.nonRetryable(`This run is ${progress.phase}; there is nothing to approve.`, 'PAYOUT_RUN_NOT_WAITING');
      if (!operatorId) throw ApplicationFailure.nonRetryable('Name the operator who approves.', 'OPERATOR_MISSING');
      if (operatorId === input.startedBy) throw ApplicationFailure.nonRetryable('A second operator must approve a run that this one started.', 'PAYOUT_RUN_SAME_OPERATOR');
    },
  });

  setHandler(refusePayoutRun, async ({ operatorId, reason }) => {
    const answer = await refuseRun({ runId: progress.runId!, operatorId, reason });
    refused = true;
    return answer;
  }, {
    validator: ({ operatorId, reason }) => {
      if (progress.phase !== 'awaiting approval') throw ApplicationFailure.nonRetryable(`This run is ${progress.phase}; there is nothing to refuse.`, 'PAYOUT_RUN_NOT_WAITING');
      if (!operatorId || !reason) throw ApplicationFailure.nonRetryable('Name the operator who refuses and the reason.', 'OPERATOR_MISSING');
    },
  });

  setHandler(payoutRunDecided, ({ state }) => {
    if (state === 'approved') approved = true;
    else refused = true;
  });

  const run = await openRun({ runKey: input.runKey ?? null, scheduledAt, workflowId: info.workflowId, startedBy: input.startedBy ?? null });
  const { runId, key, pageSize: limit } = run;
  progress.runId = runId;
  upsertSearchAttributes([{ key: searchAttribute.PayoutRunId, value: runId }]);
  if (run.already) {
    enter('done', `: run ${key} is another workflow's`);
    return { runId, key, already: true, members: 0, planned: 0, started: 0 };
  }

  enter('clearing');
  if (run.state === 'open') await clearDue({ asOf: run.scheduledAt });

  enter('freezing');
  const frozen = await freezeMembers({ runId, asOf: run.scheduledAt, now: now() });
  progress.members = frozen.members;

  if (frozen.state === 'awaiting_approval') {
    enter('awaiting approval', `: ${frozen.total} USD`);
    await condition(() => approved || refused);
    if (refused) {
      enter('refused');
      await condition(allHandlersFinished);
      return { runId, key, already: false, members: frozen.members, planned: 0, started: 0 };
    }
  }

  enter('planning');
  let planned = 0;
  for (let after: string | null = ''; after !== null;) {
    const page: Awaited<ReturnType<typeof planPage>> = await planPage({ runId, after, limit, asOf: now() });
    planned += page.planned;
    after = page.next;
  }

  enter('starting payouts', `: ${planned} planned`);
  for (let after: string | null = ''; after !== null;) {
    const page: Awaited<ReturnType<typeof startPayouts>> = await startPayouts({ runId, after, limit });
    progress.payoutsStarted += page.started;
    after = page.next;
  }

  await finishRun({ runId });
  enter('done', `: ${planned} planned, ${progress.payoutsStarted} started`);
  await condition(allHandlersFinished);
  return { runId, key, already: false, members: frozen.members, planned, started: progress.payoutsStarted };
}
