import type { LineFacts } from './context.ts';

/** A part of a key; what separates parts is escaped, so that no two names run into one. */
const part = (name: string): string => name.replace(/[\\:]/g, '\\$&');

/** A ticket is known by (server, ticket), in whatever period it stands (cases/README "Rules of the figures"). */
export const ticketKey = (server: string, ticket: string): string => `ticket:${part(server)}:${part(ticket)}`;

/**
 * Keys for the lines of one account in file order. Tickets and aggregate buckets are known across periods; a line without a
 * ticket is known by its row and how often that row stands in the file, within its period.
 */
export function lineKeys(periodId: string): (line: LineFacts) => string {
  const seen = new Map<string, number>();
  const nth = (prefix: string, line: LineFacts): string => {
    // Short: an account may have a million such lines.
    const row = `${line.kind![0]}${line.contentHash}`;
    const count = (seen.get(row) ?? 0) + 1;
    seen.set(row, count);
    return `${prefix}:${periodId}:${line.contentHash}:${count}`;
  };
  return (line) => {
    switch (line.kind) {
      case 'aggregate':
        return `bucket:${part(line.server)}:${part(line.account)}:${line.bucket ?? ''}:${line.symbol !== null ? `symbol=${line.symbol}` : `class=${line.class ?? line.classText ?? ''}`}`;
      case 'adjustment':
        return line.ticket !== null ? `adjustment:${part(line.server)}:${part(line.ticket)}` : nth('adjustment-row', line);
      case 'reversal':
        return nth('reversal', line);
      default:
        return line.ticket !== null ? ticketKey(line.server, line.ticket) : nth('row', line);
    }
  };
}
