import type { Pool } from 'pg';
import type { ReportPreview } from '../../../db/stores/reportPreviews.ts';

export async function suggest(_pool: Pool, _sample: ReportPreview): Promise<object> {
  return {};
}
