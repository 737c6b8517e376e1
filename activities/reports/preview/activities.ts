import type { Pool } from 'pg';
import { finishPreview, getPreview } from '../../../db/stores/reportPreviews.ts';
import { alive } from '../../alive.ts';
import { refusing } from '../../failure.ts';
import { preview } from './preview.ts';
import { suggest } from './suggest.ts';

/** The side effects of `reportPreview`. */
export function createPreviewActivities({ pool }: { pool: Pool }) {
  // A sample is held in memory beside reports that are worked on: a worker looks at one at a time.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    /** Looks at a sample and keeps what was found; one that was forgotten meanwhile is left alone. `asOf`: ISO instant. */
    examineSample: (input: { previewId: string; asOf: string }): Promise<void> => refusing(() => alive(() => inTurn(async () => {
      const sample = await getPreview(pool, input.previewId);
      if (sample.state !== 'waiting') return;
      const result = sample.kind === 'preview' ? await preview(pool, sample, input.asOf) : await suggest(pool, sample);
      await finishPreview(pool, sample.id, { result }, input.asOf);
    }))),
    /** Nothing could be found out; the sample and why stay to be looked at. */
    giveUpSample: (input: { previewId: string; asOf: string; message: string }): Promise<void> => refusing(async () => {
      await finishPreview(pool, input.previewId, { problem: { code: 'PREVIEW_FAILED', message: input.message } }, input.asOf);
    }),
  };
}
