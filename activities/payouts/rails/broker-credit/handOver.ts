import { randomBytes } from 'node:crypto';
import type { SubmitOutcome } from '../../../../domain/payouts/outcomes.ts';
import { BankAway, type BankFolders, temporaryName } from '../bank/drop.ts';
import type { CommittedBatch } from '../rail.ts';

export type OpenFolders = (signal: AbortSignal) => Promise<BankFolders>;

/** Writes the file beside its place, under a name of its own each time (`RailBatching.stage`). Throws `BankAway`. */
export async function stageFile(open: OpenFolders, batch: CommittedBatch, name: string, signal: AbortSignal): Promise<string> {
  const folders = await open(signal);
  const temporary = temporaryName(name, randomBytes(6).toString('hex'));
  try {
    await folders.stage(temporary, batch.bytes);
  } finally {
    await folders.close();
  }
  return temporary;
}

/**
 * Gives the staged file its name, which happens once. It was whole and on disk before the first of these calls was counted, and only a call takes it away: a later call that does not
 * find it knows that its name was given, whether the file is still there or the broker has taken it.
 */
export async function handOver(open: OpenFolders, batch: CommittedBatch, name: string, signal: AbortSignal): Promise<SubmitOutcome> {
  if (batch.staged === null) return { kind: 'unknown', detail: `${name} was not staged before it was to be handed over` };
  let folders: BankFolders | null = null;
  try {
    folders = await open(signal);
    if (await folders.publish(batch.staged, name) === 'published' || batch.sends > 1 || await folders.stands(name)) return { kind: 'accepted', railReference: batch.batchId };
    return { kind: 'unknown', detail: `the staged file ${batch.staged} is gone: whether it was handed over is looked at again` };
  } catch (error) {
    if (!(error instanceof BankAway)) throw error;
    return { kind: 'unknown', detail: error.message };
  } finally {
    await folders?.close().catch(() => undefined);
  }
}
