import type { Money, Node } from './nodes.ts';
import { textOf } from './nodes.ts';

/** One thing that a message says about one transfer (`endToEndId`), or about a whole file of ours (`messageId` alone). Amounts are decimal strings, `at` an ISO instant. */
export interface BankEntry {
  /** The same for the same thing in whichever message: what is known is not kept twice. */
  key: string;
  kind: 'accepted' | 'pending' | 'rejected' | 'executed' | 'returned';
  endToEndId: string | null;
  messageId: string | null;
  reference: string;
  amount: string | null;
  currency: string | null;
  settledUsd: string | null;
  /** What moved the account, where the bank exchanged it for the order's currency and neither is in USD (`valued`). */
  inAccount?: Money;
  fee: string | null;
  at: string;
  code: string | null;
  reason: string | null;
}

/** Something that people should look at; `code` UPPER_SNAKE. */
export interface BankFinding { code: string; detail: string }

/** An account statement, as the next one is compared with it. */
export interface StatementFacts { account: string; day: string; sequence: string | null; opening: string | null; closing: string | null; currency: string }

export interface Reading { entries: BankEntry[]; findings: BankFinding[]; statements: StatementFacts[] }

/** The instant of an element with a date or a date and time; one without a zone is taken for UTC. */
export function instantAt(node: Node | undefined, ...path: readonly string[]): string | undefined {
  const text = textOf(node, ...path, 'DtTm') ?? textOf(node, ...path, 'Dt') ?? textOf(node, ...path);
  if (text === undefined) return undefined;
  const [, day, time, zone] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}(?:\.\d+)?))?(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const at = new Date(time === undefined ? `${day}T00:00:00Z` : `${day}T${time}${zone ?? 'Z'}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** A code of ISO's lists or the bank's own. */
export const codeAt = (node: Node | undefined, ...path: readonly string[]): string | null => textOf(node, ...path, 'Cd') ?? textOf(node, ...path, 'Prtry') ?? null;
