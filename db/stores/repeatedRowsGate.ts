import { repeatedRowsNotice } from '../../domain/reports/repeatedRows.ts';
import type { Tx } from '../connection.ts';
import type { Change } from './changes.ts';
import { askAboutLines } from './linesGate.ts';
import { repeatedRows } from './repeatedRows.ts';
import type { ReportWork } from './reportWork.ts';

/** Whether a second operator must say that lines without a ticket are further ones, and not those of another period handed in again (`askAboutLines`). */
export const askAboutRepeatedRows = async (tx: Tx, report: ReportWork, asOf: string | null): Promise<Change | null> =>
  askAboutLines(tx, report, 'repeated_rows', await repeatedRows(tx, report), repeatedRowsNotice, asOf);
