import { allHandlersFinished, ApplicationFailure, condition, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { createOwnershipActivities } from '../activities/ownership/activities.ts';
import { EVIDENCE_KINDS, isEvidenceKind } from '../domain/ownership/evidenceKinds.ts';
import { OWNERSHIP_ENDED } from '../domain/ownership/states.ts';
import { decideOwnership as decide, type OwnershipInput, ownershipState, submitEvidence } from './contracts.ts';
import { STEP } from './retry.ts';

type Activities = ReturnType<typeof createOwnershipActivities>;
const { loadOwnership, noteEvidence, remindOwnership, expireOwnership, decideOwnership } = proxyActivities<Activities>(STEP);

/**
 * Proof that a broker account is the user's own: he was asked when the row was made; reminders at set hours, expiry at an
 * absolute instant while he is silent; evidence makes it an operator's turn, whose decision ends it. The money stays available.
 */
export async function ownershipVerification({ ownershipId, remindAfterHours, expiresAt }: OwnershipInput): Promise<{ state: string }> {
  let view: Awaited<ReturnType<Activities['loadOwnership']>> = { state: 'requested', requestedAt: expiresAt, remindersSent: 0 };
  const now = () => new Date().toISOString();
  const see = (seen: typeof view) => {
    view = seen;
    setCurrentDetails(`${view.state}, reminders sent: ${view.remindersSent}`);
    return { state: view.state };
  };
  const ended = () => OWNERSHIP_ENDED.includes(view.state);
  const refuseEnded = () => {
    if (ended()) throw ApplicationFailure.nonRetryable(`This verification is ${view.state}.`, 'OWNERSHIP_ENDED');
  };

  setHandler(ownershipState, () => ({ state: view.state, remindersSent: view.remindersSent }));
  setHandler(submitEvidence, async ({ evidenceId }) => see(await noteEvidence({ ownershipId, evidenceId })), {
    validator: ({ evidenceId, kind }) => {
      refuseEnded();
      if (!isEvidenceKind(kind)) throw ApplicationFailure.nonRetryable(`There is no kind of evidence "${kind}"; known are ${Object.keys(EVIDENCE_KINDS).join(', ')}.`, 'EVIDENCE_KIND_UNKNOWN');
      if (!evidenceId) throw ApplicationFailure.nonRetryable('Store the evidence first and name it.', 'EVIDENCE_UNKNOWN');
    },
  });
  setHandler(decide, async (decision) => see(await decideOwnership({ ownershipId, decision, asOf: now() })), {
    validator: ({ decision, operatorId, reason, ownershipId: meant }) => {
      if (meant !== undefined && meant !== ownershipId) {
        throw ApplicationFailure.nonRetryable(`The decision is about ${meant}, but the link's verification is ${ownershipId} by now; look at that one.`, 'OWNERSHIP_DIFFERS');
      }
      refuseEnded();
      if (decision !== 'confirmed' && decision !== 'rejected') throw ApplicationFailure.nonRetryable('A decision is "confirmed" or "rejected".', 'OWNERSHIP_DECISION_UNKNOWN');
      if (!operatorId || !reason) throw ApplicationFailure.nonRetryable('A decision names its operator and its reason.', 'OWNERSHIP_DECISION_INCOMPLETE');
      // Whether evidence was given is the row's to say: word of it may not have reached this workflow.
    },
  });

  see(await loadOwnership({ ownershipId }));
  while (!ended()) {
    const seen = view;
    const changed = () => view !== seen;
    if (view.state === 'evidence_given') {
      await condition(changed);
      continue;
    }
    const remindAt = remindAfterHours.slice(view.remindersSent).map((hours) => Date.parse(view.requestedAt) + hours * 3_600_000).find((at) => at < Date.parse(expiresAt));
    const due = remindAt ?? Date.parse(expiresAt);
    const wait = due - Date.now();
    if (wait > 0 && (await condition(changed, wait))) continue;
    see(await (remindAt === undefined ? expireOwnership({ ownershipId, asOf: now() }) : remindOwnership({ ownershipId, remindAfterHours, asOf: now() })));
  }
  await condition(allHandlersFinished);
  return { state: view.state };
}
