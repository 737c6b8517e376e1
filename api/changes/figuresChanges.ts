import { z } from 'zod';
import { getFigures, reportFigures } from '../../db/stores/dashboardFigures.ts';
import { reportArrived } from '../workflowCalls.ts';
import type { Applier } from './applier.ts';

/** What is confirmed is the very text that was typed, by its hash; its rows and the picture are looked at by their links. */
const Figures = z.strictObject({ brokerId: z.string(), from: z.string(), to: z.string(), lines: z.int(), lots: z.string(), sha256: z.string(), screenshotSha256: z.string() });
type Reported = Awaited<ReturnType<typeof reportFigures>>;

/** Figures that an operator read off a broker's dashboard become a report when another one has compared them with the picture (product.md "Data source"). The subject is the figures. */
export const DASHBOARD_FIGURES = {
  kind: 'dashboard_figures', payload: Figures,
  async before(tx, _payload, { subject }) {
    const { reportId } = await getFigures(tx, subject.id);
    return reportId === null ? null : { reportId };
  },
  apply: (tx, _payload, { subject, at }) => reportFigures(tx, subject.id, at),
  afterCommit: (deps, reported) => reportArrived(deps.client, reported),
} satisfies Applier<z.output<typeof Figures>, Reported>;
