import { preview } from '../../../../activities/reports/preview/preview.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { addPreview, getPreview } from '../../../../db/stores/reportPreviews.ts';
import type { PreviewResult } from '../../../../domain/reports/preview/result.ts';
import type { BrokerProfile } from '../../../../domain/reports/profile.ts';
import { bytesOf, type Desk } from '../intake/desk.ts';
import { profile as usual } from '../intake/rows.ts';

export const NOW = '2026-11-23T12:00:00.000Z';
export interface Look { file: string | Buffer; week?: { from: string; to: string }; profile?: BrokerProfile; name?: string; mostLines?: number }

/** Looks at a sample as the worker does. */
export async function look(desk: Pick<Desk, 'pool' | 'broker'>, { file, week, profile = usual, name = 'sample.csv', mostLines }: Look): Promise<PreviewResult> {
  const [from, to] = [week?.from, week?.to].map((at) => (at === undefined ? null : new Date(at).toISOString())) as [string | null, string | null];
  const { id } = await withTransaction(desk.pool, (tx) => addPreview(tx, {
    kind: 'preview', brokerId: desk.broker, profileId: null, profile, from, to, fileName: name, madeBy: 'test', madeAt: NOW, expiresAt: NOW,
  }, bytesOf(file as string)));
  return preview(desk.pool, await getPreview(desk.pool, id), NOW, mostLines);
}
