/** What the API refused, as it told it: decide by `code`. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  /** Id of the request, as in the API's logs. */
  readonly requestId: string | undefined;
  readonly at: Record<string, string | number> | undefined;
  readonly facts: Record<string, unknown> | undefined;
  /** What of the request was not as described. */
  readonly errors: readonly { in: string; path: string; message: string }[];

  constructor(status: number, body: { code?: string; detail?: string; instance?: string; at?: Record<string, string | number>; facts?: Record<string, unknown>; errors?: { in: string; path: string; message: string }[] }) {
    super(body.detail ?? `The API answered with ${status}.`);
    this.name = 'ApiProblem';
    this.code = body.code ?? 'UNKNOWN';
    this.status = status;
    this.requestId = body.instance;
    this.at = body.at;
    this.facts = body.facts;
    this.errors = body.errors ?? [];
  }
}

/** The problem that an answer carries; an answer of something in between (a proxy, say) has none. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return new ApiProblem(response.status, isProblem ? (await response.json()) as ConstructorParameters<typeof ApiProblem>[1] : {});
}
