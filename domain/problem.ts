import { storable, storableText } from './storable.ts';

export interface ProblemDetails {
  /** HTTP status that the API answers with. */
  status?: number;
  /** Where the problem lies, e.g. { file, line, column } or { field }. Shown to the caller. */
  at?: Record<string, string | number>;
  /** Further facts for the caller, already safe to show (no secrets, no personal data). */
  facts?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * The product's typed error: a stable UPPER_SNAKE code, a sentence that says what is wrong and what to do, and where.
 * The API renders it as application/problem+json; activities turn it into a non-retryable failure. What it quotes of files, mails and
 * names is cleaned here, once, so that it can be kept wherever it is kept (domain/storable.ts).
 */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly at: Record<string, string | number> | undefined;
  readonly facts: Record<string, unknown> | undefined;

  constructor(code: string, sentence: string, details: ProblemDetails = {}) {
    super(storableText(sentence), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = details.status ?? 422;
    this.at = storable(details.at);
    this.facts = storable(details.facts);
  }
}
