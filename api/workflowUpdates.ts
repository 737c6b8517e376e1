import { createHash } from 'node:crypto';
import { type Client, isGrpcServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Problem } from '../domain/problem.ts';
import { decideOwnership, type OwnershipDecision, submitEvidence, workflowIds } from '../workflows/contracts.ts';

/** How long a person waits for a workflow's answer; what was asked stays asked when it comes later. */
const PATIENCE = 15_000;

/** The one update id of a request: the same request again gets the first one's answer from the workflow. */
export const updateId = (...parts: string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);

/** Throws the workflow's refusal as a Problem, or WORKFLOW_UNAVAILABLE (503) / WORKFLOW_ENDED (409). */
export async function decideOwnershipInWorkflow(client: Client, accountLinkId: string, decision: OwnershipDecision, id: string): Promise<{ state: string }> {
  const handle = client.workflow.getHandle(workflowIds.ownership(accountLinkId));
  return answered(client, () => handle.executeUpdate(decideOwnership, { args: [decision], updateId: id }));
}

/** The evidence is stored already; this only makes the workflow look at once. */
export async function tellEvidence(client: Client, accountLinkId: string, evidence: { evidenceId: string; kind: string }): Promise<void> {
  const handle = client.workflow.getHandle(workflowIds.ownership(accountLinkId));
  await answered(client, () => handle.executeUpdate(submitEvidence, { args: [evidence], updateId: evidence.evidenceId }));
}

async function answered<T>(client: Client, update: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + PATIENCE, update);
  } catch (error) {
    throw problemOf(error);
  }
}

function problemOf(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError) {
    const failure = innermost(error.cause);
    if (failure instanceof ApplicationFailure) {
      const code = failure.type ?? 'WORKFLOW_REFUSED';
      return new Problem(code, failure.message, { status: code.endsWith('_SAME_OPERATOR') ? 403 : code.endsWith('_UNKNOWN') ? 404 : 409, cause: error });
    }
  }
  if (error instanceof WorkflowNotFoundError) return new Problem('WORKFLOW_ENDED', 'Its workflow is not running; look at its state, and try again in a minute if it is still open.', { status: 409, cause: error });
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcServiceError(error)) {
    return new Problem('WORKFLOW_UNAVAILABLE', 'The workflow has not answered yet; repeat the request with the same Idempotency-Key to learn the outcome.', { status: 503, cause: error });
  }
  return error;
}

function innermost(error: Error | undefined): Error | undefined {
  let found = error;
  while (found !== undefined && !(found instanceof ApplicationFailure) && found.cause instanceof Error) found = found.cause;
  return found;
}
