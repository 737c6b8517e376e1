import { hash } from 'node:crypto';
import { BALANCE_PLACES, Decimal, plain } from '../../domain/decimal.ts';
import { Problem } from '../../domain/problem.ts';
import { accountCode, type AccountRef } from './accounts.ts';
import { kindRule, type JournalKind } from './kinds.ts';

/** A journal to be posted. `amount` is a decimal string, positive = credit (docs/decisions/ledger-accounts.md). */
export interface JournalDraft {
  /** Idempotency key, unique over all journals, e.g. `accrual:acr_1:posted`. */
  key: string;
  kind: JournalKind;
  /** ISO instant with a zone, at most milliseconds: when it counts (the workflow's clock). */
  effectiveAt: string;
  cause: { type: string; id: string };
  postings: { account: AccountRef; amount: string }[];
  /** ISO code, default USD. */
  currency?: string;
}

/** A draft checked and brought into its one canonical form: postings merged per account and sorted by account code. */
export interface CanonicalJournal {
  key: string;
  kind: JournalKind;
  effectiveAt: string;
  causeType: string;
  causeId: string;
  currency: string;
  codes: string[];
  amounts: string[];
  /** SHA-256 of `journalText`, hex. */
  hash: string;
}

/**
 * The text that a journal's payload hash is taken of. The database can rebuild it from journal, postings (in line
 * order) and account codes, so the hash also shows a later change of any of them.
 */
export function journalText(j: { kind: string; effectiveAt: string; causeType: string; causeId: string }, lines: readonly string[]): string {
  return `${j.kind}\n${j.effectiveAt}\n${j.causeType}\n${j.causeId}\n${lines.join('\n')}`;
}

/** One posting in that text. */
export function postingText(code: string, currency: string, amount: string): string {
  return `${code} ${currency} ${amount}`;
}

/** Checks a draft; throws `LEDGER_*` problems for what the database would refuse with less to say. */
export function canonical(draft: JournalDraft): CanonicalJournal {
  const rule = kindRule(draft.kind);
  if (!rule) throw refuse('LEDGER_KIND', draft, `there is no journal kind "${draft.kind}"`);
  const currency = draft.currency ?? 'USD';
  for (const { account, amount } of draft.postings) {
    const down = amount.startsWith('-');
    if (!(down ? rule.down : rule.up).includes(account.kind)) throw refuse('LEDGER_KIND', draft, `${draft.kind} does not ${down ? 'decrease' : 'increase'} ${account.kind}`);
  }
  const entries = mirrored(draft.postings) ?? merged(draft);
  const codes: string[] = [];
  const amounts: string[] = [];
  let text = `${draft.kind}\n${instant(draft)}\n${draft.cause.type}\n${draft.cause.id}`;
  for (const [code, amount] of entries) {
    codes.push(code);
    amounts.push(amount);
    text += `\n${postingText(code, currency, amount)}`;
  }
  return {
    key: draft.key, kind: draft.kind, effectiveAt: instant(draft), causeType: draft.cause.type, causeId: draft.cause.id,
    currency, codes, amounts, hash: hash('sha256', text, 'hex'),
  };
}

type Entry = readonly [code: string, amount: string];

const PLAIN = /^(?:[1-9]\d{0,19}|0(?=\.))(?:\.\d{0,7}[1-9])?$/;

/** The common case without arithmetic: two accounts, one amount in plain form, once with a minus. Else undefined. */
function mirrored(postings: JournalDraft['postings']): Entry[] | undefined {
  const [first, second] = postings;
  if (postings.length !== 2 || !first || !second) return undefined;
  const [down, up] = first.amount.startsWith('-') ? [first, second] : [second, first];
  if (down.amount.length !== up.amount.length + 1 || !down.amount.endsWith(up.amount) || !PLAIN.test(up.amount) || !down.amount.startsWith('-')) return undefined;
  const from = accountCode(down.account);
  const to = accountCode(up.account);
  if (from === to) return undefined;
  return from < to ? [[from, down.amount], [to, up.amount]] : [[to, up.amount], [from, down.amount]];
}

/** Amounts checked, summed per account in exact decimals, and sorted by account code. */
function merged(draft: JournalDraft): Entry[] {
  const sums = new Map<string, Decimal>();
  let total = new Decimal(0);
  for (const { account, amount } of draft.postings) {
    const value = decimalAmount(draft, amount);
    const code = accountCode(account);
    const before = sums.get(code);
    sums.set(code, before ? before.plus(value) : value);
    total = total.plus(value);
  }
  if (!total.isZero()) throw refuse('LEDGER_UNBALANCED', draft, `its postings sum to ${plain(total)}, not to zero`);
  const entries = [...sums].filter(([, amount]) => !amount.isZero()).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) throw refuse('LEDGER_JOURNAL_EMPTY', draft, 'it moves nothing');
  return entries.map(([code, amount]) => [code, plain(amount)]);
}

const AMOUNT = /^-?\d{1,20}(?:\.\d+)?$/;

function decimalAmount(draft: JournalDraft, text: string): Decimal {
  if (!AMOUNT.test(text)) throw refuse('LEDGER_AMOUNT', draft, `"${text}" is not a decimal amount`);
  const value = new Decimal(text);
  if (value.isZero()) throw refuse('LEDGER_AMOUNT', draft, 'an amount is zero');
  if (value.decimalPlaces() > BALANCE_PLACES) throw refuse('LEDGER_AMOUNT', draft, `${text} has more than ${BALANCE_PLACES} decimals`);
  return value;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;

// A batch has one instant, as a rule.
let lastInstant = { text: '', iso: '' };

function instant(draft: JournalDraft): string {
  if (draft.effectiveAt === lastInstant.text) return lastInstant.iso;
  const at = INSTANT.test(draft.effectiveAt) ? new Date(draft.effectiveAt) : undefined;
  if (!at || Number.isNaN(at.getTime())) throw refuse('LEDGER_INSTANT', draft, `"${draft.effectiveAt}" is not an ISO instant with a zone and at most milliseconds`);
  lastInstant = { text: draft.effectiveAt, iso: at.toISOString() };
  return lastInstant.iso;
}

function refuse(code: string, draft: JournalDraft, what: string): Problem {
  return new Problem(code, `Journal "${draft.key}" cannot be posted: ${what}.`, { at: { key: draft.key } });
}
