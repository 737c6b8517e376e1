import { mayStillArrive } from '../../db/stores/mayStillArrive.ts';
import { setSwitch } from '../../db/stores/railSwitch.ts';
import { Problem } from '../../domain/problem.ts';
import { PAYOUTS_RESUME, scopeOf, shownSwitch } from '../changes/payoutChanges.ts';
import { submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { Change } from '../schemas/changes.ts';
import { RailParams, RailStopped, RailSwitch, SwitchReason } from '../schemas/rails.ts';

/** The kill switch: one operator stops payouts at once, two let them go on. */
export function railSwitchRoutes(app: Api, deps: ApiDeps): void {
  const tag = 'Payouts';
  const demandKnown = (rail: string): void => {
    if (rail !== 'all' && deps.rails.guarantees(rail) === null) throw new Problem('RAIL_UNKNOWN', `No rail "${rail}" is configured; known are ${[...deps.rails.ids(), 'all'].join(', ')}.`, { status: 404 });
  };

  app.post('/v1/rails/:rail/stop', operation('stopRail', {
    tag, summary: 'Stop all payouts by a rail, or by all, at once', params: RailParams, body: SwitchReason, response: { 200: RailStopped },
    description: 'No send begins any more once this is answered: each looks at it right before its bytes leave, each file right before it gets its name. What had passed that look may still arrive: `mayStillArrive` counts it. What was sent is still looked up and posted. One operator may do it; letting payouts go on needs two.',
  }), (request, reply) => {
    const { rail } = request.params;
    demandKnown(rail);
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const set = { rail: scopeOf(rail), stopped: true, reason: request.body.reason, by: callerOf(request).actor.principalId, at: deps.now() };
        const { before } = await setSwitch(tx, set);
        Object.assign(audit, { subject: { type: 'rail', id: rail }, before: before ?? undefined });
        return { ...shownSwitch(set), mayStillArrive: await mayStillArrive(tx, set.rail, set.at) };
      },
    });
  });
  app.post('/v1/rails/:rail/resume', operation('resumeRail', {
    tag, summary: 'Let payouts by a rail, or by all, go on', params: RailParams, body: SwitchReason, response: { 200: RailSwitch, 202: Change },
    description: 'A second operator agrees. Every payout goes on where it was. A rail that is stopped by itself stays so when all are let go on, and the other way round.',
  }), (request, reply) => {
    const { rail } = request.params;
    demandKnown(rail);
    return submitOnce(deps, request, reply, 200, PAYOUTS_RESUME, { subject: { type: 'rail', id: rail }, payload: { reason: request.body.reason, by: callerOf(request).actor.principalId } });
  });
}
