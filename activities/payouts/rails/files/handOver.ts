import { randomBytes } from 'node:crypto';
import type { SubmitOutcome } from '../../../../domain/payouts/outcomes.ts';
import { BankAway, type BankFolders, temporaryName } from '../bank/drop.ts';
import type { CommittedBatch, LastLook } from '../rail.ts';

/** The folders for one use, after which they are closed. Throws `BankAway`. */
export type OpenFolders = (signal: AbortSignal) => Promise<BankFolders>;

/** Opens the folders for `work`, and closes them whatever comes of it. Throws `BankAway`, and what `work` throws. */
export async function withFolders<T>(open: OpenFolders, signal: AbortSignal, work: (folders: BankFolders) => Promise<T>): Promise<T> {
  const folders = await open(signal);
  try {
    return await work(folders);
  } finally {
    await folders.close().catch(() => undefined);
  }
}

/** Writes the file beside its place, under a name of its own each time, and answers that name (`RailBatching.stage`). Throws `BankAway`. */
export const stageFile = (open: OpenFolders, bytes: Uint8Array, name: string, signal: AbortSignal): Promise<string> => withFolders(open, signal, async (folders) => {
  const temporary = temporaryName(name, randomBytes(6).toString('hex'));
  await folders.stage(temporary, bytes);
  return temporary;
});

/**
 * Gives the staged file its name, which happens once (`RailBatching.submit`). Staged bytes were whole and on disk before this send was counted, and only a send takes them away: while they
 * lie there nobody has seen them, and once they do not, their name was given, whether the file is still there or was taken already.
 */
export async function handOver(open: OpenFolders, { staged, sends }: CommittedBatch, name: string, railReference: string, signal: AbortSignal, lastLook?: LastLook): Promise<SubmitOutcome> {
  if (staged === null) return { kind: 'unknown', detail: `it is not known under which name ${name} was staged` };
  try {
    return await withFolders(open, signal, async (folders): Promise<SubmitOutcome> => {
      // After whatever it took to get here: to open the file, to reach the server.
      const late = await lastLook?.() ?? null;
      if (late !== null) return late;
      const published = await folders.publish(staged, name);
      if (published === 'missing' && sends <= 1 && !await folders.stands(name)) return { kind: 'unknown', detail: `the staged file ${staged} is gone: whether it was handed over is looked at again` };
      // Only the name that was committed with the first send can ever be published: what else was staged is of no use, and names people.
      await folders.tidy(name).catch(() => undefined);
      return { kind: 'accepted', railReference };
    });
  } catch (error) {
    if (error instanceof BankAway) return { kind: 'unknown', detail: error.message };
    throw error;
  }
}
