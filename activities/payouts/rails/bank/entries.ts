import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { newId } from '../../../../domain/ids.ts';
import { Problem } from '../../../../domain/problem.ts';
import { type Tx, withTransaction } from '../../../../db/connection.ts';
import { noteHappened } from '../../../../db/stores/railConditions.ts';
import { insertEntries, insertMessage, keysByFact, latestFacts, type NewRailEntry, type RailMessage } from '../../../../db/stores/railEntries.ts';
import { sameMovements, UNNAMED } from '../../../../db/stores/railMovements.ts';
import { afterStatement, readCamt053 } from './camt053.ts';
import { readCamt054 } from './camt054.ts';
import { readPacs004 } from './pacs004.ts';
import { readPain002 } from './pain002.ts';
import { REVERSED } from './reasons.ts';
import type { BankFinding, Reading, StatementFacts } from './readings.ts';
import { batchOf, keyOf } from './references.ts';
import { type BankMessage, tooLarge, validated } from './validate.ts';
import { type RateNow, valued } from './valued.ts';

/** `bytes` null: it is too large to be read (`size`, `mark` as its folder shows it). */
export interface ReceivedFile { name: string; bytes: Buffer | null; size: number; mark: string; receivedAt: string }
/** `refused`: nothing of it was read. `known`: the same bytes were received before. */
export interface Kept { outcome: 'read' | 'refused' | 'known'; entries: readonly NewRailEntry[] }

type Read = { message: BankMessage; reading: Reading } | Problem;

/**
 * Keeps one file of the bank, whole or not at all, in one transaction: its message row, its entries, and what operators are told. A file that is damaged or that its schema refuses is
 * kept as a row with what is wrong and where; the same file again counts for nothing. `rate`: asked before the transaction.
 */
export async function keepFile(pool: Pool, rail: string, account: string, { name, bytes, size, mark, receivedAt }: ReceivedFile, rate: RateNow): Promise<Kept> {
  const read = bytes === null ? tooLarge(name, size) : readFile(name, bytes, account);
  const entries = read instanceof Problem ? [] : await valued(read.reading.entries, rate);
  const message: Omit<RailMessage, 'facts' | 'findings'> = {
    id: newId('railMessage'), rail, kind: read instanceof Problem ? 'unread' : read.message, name, sha256: createHash('sha256').update(bytes ?? mark).digest('hex'), size,
    state: read instanceof Problem ? 'refused' : 'read', problem: read instanceof Problem ? shownProblem(read) : null, receivedAt,
  };
  return withTransaction(pool, async (tx): Promise<Kept> => {
    if (read instanceof Problem) {
      if (await insertMessage(tx, { ...message, facts: {}, findings: [] }) === null) return { outcome: 'refused', entries: [] };
      await noteHappened(tx, { rail, code: 'BANK_FILE_REFUSED', detail: `${name}: ${read.code}: ${read.message} It is kept in failed/; ask the bank for another.`, at: receivedAt });
      return { outcome: 'refused', entries: [] };
    }
    const { findings, statements } = read.reading;
    const all = [...findings, ...await comparedWithEarlier(tx, rail, statements)];
    const messageId = await insertMessage(tx, { ...message, facts: statements.length === 0 ? {} : { statements }, findings: all });
    if (messageId === null) return { outcome: 'known', entries: [] };
    const rows = await rowsOf(tx, rail, entries);
    const kept = await insertEntries(tx, rail, messageId, rows, await sameMovements(tx, rail, message.kind, rows));
    // A bank's own fees have no reference every month: they stand among the findings and in the reconciliation, and nobody is woken for them.
    for (const finding of [...all.filter(({ code }) => code !== 'BANK_DEBIT_WITHOUT_REFERENCE'), ...ofOurFiles(kept)]) await noteHappened(tx, { rail, ...finding, at: receivedAt });
    return { outcome: 'read', entries: kept };
  });
}

/** Conditions that only say that something happened: they are over some days after the last time. */
export const HAPPENED = ['BANK_FILE_REFUSED', 'BANK_REJECTED_FILE', 'BANK_FUNDS_SHORT', 'BANK_DEBIT_UNKNOWN', 'BANK_RETURN_UNKNOWN', 'BANK_RETURN_WITHOUT_REFERENCE', 'BANK_FILE_BOOKED_AS_ONE', 'BANK_DEBIT_TAKEN_BACK', 'BANK_ACCOUNT_UNKNOWN', 'STATEMENT_DOES_NOT_ADD_UP', 'STATEMENT_MISSING', 'STATEMENT_OPENS_ELSEWHERE'];

export function readFile(name: string, bytes: Buffer, account: string): Read {
  try {
    const { message, text } = validated(name, bytes);
    switch (message) {
      case 'pain.002.001.10': return { message, reading: readPain002(text) };
      case 'camt.053.001.08': return { message, reading: readCamt053(text, account) };
      case 'camt.054.001.08': return { message, reading: readCamt054(text, account) };
      case 'pacs.004.001.09': return { message, reading: readPacs004(text) };
      case 'pain.001.001.09': return new Problem('BANK_MESSAGE_UNKNOWN', 'The file is a payment file, which is sent to banks and not by them.', { at: { file: name } });
    }
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

const shownProblem = ({ code, message, at }: Problem): NonNullable<RailMessage['problem']> => {
  const [line, column] = [at?.['line'], at?.['column']];
  return { code, detail: message, ...(typeof line === 'number' && { line }), ...(typeof column === 'number' && { column }) };
};

/** Each statement against the latest one of its account with a lower number. */
async function comparedWithEarlier(tx: Tx, rail: string, statements: readonly StatementFacts[]): Promise<BankFinding[]> {
  if (statements.length === 0) return [];
  const earlier = (await latestFacts(tx, rail, 'camt.053.001.08')).flatMap((facts) => (facts['statements'] ?? []) as StatementFacts[]);
  return statements.flatMap((statement) => {
    const before = earlier.filter((one) => one.account === statement.account && number(one) < number(statement)).sort((a, b) => (number(a) < number(b) ? 1 : -1))[0];
    const finding = before === undefined ? null : afterStatement(before, statement);
    return finding === null ? [] : [finding];
  });
}
const number = ({ sequence }: StatementFacts): bigint => (sequence !== null && /^\d{1,18}$/.test(sequence) ? BigInt(sequence) : 0n);

/** Entries as they are stored: by the key of the attempt that their EndToEndId names, or by the batch that their MsgId does. */
async function rowsOf(tx: Tx, rail: string, entries: Reading['entries']): Promise<NewRailEntry[]> {
  const byFact = await keysByFact(tx, rail, 'endToEndId', entries.flatMap(({ endToEndId }) => (endToEndId === null ? [] : [endToEndId])));
  return entries.flatMap((entry): NewRailEntry[] => {
    const idempotencyKey = entry.endToEndId === null ? null : byFact.get(entry.endToEndId) ?? keyOf(entry.endToEndId);
    const batchId = entry.messageId === null ? null : batchOf(entry.messageId);
    // A status of a file or transfer of somebody else's: only movements of the account concern us, whosesoever they are.
    if (idempotencyKey === null && batchId === null && entry.kind !== 'executed' && entry.kind !== 'returned') return [];
    const { key, kind, reference, amount, currency, settledUsd, fee, at, code, reason } = entry;
    return [{ entryKey: key, kind, idempotencyKey, batchId, railReference: reference, amount, currency, settledUsd, fee, at, code, reason }];
  });
}

/** What of the new entries is wrong on our side, beyond the one payout. */
function ofOurFiles(entries: readonly NewRailEntry[]): BankFinding[] {
  const file = entries.find(({ kind, idempotencyKey }) => kind === 'rejected' && idempotencyKey === null);
  const funds = entries.find(({ kind, code }) => kind === 'rejected' && code === 'AM04');
  const stranger = (of: NewRailEntry['kind']): NewRailEntry | undefined => entries.find(({ kind, idempotencyKey, entryKey }) => kind === of && idempotencyKey === null && !entryKey.startsWith(`${of}:${UNNAMED}:`));
  const [debited, returned] = [stranger('executed'), stranger('returned')];
  const reversed = entries.find(({ kind, idempotencyKey, code }) => kind === 'returned' && idempotencyKey !== null && code === REVERSED);
  return [
    ...(file === undefined ? [] : [{ code: 'BANK_REJECTED_FILE', detail: `The bank rejected the payment file ${file.batchId}: ${file.code}: ${file.reason}. Payouts of it that the bank had not taken before get their money back.` }]),
    ...(funds === undefined ? [] : [{ code: 'BANK_FUNDS_SHORT', detail: 'The bank rejected transfers because the account has not enough money. Fund it.' }]),
    ...(debited === undefined ? [] : [{ code: 'BANK_DEBIT_UNKNOWN', detail: `The account was debited ${debited.amount} ${debited.currency} (${debited.railReference}) with a reference that is no payout of ours. See the reconciliation.` }]),
    ...(returned === undefined ? [] : [{ code: 'BANK_RETURN_UNKNOWN', detail: `${returned.amount} ${returned.currency} came back (${returned.railReference}) with a reference that is no payout of ours. See the reconciliation.` }]),
    ...(reversed === undefined ? [] : [{ code: 'BANK_DEBIT_TAKEN_BACK', detail: `The bank took its debit ${reversed.railReference} of ${reversed.amount} ${reversed.currency} back and does not say that it was returned. It may book it again, so for two weeks the payee gets nothing back of it; ask the bank what it was.` }]),
  ];
}
