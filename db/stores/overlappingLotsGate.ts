import { overlappingLotsNotice } from '../../domain/reports/overlappingLots.ts';
import type { Tx } from '../connection.ts';
import type { Change } from './changes.ts';
import { askAboutLines } from './linesGate.ts';
import { overlappingLots, type Reach } from './overlappingLots.ts';
import type { ReportWork } from './reportWork.ts';

/** Whether a second operator must say that a report's lots are further ones, and not those that stand at another level or in another sum (`askAboutLines`). */
export const askAboutOverlappingLots = async (tx: Tx, report: ReportWork, reach: Reach | null, asOf: string | null): Promise<Change | null> =>
  askAboutLines(tx, report, 'overlapping_lots', await overlappingLots(tx, report, reach), overlappingLotsNotice, asOf);
