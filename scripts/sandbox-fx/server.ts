import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { bearerCheck, listen, readBody, reply, reset, unreadable } from '../sandbox/http.ts';
import { openRecord } from '../sandbox/record.ts';

export interface GivenQuote { id: string; from: 'USD'; to: string; rate: string; source: string; validUntil: string }

/** `stale`: a quote that has run out; `lying`: one of another currency; `unreadable`: no JSON; `lost`: the connection is reset; `slow`: after `slowMs`. */
export type FxFault = 'stale' | 'lying' | 'unreadable' | 'lost' | 'slow' | 'error';

export interface SandboxFxOptions {
  /** The append-only file with every quote that was ever given. */
  record: string;
  secret: string;
  port?: number;
  host?: string;
  /** Units for 1 USD by currency. */
  rates?: Record<string, string>;
  /** How long a quote holds (default ten minutes). */
  validSeconds?: number;
}

export interface SandboxFx { url: string; port: number; env: Record<string, string>; quotes(): readonly GivenQuote[]; stop(): Promise<void> }

export const DEFAULT_RATES: Readonly<Record<string, string>> = { EUR: '0.9214', GBP: '0.7869', JPY: '149.37', BHD: '0.376', CHF: '0.8812' };

const Admin = z.object({
  rates: z.record(z.string().regex(/^[A-Z]{3,5}$/), z.string().regex(/^\d+(\.\d+)?$/).nullable()).default({}),
  validSeconds: z.int().positive().optional(),
  /** Met by the next requests, in this order. */
  script: z.array(z.enum(['stale', 'lying', 'unreadable', 'lost', 'slow', 'error'])).default([]),
  slowMs: z.int().optional(), down: z.boolean().optional(),
});
export type FxAdmin = z.input<typeof Admin>;

/** A payment processor's rate service: quotes what it is told, by `POST /admin` ({ rates, validSeconds, script, slowMs, down }), and keeps what it quoted. */
export async function startSandboxFx(options: SandboxFxOptions): Promise<SandboxFx> {
  const { lines: quotes, file } = openRecord<GivenQuote>(options.record);
  const rates = new Map(Object.entries(options.rates ?? DEFAULT_RATES));
  const state = { validSeconds: options.validSeconds ?? 600, slowMs: 3000, down: false, script: [] as FxFault[] };
  const bears = bearerCheck(options.secret);
  const stopping = new AbortController();

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fx');
    if (url.pathname === '/healthz') return reply(response, 200, { status: 'ok' });
    if (url.pathname === '/admin') return administer(response, (await readBody(request)).toString('utf8'));
    if (state.down) return reset(request);
    if (!bears(request)) return reply(response, 401, { error: { code: 'UNAUTHORIZED' } });
    if (url.pathname !== '/quotes') return reply(response, 404, { error: { code: 'NO_ROUTE' } });
    const to = url.searchParams.get('to') ?? '';
    const rate = rates.get(to);
    if (url.searchParams.get('from') !== 'USD' || rate === undefined) return reply(response, 404, { error: { code: 'CURRENCY_UNKNOWN' } });
    const fault = state.script.shift();
    if (fault === 'lost') return reset(request);
    if (fault === 'error') return reply(response, 503, { error: { code: 'UNAVAILABLE' } });
    if (fault === 'unreadable') return unreadable(response);
    if (fault === 'slow') await delay(state.slowMs, null, { signal: stopping.signal });
    const validUntil = new Date(Date.now() + (fault === 'stale' ? -1000 : state.validSeconds * 1000)).toISOString();
    const quote: GivenQuote = { id: `fxq_${String(quotes.length + 1).padStart(6, '0')}`, from: 'USD', to: fault === 'lying' ? 'XXX' : to, rate, source: 'sandbox processor', validUntil };
    file.append(quote);
    quotes.push(quote);
    reply(response, 200, { ...quote });
  }

  function administer(response: ServerResponse, raw: string): void {
    const body = Admin.safeParse(raw === '' ? {} : JSON.parse(raw));
    if (!body.success) return reply(response, 400, { error: { code: 'MALFORMED', reason: body.error.message } });
    for (const [currency, rate] of Object.entries(body.data.rates)) {
      if (rate === null) rates.delete(currency);
      else rates.set(currency, rate);
    }
    state.validSeconds = body.data.validSeconds ?? state.validSeconds;
    state.slowMs = body.data.slowMs ?? state.slowMs;
    state.down = body.data.down ?? state.down;
    state.script.push(...body.data.script);
    reply(response, 200, { rates: Object.fromEntries(rates), validSeconds: state.validSeconds });
  }

  const { url, port, close } = await listen(route, { port: options.port, host: options.host, broken: { error: { code: 'INTERNAL' } } });
  return {
    url, port, quotes: () => quotes, env: { FX_RATES_URL: url, FX_RATES_SECRET: options.secret },
    async stop() {
      stopping.abort();
      await close();
      file.close();
    },
  };
}
