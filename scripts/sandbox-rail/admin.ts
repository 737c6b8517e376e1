import { changeFaults, type FaultsChange } from '../sandbox/faults.ts';
import { type Answer, refusal } from '../sandbox/http.ts';
import { ALL_FAULTS, type FaultPlan, type ScriptedFault } from './faults.ts';
import type { Payments } from './payments.ts';
import type { RailRecord } from './record.ts';
import type { WebhookSender } from './webhooks.ts';

export interface AdminOf { faults: FaultPlan; payments: Payments; webhooks: WebhookSender; record: RailRecord }

/** What `POST /admin/faults` takes. */
export interface FaultsBody extends FaultsChange<ScriptedFault> { slowMs?: number; lateMs?: number; returnMs?: number }

/** Makes the rail misbehave on request; for tests and demos only, reachable on the loopback address alone. */
export function admin(method: string, path: string, raw: Buffer, { faults, payments, webhooks, record }: AdminOf): Answer {
  let body: Record<string, unknown>;
  try {
    body = raw.length === 0 ? {} : JSON.parse(raw.toString('utf8')) as Record<string, unknown>;
    if (path === '/admin/faults' && method === 'POST') setFaults(faults, body as FaultsBody);
  } catch (error) {
    return refusal(400, 'MALFORMED', error instanceof Error ? error.message : 'the body cannot be read');
  }
  if (path === '/admin/faults') return { status: 200, body: { ...faults.settings } };
  const action = /^\/admin\/payments\/([^/]+)\/(return|execute)$/.exec(path);
  if (method === 'POST' && action?.[1] !== undefined) {
    const reference = action[1];
    if (action[2] === 'return') return payments.returnPayment(reference, text(body['code']) ?? 'AC04', text(body['reason']) ?? 'the account is closed', text(body['amount']));
    const payment = record.byReference.get(reference);
    if (!payment) return refusal(404, 'NOT_FOUND', 'no such payment');
    payments.execute(payment);
    return { status: 200, body: {} };
  }
  if (path === '/admin/webhooks/forge' && method === 'POST') {
    webhooks.forge({ type: 'payment.executed', timestamp: new Date().toISOString(), data: { reference: text(body['reference']) ?? 'sbx_forged', key: text(body['key']) ?? 'att_forged', payoutId: text(body['payoutId']) ?? 'pay_forged' } });
    return { status: 202, body: {} };
  }
  return refusal(404, 'NO_ROUTE', 'there is nothing here');
}

function setFaults({ settings }: FaultPlan, body: FaultsBody): void {
  changeFaults(settings, ALL_FAULTS, body);
  settings.slowMs = body.slowMs ?? settings.slowMs;
  settings.lateMs = body.lateMs ?? settings.lateMs;
  settings.returnMs = body.returnMs ?? settings.returnMs;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
