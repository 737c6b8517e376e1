import { z } from 'zod';
import { rereadReport } from '../../db/stores/reportRereads.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn, idOut, Instant } from '../schemas/common.ts';
import { reportArrived } from '../workflowCalls.ts';

const NewReread = z.object({ profileId: idIn('prf').optional().meta({ description: 'Default: the newest version of the name by which it was read.' }) });
const Reread = z.object({
  reportId: idOut('rpt'), rereads: idOut('rpt'), profileId: idOut('prf'), brokerId: z.string(), periodId: idOut('per'), from: Instant, to: Instant, workflowId: z.string().meta({ description: 'In the Temporal UI.' }),
}).meta({ id: 'ReportReread' });

/** Reading a kept file again by a newer profile version. */
export function reportRereadRoutes(app: Api, deps: ApiDeps): void {
  app.post('/v1/reports/:reportId/reread', operation('rereadReport', {
    tag: 'Reports', summary: 'Read its kept file again by a newer profile version',
    description: 'It becomes the next version of its period: only the difference is posted, as new entries, and what the earlier reading gave and this one does not is taken back. For a refused report, or the one that its period stands on.',
    params: z.object({ reportId: idIn('rpt') }), body: NewReread.nullable(), response: { 201: Reread },
  }), (request, reply) => once(deps, request, reply, {
    status: 201,
    effect: async (tx) => {
      const reread = await rereadReport(tx, { reportId: request.params.reportId, profileId: request.body?.profileId ?? null, by: callerOf(request).actor.principalId, at: deps.now() });
      return { ...reread, workflowId: workflowIds.reportPeriod(reread.brokerId, reread.from, reread.to) };
    },
    afterCommit: (reread) => reportArrived(deps.client, reread),
  }));
}
