import type { ReportLine } from './line.ts';

/** A line that could be paid and is known by its row within its period only: nothing but the period tells it from another of the same content. */
export const isTicketless = ({ ticket, malformed, kind }: Pick<ReportLine, 'ticket' | 'malformed' | 'kind'>): boolean => ticket === null && malformed === null && (kind === 'trade' || kind === 'adjustment');
