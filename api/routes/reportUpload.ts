import { receiveReport } from '../../db/stores/reports.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { ReceivedReport, UploadQuery } from '../schemas/reports.ts';
import { sha256Of, uploadedFile } from '../uploadedFile.ts';
import { streamedRoutes } from '../streamedRoutes.ts';
import { reportArrived } from '../workflowCalls.ts';

/** Report files come in as they are: nothing is parsed, they are streamed into the database. */
export async function reportUploadRoute(app: Api, deps: ApiDeps): Promise<void> {
  await streamedRoutes(app, (scope) => {
    scope.post('/v1/reports', operation('uploadReport', {
      tag: 'Reports', summary: "Hand in a broker's report", consumes: ['multipart/form-data', 'application/octet-stream', 'text/csv', 'application/json'],
      description: 'As a form (fields first, the file last) or as the raw body. It is kept byte for byte with its SHA-256; the same file again changes nothing, another file for the same period is its next version.',
      querystring: UploadQuery, response: { 201: ReceivedReport },
    }), async (request, reply) => {
      const { fields, bytes, discard } = await uploadedFile(request, deps.config.reportLimit);
      const { brokerId, from, to, fileName, version = null, profileName } = fields;
      const told = (sha256: string) => [brokerId, from, to, version ?? '', ...(profileName === undefined ? [] : [profileName]), sha256].join(' ');
      return once(deps, request, reply, {
        status: 201,
        effect: async (tx) => {
          const { reportId, periodId, size, sha256 } = await receiveReport(tx, { brokerId, from, to, fileName, declaredVersion: version, receivedBy: callerOf(request).actor.principalId, at: deps.now(), ...(profileName === undefined ? {} : { profileName }) }, bytes);
          return { reportId, periodId, brokerId, from, to, version, fileName, size, sha256, workflowId: workflowIds.reportPeriod(brokerId, from, to) };
        },
        afterCommit: (received) => reportArrived(deps.client, received),
        content: { after: (received) => told(received.sha256), read: async () => told(await sha256Of(bytes)) },
      }).catch((error: unknown) => {
        discard();
        throw error;
      });
    });
  });
}
