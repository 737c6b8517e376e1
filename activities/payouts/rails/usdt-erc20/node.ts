import { z } from 'zod';
import { call } from '../sandbox-http.ts';

/**
 * Why a node's answer cannot be used. `not_sent`: the connection was refused, so that no byte can have reached it; `no_answer`: it may have; `refused`: it answered with an error.
 * Says nothing of what was sent, and never repeats the node's words or its address (which may hold a provider's key).
 */
export class NodeFault extends Error {
  readonly kind: 'not_sent' | 'no_answer' | 'refused';
  constructor(kind: NodeFault['kind'], method: string, detail: string) {
    super(`${method}: ${detail}`);
    this.kind = kind;
  }
}

/** An Ethereum node's JSON-RPC, one request a call, no retries; answers are read strictly. Throws `NodeFault`. */
export interface EthereumNode {
  ask<T>(read: z.ZodType<T>, signal: AbortSignal, method: string, ...params: unknown[]): Promise<T>;
}

const envelope = z.union([z.object({ result: z.unknown() }).refine((answer) => 'result' in answer && answer.result !== undefined), z.object({ error: z.object({ code: z.int() }) })]);

export function ethereumNode(url: string, timeoutMs: number): EthereumNode {
  return {
    async ask(read, signal, method, ...params) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
      const answer = await call(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }, timeoutMs, signal);
      if (answer.kind === 'none') throw new NodeFault(answer.notSent ? 'not_sent' : 'no_answer', method, answer.detail);
      const json = envelope.safeParse(answer.json);
      if (answer.status === 200 && json.success && 'error' in json.data) throw new NodeFault('refused', method, `the node answers with error ${json.data.error.code}`);
      if (answer.status !== 200 || !json.success || !('result' in json.data)) throw new NodeFault('no_answer', method, `the node answered ${answer.status} with something unreadable`);
      const result = read.safeParse(json.data.result);
      if (!result.success) throw new NodeFault('no_answer', method, 'the node answered with something unreadable');
      return result.data;
    },
  };
}

/** What went wrong in words that are safe to keep. */
export function faultDetail(error: unknown): string {
  return error instanceof NodeFault ? error.message : `the node's answer could not be used (${error instanceof Error ? error.name : 'unknown error'})`;
}
