import { OPERATIONS } from './openapi.ts';
import { problemOf } from './problem.ts';
import type { AnswerOf, Arguments, FileName, ItemOf, ListName, OperationName } from './types.ts';

export interface ClientOptions {
  /** Where the API is, e.g. `https://api.example.com`. */
  url: string;
  /** An API key; without one only public operations can be called. */
  key?: string;
  fetch?: typeof fetch;
}
export interface Answer<T> { data: T; status: number; /** To be sent as `ifMatch`. */ etag: string | null; /** It was done before, under the same key. */ replayed: boolean }

interface Loose { path?: Record<string, string>; query?: Record<string, unknown>; body?: unknown; file?: { content: Uint8Array<ArrayBuffer> | string | Blob; type: string }; ifMatch?: string; idempotencyKey?: string; signal?: AbortSignal }

/** The API as functions: operations by their names, with the types of its OpenAPI document. Refusals are thrown as `ApiProblem`. */
export class ApiClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Calls an operation and answers its body. */
  async call<O extends OperationName>(operation: O, ...[request]: Arguments<O>): Promise<AnswerOf<O>> {
    return ((await this.#send(operation, request as Loose | undefined)).json()) as Promise<AnswerOf<O>>;
  }

  /** The same with what is told in headers. */
  async answer<O extends OperationName>(operation: O, ...[request]: Arguments<O>): Promise<Answer<AnswerOf<O>>> {
    const response = await this.#send(operation, request as Loose | undefined);
    return { data: (await response.json()) as AnswerOf<O>, status: response.status, etag: response.headers.get('etag'), replayed: response.headers.get('idempotent-replayed') === 'true' };
  }

  /** A file's answer, to be read or streamed. */
  file<O extends FileName>(operation: O, ...[request]: Arguments<O>): Promise<Response> {
    return this.#send(operation, request as Loose | undefined);
  }

  /** A list page by page, until its last one. */
  async *pages<O extends ListName>(operation: O, ...[request]: Arguments<O>): AsyncGenerator<ItemOf<O>[]> {
    const first = (request ?? {}) as Loose;
    for (let cursor: string | null | undefined = undefined; cursor !== null;) {
      const response = await this.#send(operation, { ...first, query: { ...first.query, ...(cursor === undefined ? {} : { cursor }) } });
      const page = (await response.json()) as { items: ItemOf<O>[]; nextCursor: string | null };
      yield page.items;
      cursor = page.nextCursor;
    }
  }

  /** Everything in a list, fetched page by page. */
  async *items<O extends ListName>(operation: O, ...request: Arguments<O>): AsyncGenerator<ItemOf<O>> {
    for await (const page of this.pages(operation, ...request)) yield* page;
  }

  async #send(operation: OperationName, { path = {}, query = {}, body, file, ifMatch, idempotencyKey, signal }: Loose = {}): Promise<Response> {
    const [method, template] = OPERATIONS[operation];
    const { url, key, fetch: send = fetch } = this.#options;
    const target = new URL(template.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(path[name] ?? '')), url);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) target.searchParams.set(name, String(value as string | number | boolean));
    const headers = {
      accept: 'application/json, */*;q=0.5',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      // A new key for each call: whoever repeats one brings its key.
      ...(method === 'GET' ? {} : { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      ...(file !== undefined ? { 'content-type': file.type } : body !== undefined ? { 'content-type': 'application/json' } : {}),
    };
    const content = file?.content ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await send(target, { method, headers, redirect: 'error', ...(content === undefined ? {} : { body: content }), ...(signal === undefined ? {} : { signal }) });
    if (!response.ok) throw await problemOf(response);
    return response;
  }
}
