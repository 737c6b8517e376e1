import { changeFaults, type FaultsChange } from '../sandbox/faults.ts';
import { type Answer, refusal } from '../sandbox/http.ts';
import type { Credits } from './credits.ts';
import { ALL_FAULTS, type FaultPlan, type ScriptedFault } from './faults.ts';
import type { Account, BrokerRecord } from './record.ts';

/** What `POST /admin/faults` takes. */
interface FaultsBody extends FaultsChange<ScriptedFault> { slowMs?: number; lateMs?: number; lagMs?: number }

/** Makes the broker misbehave on request; for tests and demos only, reachable on the loopback address alone. */
export function admin(method: string, path: string, raw: Buffer, { faults, credits, record }: { faults: FaultPlan; credits: Credits; record: BrokerRecord }): Answer {
  try {
    const body = raw.length === 0 ? {} : JSON.parse(raw.toString('utf8')) as unknown;
    if (path === '/admin/faults') {
      if (method === 'POST') setFaults(faults, body as FaultsBody);
      return { status: 200, body: { ...faults.settings } };
    }
    if (path === '/admin/accounts' && method === 'POST') {
      const { server, account, currency, state } = body as Account;
      record.append({ type: 'account', server, account, currency, state });
      return { status: 200, body: {} };
    }
    if (path === '/admin/operations') return { status: 200, body: { operations: record.operations } };
    const reversed = /^\/admin\/operations\/([^/]+)\/reverse$/.exec(path)?.[1];
    if (reversed !== undefined && method === 'POST') {
      const operation = credits.reverse(reversed);
      return operation ? { status: 200, body: { ...operation } } : refusal(409, 'NOT_REVERSIBLE', 'there is no such credit, or it was reversed before');
    }
  } catch (error) {
    return refusal(400, 'MALFORMED', error instanceof Error ? error.message : 'the body cannot be read');
  }
  return refusal(404, 'NO_ROUTE', 'there is nothing here');
}

function setFaults({ settings }: FaultPlan, body: FaultsBody): void {
  changeFaults(settings, ALL_FAULTS, body);
  settings.slowMs = body.slowMs ?? settings.slowMs;
  settings.lateMs = body.lateMs ?? settings.lateMs;
  settings.lagMs = body.lagMs ?? settings.lagMs;
}
