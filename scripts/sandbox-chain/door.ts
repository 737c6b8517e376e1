import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, listen, readBody, reply } from '../sandbox/http.ts';
import { seeded } from '../sandbox/random.ts';
import { type ChainFaults, drawChainFault, setFaults } from './faults.ts';
import type { TransactionJournal } from './journal.ts';
import { rpc } from './rpc.ts';

interface Request { id?: unknown; method?: string; params?: unknown[] }

/** What a stale copy answers with nothing. */
const FINDS = new Set(['eth_getTransactionReceipt', 'eth_getTransactionByHash']);

/**
 * The chain's address for everyone: JSON-RPC is handed on to anvil, signed transactions are on disk before; faults are drawn here and set by `POST /admin/faults`.
 * Listens on the loopback address alone.
 */
export async function openDoor(options: { port: number; upstream: () => string; journal: TransactionJournal; faults: ChainFaults; seed: number }): Promise<Listening> {
  const { upstream, journal, faults } = options;
  const random = seeded(options.seed);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = (await readBody(request)).toString('utf8');
    if (request.url === '/admin/faults') {
      if (request.method === 'POST') setFaults(faults, JSON.parse(raw) as Partial<ChainFaults>);
      return reply(response, 200, faults);
    }
    const call = JSON.parse(raw) as Request;
    const sends = call.method === 'eth_sendRawTransaction';
    const fault = faults.down ? 'reset_before' : drawChainFault(faults, sends ? ['send'] : FINDS.has(call.method ?? '') ? ['read', 'find'] : ['read'], random);
    if (fault === 'reset_before' || fault === 'read_reset') return void request.socket.destroy();
    if (fault === 'error_before' || fault === 'read_error') return reply(response, 503, { error: 'unavailable' });
    if (fault === 'stale') return reply(response, 200, { jsonrpc: '2.0', id: call.id ?? null, result: null });
    if (sends) journal.add(String(call.params?.[0]));
    const upstreamAnswer = await fetch(upstream(), { method: 'POST', headers: { 'content-type': 'application/json' }, body: raw });
    const text = await upstreamAnswer.text();
    if (fault === 'dropped') await rpc(upstream(), 'anvil_dropTransaction', (JSON.parse(text) as { result?: string }).result).catch(() => {});
    if (fault === 'reset_after') return void request.socket.destroy();
    if (fault === 'error_after') return reply(response, 503, { error: 'unavailable' });
    response.writeHead(upstreamAnswer.status, { 'content-type': 'application/json' }).end(text);
  };
  return listen(answer, { port: options.port, broken: null });
}
