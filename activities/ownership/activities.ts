import { withTransaction, type Tx } from '../../db/connection.ts';
import { notify } from '../../db/stores/notifications.ts';
import { countReminder, getOwnership, listEvidence, moveOwnership, type Ownership } from '../../db/stores/ownership.ts';
import type { OwnershipState } from '../../domain/ownership/states.ts';
import { remindersDue } from '../../domain/ownership/terms.ts';
import { Problem } from '../../domain/problem.ts';
import type { OwnershipDecision } from '../../workflows/contracts.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';

/** What the workflow knows of the row: no personal data. Instants are ISO. */
export interface OwnershipView { state: OwnershipState; requestedAt: string; remindersSent: number }

/** `asOf`: the workflow's time, ISO instant. Each activity re-reads the row under its lock and can be repeated. */
export function createOwnershipActivities(deps: Pick<Dependencies, 'pool'>) {
  const locked = (ownershipId: string, work: (tx: Tx, row: Ownership) => Promise<void>): Promise<OwnershipView> =>
    refusing(() => withTransaction(deps.pool, async (tx) => {
      await work(tx, await getOwnership(tx, ownershipId, true));
      const { state, requestedAt, remindersSent } = await getOwnership(tx, ownershipId);
      return { state, requestedAt, remindersSent };
    }));

  return {
    loadOwnership: (input: { ownershipId: string }): Promise<OwnershipView> => locked(input.ownershipId, async () => {}),

    /** The evidence was stored before the workflow was told of it; this says what the row makes of it. */
    noteEvidence: (input: { ownershipId: string; evidenceId: string }): Promise<OwnershipView> => locked(input.ownershipId, async (tx) => {
      const known = (await listEvidence(tx, input.ownershipId)).some((evidence) => evidence.id === input.evidenceId);
      if (!known) throw new Problem('EVIDENCE_UNKNOWN', `There is no evidence "${input.evidenceId}" of this verification.`, { status: 404 });
    }),

    /** Reminds the user of a request he has not answered. After a gap only the last reminder that is due is sent. */
    remindOwnership: (input: { ownershipId: string; remindAfterHours: number[]; asOf: string }): Promise<OwnershipView> => locked(input.ownershipId, async (tx, row) => {
      const number = remindersDue(row.requestedAt, input.remindAfterHours, input.asOf);
      if (!(await countReminder(tx, row.id, number))) return;
      await notify(tx, [{
        eventId: `ownership:${row.id}:reminder:${number}`, userId: row.userId, kind: 'ownership_reminder', at: input.asOf,
        facts: { ownershipId: row.id, number: String(number), expiresAt: row.expiresAt },
      }]);
    }),

    /** Ends a request that was never answered. Evidence that came first wins. */
    expireOwnership: (input: { ownershipId: string; asOf: string }): Promise<OwnershipView> => locked(input.ownershipId, async (tx, row) => {
      if (row.state !== 'requested' || input.asOf < row.expiresAt) return;
      await moveOwnership(tx, row.id, 'expired', { at: input.asOf, by: null, reason: null });
      await notify(tx, [{ eventId: `ownership:${row.id}:expired`, userId: row.userId, kind: 'ownership_expired', facts: { ownershipId: row.id }, at: input.asOf }]);
    }),

    /** An operator's decision; the same one again changes nothing. Throws OWNERSHIP_DECISION_REFUSED. */
    decideOwnership: (input: { ownershipId: string; decision: OwnershipDecision; asOf: string }): Promise<OwnershipView> => locked(input.ownershipId, async (tx, row) => {
      const { decision, operatorId, reason } = input.decision;
      if (row.state === decision && row.decidedBy === operatorId) return;
      if (!(await moveOwnership(tx, row.id, decision, { at: input.asOf, by: operatorId, reason }))) {
        const need = decision === 'confirmed' && row.state === 'requested' ? '; evidence must be given first' : '';
        throw new Problem('OWNERSHIP_DECISION_REFUSED', `A verification that is ${row.state} cannot be ${decision}${need}.`, { status: 409 });
      }
      await notify(tx, [{ eventId: `ownership:${row.id}:${decision}`, userId: row.userId, kind: `ownership_${decision}`, facts: { ownershipId: row.id }, at: input.asOf }]);
    }),
  };
}
