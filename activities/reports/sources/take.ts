import { read } from 'node:fs';
import { promisify } from 'node:util';
import { withTransaction } from '../../../db/connection.ts';
import type { ItemPeriod } from '../../../db/stores/itemPeriods.ts';
import type { ReportSource } from '../../../db/stores/reportSources.ts';
import { receiveReport } from '../../../db/stores/reports.ts';
import { type Identity, takeItem } from '../../../db/stores/sourceItems.ts';
import { beginning, storable } from '../../../domain/storable.ts';
import { reportReceived, WORKFLOWS } from '../../../workflows/contracts.ts';
import { reportPeriodStart } from '../../../workflows/starts.ts';
import type { Spooled } from '../read/spool.ts';
import type { SourceDeps } from './look.ts';

export interface ToTake {
  source: ReportSource;
  period: ItemPeriod;
  file: Spooled;
  /** What makes it the same again, its mark from outside, and its name at the source. */
  is: Identity;
  mark?: string;
  name?: string;
  /** Under which the report is shown. */
  fileName: string;
  facts: Record<string, unknown>;
  /** ISO instant. */
  at: string;
}

/** Thrown to undo the storing of what another worker has taken a moment ago. */
class TakenAlready extends Error {}

/**
 * Stores what was found as a report and notes that it was taken, both or neither; then the period's workflow is woken, which the sweep
 * makes good should it be lost. False: it, or something newer from its place, was taken before. Throws the problems of `receiveReport`.
 */
export async function take({ pool, client }: Pick<SourceDeps, 'pool' | 'client'>, { source, period, file, is, mark, name, fileName, facts, at }: ToTake): Promise<boolean> {
  const { id: periodId, brokerId, from, to } = period;
  const received = await withTransaction(pool, async (tx) => {
    const report = await receiveReport(tx, {
      brokerId, from, to, fileName, declaredVersion: null, receivedBy: source.id, at, origin: source.kind, sourceId: source.id, profileName: source.profileName, facts: storable(facts),
    }, bytesOf(file));
    if (!(await takeItem(tx, { sourceId: source.id, is, reportId: report.reportId, at, name, mark }))) throw new TakenAlready();
    return report;
  }, { attempts: 1 }).catch((error: unknown) => {
    if (error instanceof TakenAlready) return null;
    throw error;
  });
  if (received === null) return false;
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart({ brokerId, periodId, from, to }), signal: reportReceived, signalArgs: [{ reportId: received.reportId }] });
  return true;
}

const readSome = promisify(read);
const PIECE = 1 << 18;

/** Not by a stream: one that is left before its end closes the descriptor, which is the caller's to close. */
async function* bytesOf({ fd, bytes }: Spooled): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, bytes - at));
    const { bytesRead } = await readSome(fd, piece, 0, piece.length, at);
    if (bytesRead === 0) throw new Error('A spooled file is shorter than what was written');
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

/** A name is only shown, never used as a path of ours; control characters are dropped, and our cut leaves no half character. */
export function printable(name: string): string {
  // oxlint-disable-next-line no-control-regex
  return beginning(name.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '').trim(), 255) || 'report';
}
