import { z } from 'zod';
import { railConditions } from '../../db/stores/railConditions.ts';
import { openPayoutsByRail } from '../../db/stores/railFigures.ts';
import { ALL_RAILS, switches } from '../../db/stores/railSwitch.ts';
import { openCaseCounts } from '../../db/stores/reconciliationCases.ts';
import { newestReconciliations } from '../../db/stores/reconciliations.ts';
import { shownSwitch } from '../changes/payoutChanges.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { RailState, shownReconciliation } from '../schemas/rails.ts';

/** The rails as they stand. */
export function railRoutes(app: Api, { pool, rails, now }: ApiDeps): void {
  app.get('/v1/rails', operation('listRails', {
    tag: 'Payouts', summary: 'Each rail: what it guarantees, whether it is stopped, what stands in its way, its open payouts and its last reconciliation', querystring: z.object(pageQuery), response: { 200: pageOf(RailState) },
  }), async (request) => {
    const [set, conditions, open, newest, cases] = await Promise.all([switches(pool), railConditions(pool), openPayoutsByRail(pool), newestReconciliations(pool), openCaseCounts(pool)]);
    const names = [...new Set([...rails.ids(), ...open.keys()])].sort();
    return readPage(request.query, ({ rail }) => rail, async ({ after, limit }) => names.filter((rail) => after === undefined || rail > after).slice(0, limit).map((rail) => {
      const of = set.filter((one) => one.rail === rail || one.rail === ALL_RAILS);
      const last = newest.get(rail);
      const { byState = {}, unknown = 0, unknownSince = null } = open.get(rail) ?? {};
      return {
        rail, guarantees: mutable(rails.guarantees(rail)), stopped: of.some(({ stopped }) => stopped), switches: of.map(shownSwitch), conditions: conditions.filter((one) => one.rail === rail), openPayouts: byState, unknown, unknownSince,
        oldestUnknownHours: unknownSince === null ? null : Math.max(0, Math.floor((Date.parse(now()) - Date.parse(unknownSince)) / 3_600_000)), reconciliation: last === undefined ? null : shownReconciliation(last), openCases: cases.get(rail) ?? 0,
      };
    }));
  });
}

/** The declaration as an answer of its own. */
const mutable = (guarantees: ReturnType<ApiDeps['rails']['guarantees']>): z.output<typeof RailState>['guarantees'] => (guarantees === null ? null : structuredClone(guarantees) as z.output<typeof RailState>['guarantees']);
