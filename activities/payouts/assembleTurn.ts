import { Problem } from '../../domain/problem.ts';
import { withTransaction } from '../../db/connection.ts';
import { leaveOut, LEFT_OUT, type LeftOut, leftOutOf, NOT_MADE } from '../../db/stores/leftOut.ts';
import { clearCondition, noteCondition } from '../../db/stores/railConditions.ts';
import type { Dependencies } from '../dependencies.ts';
import { assembleBatch } from './assemble.ts';
import type { Rail } from './rails/rail.ts';

/** Files of one turn; the next turn goes on. */
const MOST_FILES = 50;
/** Payouts that a condition names; the others are counted. */
const NAMED = 10;

/**
 * Commits files of all that is prepared, and tells operators of what is not in one: transfers that could not be put into a file with which others left wait by themselves, each later turn
 * tries them again after all others (RAIL_TRANSFER_LEFT_OUT); where no file could be made at all it is the rail's (RAIL_FILE_NOT_MADE). `asOf`: ISO instant.
 */
export async function assembleTurn(deps: Pick<Dependencies, 'pool' | 'personal'>, rail: Rail, asOf: string): Promise<void> {
  const { pool } = deps;
  const looked: string[] = [];
  const leftOut: LeftOut[] = [];
  let files = 0;
  let fault: Problem | null = null;
  try {
    for (let rounds = 0; rounds < MOST_FILES; rounds++) {
      const turn = await assembleBatch(deps, rail, asOf, looked);
      if (turn.looked.length === 0) break;
      looked.push(...turn.looked);
      leftOut.push(...turn.leftOut);
      if (turn.batchId !== null) files++;
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'COMMIT_FAILED') throw error;
    fault = error;
  }
  await withTransaction(pool, async (tx) => {
    // Others left in this turn: so it is no fault of the rail that these could not.
    if (files > 0) await leaveOut(tx, leftOut, asOf);
    const waiting = await leftOutOf(tx, rail.id);
    const known = new Set(waiting.map(({ payoutId }) => payoutId));
    if (waiting.length > 0) await noteCondition(tx, { rail: rail.id, code: LEFT_OUT, detail: `${named(waiting.map(({ payoutId }) => payoutId))} cannot be put into a file and ${waiting.length === 1 ? 'waits' : 'wait'}; the others leave. ${waiting[0]!.payoutId}: ${waiting[0]!.why.replace(`${LEFT_OUT}: `, '')}`, at: asOf });
    else await clearCondition(tx, { rail: rail.id, code: LEFT_OUT, at: asOf });
    const [first] = leftOut.filter(({ payoutId }) => !known.has(payoutId));
    const why = fault !== null ? `${fault.code}: ${fault.message}` : first === undefined ? null : `${first.why} (${named(leftOut.map(({ payoutId }) => payoutId))})`;
    if (why !== null) await noteCondition(tx, { rail: rail.id, code: NOT_MADE, detail: why, at: asOf });
    else await clearCondition(tx, { rail: rail.id, code: NOT_MADE, at: asOf });
  });
}

const named = (payoutIds: readonly string[]): string => `${payoutIds.slice(0, NAMED).join(', ')}${payoutIds.length > NAMED ? ` and ${payoutIds.length - NAMED} more` : ''}`;
