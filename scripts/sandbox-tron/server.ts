import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listen, readBody, reply, reset, unreadable } from '../sandbox/http.ts';
import { admin } from './admin.ts';
import { addressHex } from './base58.ts';
import { type Block, Chain } from './chain.ts';
import { faultDrawer, type FaultSettings } from './faults.ts';
import { historyView } from './views.ts';
import { ask } from './wallet.ts';

export interface SandboxTronOptions {
  /** The append-only file with all that ever happened on the chain. */
  record: string;
  /** 0 takes a free port. */
  port?: number;
  host?: string;
  /** The TRC-20 token's address; default one of this sandbox's own. Read from the record where there is one. */
  token?: string;
  /** Sun for a unit of energy. */
  energyPrice?: bigint;
  /** A block every so many milliseconds, at the time it is made; null: only on `POST /admin/mine`. */
  blockMs?: number | null;
  /** What accounts have on a new chain: token units, sun, staked energy by address. */
  accounts?: readonly { address: string; token?: string; trx?: string; energy?: string }[];
  faults?: Partial<FaultSettings>;
}

/** A transfer that the chain executed, by its own record. */
export interface Transfer { id: string; from: string; to: string; amount: string; block: number; solid: boolean }

export interface SandboxTron {
  url: string; port: number; token: string;
  /** What the rail needs to reach it. */
  env: Record<string, string>;
  chain: Chain;
  transfers(): Transfer[];
  stop(): Promise<void>;
}

const DEFAULT_TOKEN = `41${'5a'.repeat(20)}`;

/** Starts the stand-in for a TRON full node. Its record survives kill -9; starting again on the same file goes on where it stopped. */
export async function startSandboxTron(options: SandboxTronOptions): Promise<SandboxTron> {
  const chain = new Chain(options.record, { token: addressHex(options.token ?? DEFAULT_TOKEN) ?? DEFAULT_TOKEN, energyPrice: options.energyPrice ?? 100n, at: Date.now() });
  if (chain.head.number === 0) {
    for (const { address, ...has } of options.accounts ?? []) chain.write({ type: 'give', address: addressHex(address) ?? address, ...has });
    // A chain on which nothing is solidified cannot be referred to.
    for (let made = 0; made < 25; made++) chain.mine(chain.head.at + 1);
  }
  const faults = { seed: 1, rates: {}, script: [], slowMs: 3000, down: false, ...options.faults };
  const draw = faultDrawer(faults);
  const stopping = new AbortController();

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://node');
    const raw = await readBody(request);
    if (url.pathname === '/healthz') return reply(response, 200, { status: 'ok' });
    if (url.pathname.startsWith('/admin/')) return administer(response, url.pathname.slice('/admin/'.length), raw);
    if (faults.down) return reset(request);
    const body = parsed(raw);
    if (body === undefined) return reply(response, 200, { Error: 'class com.alibaba.fastjson.JSONException : syntax error' });
    if (url.pathname === '/wallet/broadcasthex') return broadcast(request, response, typeof body['transaction'] === 'string' ? body['transaction'] : '');
    const fault = draw('question');
    if (fault === 'question_lost') return reset(request);
    if (fault === 'question_error') return reply(response, 503, { Error: 'service unavailable' });
    if (fault === 'question_unreadable') return unreadable(response);
    if (fault === 'question_slow') await delay(faults.slowMs, null, { signal: stopping.signal });
    const history = /^\/v1\/accounts\/(\w+)\/transactions\/trc20$/.exec(url.pathname);
    if (history?.[1] !== undefined) return reply(response, 200, historyView(chain, addressHex(history[1]) ?? '', url.searchParams));
    const named = /^\/(wallet|walletsolidity)\/(\w+)$/.exec(url.pathname);
    const found = named?.[2] === undefined ? undefined : ask(chain, named[1] === 'walletsolidity', named[2], body);
    reply(response, found === undefined ? 404 : 200, found ?? { Error: 'no such call' });
  }

  async function broadcast(request: IncomingMessage, response: ServerResponse, hex: string): Promise<void> {
    const fault = draw('broadcast');
    if (fault === 'lost_before') return reset(request);
    if (fault === 'rate_limited') return reply(response, 429, { Error: 'the request exceeds the rate' });
    if (fault === 'busy') return reply(response, 200, { result: false, code: 'SERVER_BUSY', message: 'Server busy.' });
    if (fault === 'slow') await delay(faults.slowMs, null, { signal: stopping.signal });
    const { verdict, id } = await chain.offer(hex);
    if (fault === 'forgotten' && verdict.code === 'SUCCESS') chain.write({ type: 'forgotten', id });
    if (fault === 'lost_after') return reset(request);
    if (fault === 'unreadable') return unreadable(response);
    reply(response, 200, { result: verdict.code === 'SUCCESS', code: verdict.code, message: verdict.message, transaction: '{}', txid: id });
  }

  function administer(response: ServerResponse, action: string, raw: Buffer): void {
    try {
      const result = action === 'transfers' ? { transfers: transfersOf(chain) } : admin(chain, faults, action, parsed(raw) ?? {});
      reply(response, result === undefined ? 404 : 200, result ?? { error: 'there is nothing here' });
    } catch (error) {
      reply(response, 400, { error: error instanceof Error ? error.message : 'the body cannot be read' });
    }
  }

  const { url, port, close } = await listen(route, { port: options.port, host: options.host, broken: { Error: 'the stand-in failed' } });
  const blocks = options.blockMs == null ? null : setInterval(() => chain.mine(Math.max(Date.now(), chain.head.at + 1)), options.blockMs);
  return {
    url, port, token: chain.token, chain, transfers: () => transfersOf(chain),
    env: { USDT_TRC20_NETWORK: 'private', USDT_TRC20_NODE_URL: url, USDT_TRC20_TOKEN: chain.token, USDT_TRC20_GENESIS: (chain.blocks[0] as Block).id },
    async stop() {
      stopping.abort();
      if (blocks !== null) clearInterval(blocks);
      await close();
      chain.close();
    },
  };
}

function transfersOf(chain: Chain): Transfer[] {
  return chain.blocks.flatMap((block) => block.executed.flatMap(({ id, moved }) => (moved === null ? [] : [{
    id, from: chain.located.get(id)!.transaction.owner, to: moved.to, amount: moved.amount, block: block.number, solid: block.number <= chain.solid.number,
  }])));
}

function parsed(raw: Buffer): Record<string, unknown> | undefined {
  try {
    const body: unknown = raw.length === 0 ? {} : JSON.parse(raw.toString('utf8'));
    return body !== null && typeof body === 'object' ? body as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
