import { MOST_OF_ONE_LINE } from '../calculation/amount.ts';
import { Decimal } from '../decimal.ts';
import type { LineFacts } from './context.ts';

/** Why a line of a file does not count, and the row that does. */
export interface Superseded { reason: 'DUPLICATE' | 'SUPERSEDED'; standing: number }

type Repeatable = Pick<LineFacts, 'rowNumber' | 'kind' | 'malformed' | 'contentHash' | 'server' | 'ticket' | 'lots' | 'amount'>;

/**
 * Which of several lines with one ticket in one file count, in memory: a repeat of the line before it with that ticket is a DUPLICATE; of different
 * ones the last counts and the earlier are SUPERSEDED (cases/README "Rules of the figures"). By row number. A posted report's are
 * settled in the database by the same rule (db/stores/lineOutcomes.ts); a test compares the two.
 */
export function repeatedTickets(lines: readonly Repeatable[]): Map<number, Superseded> {
  const byTicket = Map.groupBy(lines.filter(counts), (line) => `${line.kind === 'adjustment'}\n${line.server}\n${line.ticket}`);
  const found = new Map<number, Superseded>();
  for (const same of byTicket.values()) {
    if (same.length === 1) continue;
    const duplicates = new Set(same.filter((line, at) => line.contentHash === same[at - 1]?.contentHash));
    const standing = same.findLast((line) => !duplicates.has(line))!.rowNumber;
    for (const line of same) {
      if (duplicates.has(line)) found.set(line.rowNumber, { reason: 'DUPLICATE', standing });
      else if (line.rowNumber < standing) found.set(line.rowNumber, { reason: 'SUPERSEDED', standing });
    }
  }
  return found;
}

/** A line that will be malformed by its figures settles nothing. */
function counts({ kind, malformed, ticket, lots, amount }: Repeatable): boolean {
  if (ticket === null || malformed !== null) return false;
  if (kind === 'trade') return lots !== null && !lots.startsWith('-') && new Decimal(lots).lt(MOST_OF_ONE_LINE);
  return kind === 'adjustment' && amount !== null && new Decimal(amount).abs().lt(MOST_OF_ONE_LINE);
}
