import { z } from 'zod';
import { type Answer, call } from '../sandbox-http.ts';

/** What the node said, or that it said nothing usable. `refused`: no byte reached it, or a gateway did not consider the request. */
export type Said<T> = { kind: 'said'; value: T } | { kind: 'silent'; refused: boolean; detail: string };

const id = z.string().regex(/^[0-9a-f]{64}$/);
/** java-tron leaves out what is zero. */
const count = z.int().nonnegative().default(0);
const Block = z.object({ blockID: id, block_header: z.object({ raw_data: z.object({ number: count, timestamp: count }) }) })
  .transform(({ blockID, block_header: { raw_data } }) => ({ id: blockID, number: raw_data.number, at: raw_data.timestamp }));
const Nothing = z.strictObject({}).transform(() => null);
const Info = z.object({
  id, fee: count, blockNumber: z.int().positive(), blockTimeStamp: z.int().positive(), contract_address: z.string().optional(),
  receipt: z.object({ result: z.string().optional() }), result: z.string().optional(), resMessage: z.string().optional(),
  log: z.array(z.object({ address: z.string(), topics: z.array(z.string()), data: z.string().default('') })).default([]),
});
const Transaction = z.object({ txID: id });
const Broadcast = z.object({ result: z.boolean().default(false), code: z.string().default('SUCCESS'), message: z.string().default(''), txid: z.string().optional() });
const Account = z.object({ balance: count });
const Resources = z.object({ EnergyLimit: count, EnergyUsed: count });
const Parameters = z.object({ chainParameter: z.array(z.object({ key: z.string(), value: z.int().optional() })) });
const Constant = z.object({ result: z.object({ result: z.boolean().optional() }), constant_result: z.array(z.string()).optional() });
const History = z.object({
  success: z.literal(true), meta: z.object({ fingerprint: z.string().optional() }),
  data: z.array(z.object({ transaction_id: id, block_timestamp: z.int(), from: z.string(), to: z.string(), type: z.string(), value: z.string().regex(/^\d+$/), token_info: z.object({ address: z.string() }) })),
});

export type TronBlock = z.infer<typeof Block>;
export type TransactionInfo = z.infer<typeof Info>;
export type HistoryPage = z.infer<typeof History>;

export interface TronNode {
  head(signal: AbortSignal): Promise<Said<TronBlock>>;
  solid(signal: AbortSignal): Promise<Said<TronBlock>>;
  /** Null: the node has no such block. */
  block(number: number, signal: AbortSignal): Promise<Said<TronBlock | null>>;
  /** What came of a transaction in a solidified block; null: there is none. */
  solidInfo(txId: string, signal: AbortSignal): Promise<Said<TransactionInfo | null>>;
  /** Whether the node knows it in a block or waiting for one. */
  seen(txId: string, signal: AbortSignal): Promise<Said<boolean>>;
  broadcast(bytes: Buffer, signal: AbortSignal): Promise<Said<{ taken: boolean; code: string; message: string }>>;
  /** Sun and energy that an account (hex) can use. */
  means(address: string, signal: AbortSignal): Promise<Said<{ sun: bigint; energy: bigint; energyPrice: bigint }>>;
  /** A number that a contract answers without a transaction, as of the solidified block or of the head. */
  read(contract: string, selector: string, parameter: string, of: 'solid' | 'head', signal: AbortSignal): Promise<Said<bigint>>;
  history(path: string, signal: AbortSignal): Promise<Said<HistoryPage>>;
}

/** The part of java-tron's HTTP API that the rail uses; one request a call, no retries, never throws. */
export function tronNode(urls: { node: string; solidity?: string | undefined; history?: string | undefined; apiKey?: string | undefined; timeoutMs?: number | undefined }): TronNode {
  const bare = (url: string): string => url.replace(/\/$/, '');
  const node = bare(urls.node);
  const solidity = bare(urls.solidity ?? urls.node);
  const history = bare(urls.history ?? urls.node);
  const headers = { 'content-type': 'application/json', ...(urls.apiKey === undefined ? {} : { 'TRON-PRO-API-KEY': urls.apiKey }) };
  const timeoutMs = urls.timeoutMs ?? 8000;

  async function ask<T>(url: string, body: object | null, form: z.ZodType<T>, signal: AbortSignal): Promise<Said<T>> {
    const answer: Answer = await call(url, body === null ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }, timeoutMs, signal);
    if (answer.kind === 'none') return { kind: 'silent', refused: answer.notSent, detail: answer.detail };
    if (answer.status !== 200) return { kind: 'silent', refused: answer.status === 429, detail: `the node answered ${answer.status}` };
    const read = form.safeParse(answer.json);
    return read.success ? { kind: 'said', value: read.data } : { kind: 'silent', refused: false, detail: 'the node answered with something unreadable' };
  }
  const map = <T, U>(said: Said<T>, to: (value: T) => U): Said<U> => (said.kind === 'said' ? { kind: 'said', value: to(said.value) } : said);

  return {
    head: (signal) => ask(`${node}/wallet/getnowblock`, {}, Block, signal),
    solid: (signal) => ask(`${solidity}/walletsolidity/getnowblock`, {}, Block, signal),
    block: (number, signal) => ask(`${node}/wallet/getblockbynum`, { num: number }, z.union([Block, Nothing]), signal),
    solidInfo: (value, signal) => ask(`${solidity}/walletsolidity/gettransactioninfobyid`, { value }, z.union([Info, Nothing]), signal),
    async seen(value, signal) {
      for (const name of ['gettransactionbyid', 'gettransactionfrompending']) {
        const found = await ask(`${node}/wallet/${name}`, { value }, z.union([Transaction, Nothing]), signal);
        if (found.kind === 'silent' || found.value !== null) return map(found, (transaction) => transaction?.txID === value);
      }
      return { kind: 'said', value: false };
    },
    async broadcast(bytes, signal) {
      return map(await ask(`${node}/wallet/broadcasthex`, { transaction: bytes.toString('hex') }, Broadcast, signal), ({ result, code, message }) => ({ taken: result && code === 'SUCCESS', code, message }));
    },
    async means(address, signal) {
      const [account, resources, parameters] = await Promise.all([
        ask(`${node}/wallet/getaccount`, { address }, Account, signal), ask(`${node}/wallet/getaccountresource`, { address }, Resources, signal), ask(`${node}/wallet/getchainparameters`, {}, Parameters, signal),
      ]);
      if (account.kind === 'silent') return account;
      if (resources.kind === 'silent') return resources;
      if (parameters.kind === 'silent') return parameters;
      const price = parameters.value.chainParameter.find(({ key }) => key === 'getEnergyFee')?.value;
      if (price === undefined) return { kind: 'silent', refused: false, detail: 'the node names no price of energy' };
      const { EnergyLimit, EnergyUsed } = resources.value;
      return { kind: 'said', value: { sun: BigInt(account.value.balance), energy: BigInt(Math.max(0, EnergyLimit - EnergyUsed)), energyPrice: BigInt(price) } };
    },
    async read(contract, selector, parameter, of, signal) {
      const url = of === 'solid' ? `${solidity}/walletsolidity/triggerconstantcontract` : `${node}/wallet/triggerconstantcontract`;
      const said = await ask(url, { owner_address: contract, contract_address: contract, function_selector: selector, parameter }, Constant, signal);
      if (said.kind === 'silent') return said;
      const [word] = said.value.constant_result ?? [];
      if (said.value.result.result !== true || word === undefined || !/^[0-9a-f]{64}$/.test(word)) return { kind: 'silent', refused: false, detail: `the contract does not answer ${selector}` };
      return { kind: 'said', value: BigInt(`0x${word}`) };
    },
    history: (path, signal) => ask(`${history}${path}`, null, History, signal),
  };
}
