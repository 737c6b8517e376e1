/** An answer that came, or why none did. `notSent`: the connection was refused, so that no byte can have reached the rail. */
export type Answer =
  | { kind: 'answer'; status: number; json: unknown; retryAfterSeconds: number | null }
  | { kind: 'none'; notSent: boolean; detail: string };

/** One request, no retries. Never throws: a time-out, a reset or an abort is an answer that did not come. */
export async function call(url: string, init: RequestInit, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
    const text = await response.text();
    const retryAfter = /^\d{1,6}$/.exec(response.headers.get('retry-after') ?? '');
    return { kind: 'answer', status: response.status, json: parse(text), retryAfterSeconds: retryAfter ? Number(retryAfter[0]) : null };
  } catch (error) {
    const codes = causes(error);
    return { kind: 'none', notSent: codes.length > 0 && codes.every((code) => code === 'ECONNREFUSED' || code === 'ENOTFOUND'), detail: `no answer from the rail (${codes.join(', ') || nameOf(error)})` };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The system's error codes beneath fetch's "fetch failed"; several where more than one address was tried. */
function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof AggregateError) return error.errors.flatMap(causes);
  if (error.cause !== undefined) return causes(error.cause);
  return 'code' in error && typeof error.code === 'string' ? [error.code] : [];
}

function nameOf(error: unknown): string { return error instanceof Error ? error.name : 'unknown error'; }
