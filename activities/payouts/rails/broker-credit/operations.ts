import type { LookUpOutcome } from '../../../../domain/payouts/outcomes.ts';
import { sum, plain } from '../../../../domain/decimal.ts';
import type { Operation, Page } from './answers.ts';
import { compareReference } from './reference.ts';

/** One page, by the cursor of the one before; a text: why it cannot be had. */
export type PageReader = (cursor: string | null) => Promise<Page | string>;
/** Operations of a list that was read to its end, and up to which instant (milliseconds) it holds all; or as far as it could be read. */
export type Listing = { complete: true; operations: Operation[]; asOf: number } | { complete: false; operations: Operation[]; detail: string };

const MOST_PAGES = 10_000;

/** Reads the pages of a list, each with the operations that are new in it; a page may be older than the one before, so the oldest copy counts. */
export async function* pagesOf(read: PageReader): AsyncGenerator<{ operations: Operation[]; asOf: number }, string | null> {
  const [ids, cursors] = [new Set<string>(), new Set<string>()];
  for (let cursor: string | null = null, pages = 0; ; pages++) {
    const page: Page | string = await read(cursor);
    if (typeof page === 'string') return page;
    yield { operations: page.operations.filter((operation) => !ids.has(idOf(operation)) && ids.add(idOf(operation))), asOf: Date.parse(page.asOf) };
    if (page.next === null) return null;
    if (cursors.has(page.next) || pages >= MOST_PAGES) return 'the list of operations has no end';
    cursors.add(cursor = page.next);
  }
}

/** An operation's number is its own on one server only. */
export const idOf = ({ server, operationId }: Pick<Operation, 'server' | 'operationId'>): string => `${server}:${operationId}`;

export async function readListing(read: PageReader): Promise<Listing> {
  const operations: Operation[] = [];
  let asOf = Infinity;
  const pages = pagesOf(read);
  for (let next = await pages.next(); ; next = await pages.next()) {
    if (next.done) return next.value === null ? { complete: true, operations, asOf } : { complete: false, operations, detail: next.value };
    operations.push(...next.value.operations);
    asOf = Math.min(asOf, next.value.asOf);
  }
}

/**
 * What operations say of a reference; null: nothing. Credited is executed, whatever else cannot be read; credited twice is executed too, and stands in the record twice, where the
 * reconciliation reports it. Something under our reference that is neither credit nor reversal, or under a part of it, is for a person.
 */
export function judgeOperations(operations: readonly Operation[], reference: string): LookUpOutcome | null {
  const alike = operations.filter((operation) => operation.reference !== null && compareReference(reference, operation.reference) !== 'other');
  const found = alike.filter((operation) => compareReference(reference, operation.reference ?? '') === 'same');
  const credits = found.filter(({ kind }) => kind === 'credit');
  const reversals = found.filter(({ kind }) => kind === 'reversal');
  const standing = credits.filter(({ operationId }) => !reversals.some(({ reverses }) => reverses === operationId));
  const [first, second] = standing;
  if (first) {
    return { kind: 'executed', ...execution(first), ...(second ? { detail: `CREDITED_TWICE: the broker credited ${reference} as ${standing.map(({ operationId }) => operationId).join(', ')}` } : {}) };
  }
  const [credit] = credits;
  if (credit) {
    const back = reversals.filter(({ reverses }) => reverses === credit.operationId);
    const returnedAt = iso(back.map(({ at }) => at).sort((a, b) => Date.parse(b) - Date.parse(a))[0] ?? credit.at);
    return { kind: 'returned', ...execution(credit), returnedAt, returnedAmount: plain(sum(back.map(({ amount }) => amount))), code: 'CREDIT_REVERSED', reason: 'The broker took the credit back.' };
  }
  const [odd] = alike;
  return odd ? { kind: 'unknown', detail: `the account has ${odd.operationId}, a ${odd.kind} under the reference "${odd.reference ?? ''}", which is no credit of ${reference}` } : null;
}

export const iso = (instant: string): string => new Date(Date.parse(instant)).toISOString();

function execution({ operationId, at, amount, currency }: Operation) {
  return { railReference: operationId, executedAt: iso(at), amount, currency, fee: '0' };
}
