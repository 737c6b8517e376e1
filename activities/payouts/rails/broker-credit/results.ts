import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { LookUpOutcome } from '../../../../domain/payouts/outcomes.ts';
import { newId } from '../../../../domain/ids.ts';
import { Problem } from '../../../../domain/problem.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { noteHappened } from '../../../../db/stores/railConditions.ts';
import { insertEntries, insertMessage, type NewRailEntry, type RailEntry } from '../../../../db/stores/railEntries.ts';
import type { RailEvent } from '../rail.ts';
import { keyOf } from './reference.ts';
import { type Result, readResults } from './resultFile.ts';

export interface TakenResults { accepted: boolean; events: RailEvent[] }
export interface ResultSource { pool: Pool; rail: string; /** Which of these keys are credits of ours, and in which file each left. */ known: (keys: readonly string[]) => Promise<ReadonlyMap<string, string | null>> }

/** Conditions that only say that something happened. */
export const HAPPENED = ['BROKER_FILE_REFUSED', 'BROKER_RESULT_UNKNOWN', 'CREDITED_TWICE'];

/** Reads a result file once, whole or not at all: its entries and the file itself are kept in one transaction; a file that is refused is kept with what is wrong with it. */
export async function takeResults({ pool, rail, known }: ResultSource, name: string, bytes: Buffer, asOf: string): Promise<TakenResults> {
  const message = { id: newId('railMessage'), rail, kind: 'broker-results', name, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, facts: {}, receivedAt: asOf };
  let entries: NewRailEntry[];
  let strangers: readonly Result[];
  try {
    const results = readResults(bytes, name);
    const batches = await known(results.map(({ reference }) => keyOf(reference) ?? ''));
    strangers = results.filter(({ reference }) => (batches.get(keyOf(reference) ?? '') ?? null) === null);
    entries = results.map((result) => entryOf(result, batches));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { line, column } = error.at ?? {};
    const problem = { code: error.code, detail: error.message, ...(typeof line === 'number' ? { line } : {}), ...(typeof column === 'number' ? { column } : {}) };
    await withTransaction(pool, async (tx) => {
      if (await insertMessage(tx, { ...message, state: 'refused', problem, findings: [] }) === null) return;
      await noteHappened(tx, { rail, code: 'BROKER_FILE_REFUSED', detail: `${name}: ${error.code}: ${error.message} It is kept in failed/; ask the broker for another.`, at: asOf });
    });
    return { accepted: false, events: [] };
  }
  const executed = Map.groupBy(entries.filter(({ kind }) => kind === 'executed'), ({ idempotencyKey }) => idempotencyKey);
  const findings = [
    ...[...executed].filter(([, of]) => of.length > 1).map(([key, of]) => ({ code: 'CREDITED_TWICE', detail: `${key ?? ''} was credited ${of.length} times: ${of.map(({ railReference }) => railReference).join(', ')}` })),
    ...strangers.map(({ line, status, reference, amount, currency }) => ({ code: 'BROKER_RESULT_UNKNOWN', detail: `${name}, line ${line}: "${reference}", ${status} with ${amount} ${currency}, is nothing that left here in a file; see the reconciliation.` })),
  ];
  await withTransaction(pool, async (tx) => {
    const messageId = await insertMessage(tx, { ...message, state: 'read', problem: null, findings });
    if (messageId === null) return;
    await insertEntries(tx, rail, messageId, entries);
    for (const { code, detail } of findings) await noteHappened(tx, { rail, code, detail, at: asOf });
  });
  // Hints cost nothing: a file that is read again after a crash gives them again.
  return {
    accepted: true,
    events: entries.map(({ entryKey, kind, at, idempotencyKey, railReference }) => ({ eventId: entryKey, type: kind === 'pending' ? 'other' : kind, occurredAt: at, idempotencyKey, railReference })),
  };
}

function entryOf({ reference, status, operation, at, amount, currency, code, reason }: Result, batches: ReadonlyMap<string, string | null>): NewRailEntry {
  const idempotencyKey = keyOf(reference);
  return {
    // An operation's number is its own on one server only, and the file names no servers.
    entryKey: status === 'rejected' ? `${reference}:rejected` : `${reference}:${operation}:${status}`, kind: status, idempotencyKey, batchId: batches.get(idempotencyKey ?? '') ?? null,
    railReference: operation === '' ? reference : operation, amount, currency, settledUsd: null, fee: '0', at, code, reason,
  };
}

/** What the entries of one attempt say: an execution stands unless it was taken back, and a rejection only where there is none. */
export function judgeEntries(entries: readonly RailEntry[]): LookUpOutcome {
  const of = (kind: RailEntry['kind']): RailEntry[] => entries.filter((entry) => entry.kind === kind);
  const [executed, returned] = [of('executed'), of('returned')];
  const standing = executed.filter((entry) => !returned.some(({ railReference }) => railReference === entry.railReference));
  const [first, second] = standing;
  if (first) return { kind: 'executed', ...execution(first), ...(second ? { detail: `CREDITED_TWICE: the broker credited it as ${standing.map(({ railReference }) => railReference).join(', ')}` } : {}) };
  const [credit] = executed;
  const back = returned.find(({ railReference }) => railReference === credit?.railReference);
  if (credit && back) return { kind: 'returned', ...execution(credit), returnedAt: back.at, returnedAmount: back.amount ?? credit.amount ?? '0', code: back.code ?? 'CREDIT_REVERSED', reason: back.reason ?? '' };
  const [rejected] = of('rejected');
  if (returned.length > 0) return { kind: 'unknown', detail: `the broker took ${returned[0]!.railReference} back, and has not said that it executed it` };
  if (rejected) return { kind: 'rejected', code: rejected.code ?? 'REJECTED', reason: rejected.reason ?? '', retryable: rejected.code === 'WALLET_SHORT' };
  return { kind: 'unknown', detail: 'the broker has left no result yet' };
}

function execution(entry: RailEntry) {
  return { railReference: entry.railReference, executedAt: entry.at, amount: entry.amount ?? '0', currency: entry.currency ?? '', fee: entry.fee ?? '0' };
}
