import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, type Answer, bearerCheck, listen, readBody, refusal, reset, unreadable } from '../sandbox/http.ts';
import { admin } from './admin.ts';
import { type Clock, realClock } from './clock.ts';
import { type Credit, Credits, type Taken } from './credits.ts';
import { type BrokerFolders, FileDesk } from './files.ts';
import { type FaultPlan, faultPlan, type FaultSettings } from './faults.ts';
import { page } from './lists.ts';
import { type Account, BrokerRecord, type Operation } from './record.ts';

export interface SandboxBrokerOptions {
  /** 0 takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** The append-only file with everything that was ever booked. */
  record: string;
  /** The bearer token. */
  token: string;
  /** Accounts that nobody set are open, and kept in this currency; null: they do not exist (default USD). */
  anyAccountIn?: string | null;
  accounts?: readonly Account[];
  /** How old the operations' lists are at best (default 0). */
  lagMs?: number;
  faults?: Partial<FaultSettings>;
  clock?: Clock;
  /** Where it works by files; looked at every `filesEveryMs` (0: only by `runFiles`). */
  folders?: BrokerFolders;
  filesEveryMs?: number;
}

export interface SandboxBroker {
  url: string; port: number; faults: FaultPlan; credits: Credits;
  operations(): readonly Operation[];
  setAccount(account: Account): void;
  /** Takes the files that lie there, and leaves results. */
  runFiles(): void;
  stop(): Promise<void>;
}

/** Starts a broker's back office. Its record survives kill -9; starting again on the same file goes on where it stopped. */
export async function startSandboxBroker(options: SandboxBrokerOptions): Promise<SandboxBroker> {
  const clock = options.clock ?? realClock;
  const record = new BrokerRecord(options.record);
  const faults = faultPlan({ seed: 1, rates: {}, script: [], slowMs: 3000, lateMs: 2000, lagMs: 5000, ...options.faults });
  const credits = new Credits(record, faults, clock, options.anyAccountIn === undefined ? 'USD' : options.anyAccountIn);
  for (const account of options.accounts ?? []) record.append({ type: 'account', ...account });
  const desk = options.folders === undefined ? null : new FileDesk(options.folders, credits, record, () => clock.now());
  const runFiles = (): void => desk?.run();
  const shift = desk !== null && (options.filesEveryMs ?? 0) > 0 ? setInterval(runFiles, options.filesEveryMs) : null;
  const bears = bearerCheck(options.token);

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://broker');
    const body = await readBody(request);
    if (url.pathname === '/healthz') return answer(response, { status: 200, body: { status: 'ok' } });
    if (url.pathname.startsWith('/admin/')) return answer(response, admin(request.method ?? 'GET', url.pathname, body, { faults, credits, record }));
    if (!bears(request)) return answer(response, refusal(401, 'UNAUTHORIZED', 'the bearer token is wrong'));
    if (url.pathname === '/credits' && request.method === 'POST') return send(request, response, body);
    const account = /^\/accounts\/([^/]+)\/([^/]+)\/operations$/.exec(url.pathname);
    if (account?.[1] !== undefined && account[2] !== undefined) {
      const [server, number] = [decodeURIComponent(account[1]), decodeURIComponent(account[2])];
      return list(request, response, url.searchParams, 'account', (operation) => operation.server === server && operation.account === number);
    }
    if (url.pathname === '/operations') return list(request, response, url.searchParams, 'all', () => true);
    answer(response, refusal(404, 'NO_ROUTE', 'there is nothing here'));
  }

  function send(request: IncomingMessage, response: ServerResponse, raw: Buffer): void {
    const credit = readCredit(raw);
    if ('status' in credit) return answer(response, credit);
    const fault = faults.draw('send', credit.reference);
    const { slowMs } = faults.settings;
    const take = (): Answer => shown(credits.take(credit), credit);
    switch (fault) {
      case 'lost_before': return reset(request);
      case 'error_before': return answer(response, refusal(500, 'INTERNAL', 'something broke'));
      case 'rate_limited': return answer(response, { ...refusal(429, 'RATE_LIMITED', 'too many requests; this one was not considered'), headers: { 'retry-after': '1' } });
      case 'late_arrival': credits.later(slowMs, take); return reset(request);
      case 'slow_before': return credits.later(slowMs, () => answer(response, take()));
      case 'slow_after': { const taken = take(); return credits.later(slowMs, () => answer(response, taken)); }
      case 'lost_after': take(); return reset(request);
      case 'error_after': take(); return answer(response, refusal(500, 'INTERNAL', 'something broke'));
      case 'unreadable': take(); return unreadable(response);
      default: answer(response, take());
    }
  }

  function list(request: IncomingMessage, response: ServerResponse, query: URLSearchParams, of: 'account' | 'all', mine: (operation: Operation) => boolean): void {
    const fault = faults.draw('list', of);
    if (fault === 'list_lost') return reset(request);
    if (fault === 'list_error') return answer(response, refusal(502, 'BAD_GATEWAY', 'try again'));
    if (fault === 'list_rate_limited') return answer(response, { ...refusal(429, 'RATE_LIMITED', 'too many requests'), headers: { 'retry-after': '1' } });
    if (fault === 'list_unreadable') return unreadable(response);
    const lag = Math.max(options.lagMs ?? 0, fault === 'list_lags' ? faults.settings.lagMs : 0);
    const give = (): void => answer(response, page(record, query, clock.now() - lag, mine));
    if (fault === 'list_slow') return credits.later(faults.settings.slowMs, give);
    give();
  }

  const { url, port, close } = await listen(route, { port: options.port, host: options.host, broken: refusal(500, 'INTERNAL', 'the sandbox broker failed').body });
  credits.resume();
  return {
    url, port, faults, credits, runFiles, operations: () => record.operations, setAccount: (account) => record.append({ type: 'account', ...account }),
    async stop() {
      if (shift !== null) clearInterval(shift);
      credits.stop();
      await close();
      record.close();
    },
  };
}

function readCredit(raw: Buffer): Credit | Answer {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(raw.toString('utf8')) as Record<string, unknown>;
  } catch {
    return refusal(400, 'MALFORMED', 'the body is not JSON');
  }
  const { reference, server, account, amount, currency } = body;
  if (typeof reference !== 'string' || typeof server !== 'string' || typeof account !== 'string' || typeof amount !== 'string' || typeof currency !== 'string') {
    return refusal(400, 'MALFORMED', 'reference, server, account, amount and currency must be texts');
  }
  return { reference, server, account, amount, currency };
}

function shown(taken: Taken, { reference }: Credit): Answer {
  switch (taken.kind) {
    case 'executed': return { status: 201, body: { status: 'executed', reference, operationId: taken.operation.operationId, at: taken.operation.at } };
    case 'accepted': return { status: 202, body: { status: 'accepted', reference } };
    case 'refused': return refusal(422, taken.code, taken.reason, { reference });
    case 'not_considered': return refusal(409, taken.code, taken.reason, { reference });
  }
}
