import { createHash } from 'node:crypto';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { DASHBOARD_PROFILE } from '../../domain/reports/dashboardFigures.ts';
import type { FileProfile } from '../../domain/reports/profile.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { Page } from './page.ts';
import { addProfile, listProfiles } from './profiles.ts';
import { receiveReport, type ReceivedReport } from './reports.ts';

export type ScreenshotType = 'image/png' | 'image/jpeg' | 'application/pdf';

/** Figures read off a broker's dashboard; `reportId` once a second operator has confirmed them. Lots as typed. */
export interface DashboardFigures {
  id: string; brokerId: string; from: string; to: string; file: string; sha256: string; profile: FileProfile; lines: number; lots: string;
  screenshotType: ScreenshotType; screenshotSha256: string; note: string | null; typedBy: string; typedAt: string; reportId: string | null;
}
export type NewFigures = Pick<DashboardFigures, 'brokerId' | 'from' | 'to' | 'file' | 'profile' | 'lines' | 'lots' | 'screenshotType' | 'note' | 'typedBy' | 'typedAt'> & { screenshot: Buffer };

type Row = Omit<DashboardFigures, 'from' | 'to' | 'typedAt'> & { from: Date; to: Date; typedAt: Date };
const SELECT = `SELECT f.id, f.broker_id AS "brokerId", f.period_from AS "from", f.period_to AS "to", f.file, f.sha256, f.profile, f.row_count AS lines, trim_scale(f.lots)::text AS lots,
    f.screenshot_type AS "screenshotType", f.screenshot_sha256 AS "screenshotSha256", f.note, f.typed_by AS "typedBy", f.typed_at AS "typedAt",
    (SELECT r.id FROM report r WHERE r.origin = 'dashboard' AND r.facts->>'figuresId' = f.id) AS "reportId"
  FROM dashboard_figures f`;
const shown = (row: Row): DashboardFigures => ({ ...row, from: row.from.toISOString(), to: row.to.toISOString(), typedAt: row.typedAt.toISOString() });
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Keeps what was typed, with its picture. */
export async function addFigures(tx: Tx, figures: NewFigures): Promise<DashboardFigures> {
  const id = newId('figures');
  await tx.client.query(
    `INSERT INTO dashboard_figures (id, broker_id, period_from, period_to, file, sha256, profile, row_count, lots, screenshot, screenshot_type, screenshot_sha256, note, typed_by, typed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [id, figures.brokerId, figures.from, figures.to, figures.file, sha256(figures.file), figures.profile, figures.lines, figures.lots, figures.screenshot, figures.screenshotType, sha256(figures.screenshot), figures.note, figures.typedBy, figures.typedAt]);
  return getFigures(tx, id);
}

/** Throws FIGURES_UNKNOWN (404). */
export async function getFigures(source: SqlSource, id: string): Promise<DashboardFigures> {
  const { rows: [row] } = await sqlOf(source).query<Row>(`${SELECT} WHERE f.id = $1`, [id]);
  if (row === undefined) throw new Problem('FIGURES_UNKNOWN', `There are no dashboard figures "${id}".`, { status: 404 });
  return shown(row);
}

/** The picture, byte for byte. Throws FIGURES_UNKNOWN (404). */
export async function getScreenshot(source: SqlSource, id: string): Promise<{ bytes: Buffer; type: ScreenshotType }> {
  const { rows: [row] } = await sqlOf(source).query<{ bytes: Buffer; type: ScreenshotType }>('SELECT screenshot AS bytes, screenshot_type AS type FROM dashboard_figures WHERE id = $1', [id]);
  if (row === undefined) throw new Problem('FIGURES_UNKNOWN', `There are no dashboard figures "${id}".`, { status: 404 });
  return row;
}

/** Newest first, after the id `after`. */
export async function listFigures(source: SqlSource, filter: { brokerId?: string | undefined }, page: Page): Promise<DashboardFigures[]> {
  const { rows } = await sqlOf(source).query<Row>(`${SELECT} WHERE ($1::text IS NULL OR f.broker_id = $1) AND ($2::text IS NULL OR f.id < $2) ORDER BY f.id DESC LIMIT $3`, [filter.brokerId ?? null, page.after ?? null, page.limit]);
  return rows.map(shown);
}

/** Confirmed figures become a report of their period, once. `at`: ISO instant. Throws FIGURES_UNKNOWN, FIGURES_REPORTED (409). */
export async function reportFigures(tx: Tx, id: string, at: string): Promise<ReceivedReport & { brokerId: string; from: string; to: string }> {
  const { brokerId, from, to, file, profile, typedBy, screenshotSha256, reportId } = await getFigures(tx, id);
  if (reportId !== null) throw new Problem('FIGURES_REPORTED', `The figures ${id} have become the report ${reportId} already.`, { status: 409, facts: { reportId } });
  // The report is read by the newest version of its name, which has to be this one: of two confirmations the later one waits.
  await tx.client.query("SELECT pg_advisory_xact_lock(hashtextextended('dashboard-profile:' || $1, 0))", [brokerId]);
  const newest = (await listProfiles(tx.db, brokerId)).find((version) => version.name === DASHBOARD_PROFILE);
  const same = newest !== undefined && (await tx.client.query('SELECT WHERE $1::jsonb = $2::jsonb', [JSON.stringify(newest.profile), JSON.stringify(profile)])).rowCount === 1;
  if (!same) await addProfile(tx.db, brokerId, profile, DASHBOARD_PROFILE);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(file);
  }
  const received = await receiveReport(tx, {
    brokerId, from, to, fileName: `dashboard-${id}.json`, declaredVersion: null, receivedBy: typedBy, at, origin: 'dashboard', facts: { figuresId: id, screenshotSha256 }, profileName: DASHBOARD_PROFILE,
  }, bytes());
  return { ...received, brokerId, from, to };
}
