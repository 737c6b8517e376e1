import { movedTicketsNotice } from '../../domain/reports/movedTickets.ts';
import type { Tx } from '../connection.ts';
import type { Change } from './changes.ts';
import { askAboutLines } from './linesGate.ts';
import { movedTickets } from './movedTickets.ts';
import type { ReportWork } from './reportWork.ts';

/** Whether a second operator must say that a report may take over tickets of another period that close outside its own (`askAboutLines`). */
export const askAboutMovedTickets = async (tx: Tx, report: ReportWork, asOf: string | null): Promise<Change | null> =>
  askAboutLines(tx, report, 'moved_tickets', await movedTickets(tx, report), movedTicketsNotice, asOf);
