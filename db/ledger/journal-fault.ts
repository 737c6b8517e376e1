import { hash } from 'node:crypto';
import { Decimal, plain } from '../../domain/decimal.ts';
import type { AccountKind } from './accounts.ts';
import { journalText, postingText } from './draft.ts';
import { kindRule } from './kinds.ts';
import type { JournalRecord } from './record.ts';

/** What is wrong with a recorded journal taken by itself, as a phrase; undefined where nothing is. */
export function journalFault(journal: JournalRecord): string | undefined {
  const { postings } = journal;
  if (postings.length === 0) return 'it has no postings';
  const rule = kindRule(journal.kind);
  if (!rule) return `there is no kind "${journal.kind}"`;
  const totals = new Map<string, Decimal>();
  for (const [i, posting] of postings.entries()) {
    if (posting.line !== i + 1) return `line ${i + 1} is missing`;
    if (posting.code === null || posting.accountKind === null) return `line ${posting.line} names account ${posting.accountId} in ${posting.currency}, which does not exist`;
    const amount = new Decimal(posting.amount);
    if (!amount.isFinite() || amount.isZero()) return `line ${posting.line} has the amount ${posting.amount}`;
    const allowed: readonly AccountKind[] = amount.isNegative() ? rule.down : rule.up;
    if (!(allowed as readonly string[]).includes(posting.accountKind)) return `line ${posting.line}: ${journal.kind} does not ${amount.isNegative() ? 'decrease' : 'increase'} ${posting.accountKind}`;
    totals.set(posting.currency, (totals.get(posting.currency) ?? new Decimal(0)).plus(amount));
  }
  for (const [currency, total] of totals) if (!total.isZero()) return `its postings in ${currency} sum to ${plain(total)}, not to zero`;
  const lines = postings.map((p) => postingText(p.code ?? '', p.currency, p.amount));
  if (hash('sha256', journalText(journal, lines), 'hex') !== journal.payloadHash) return 'its payload hash is not that of what is recorded';
  return undefined;
}
