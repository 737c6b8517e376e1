/** Why a try did not arrive, as the delivery log shows it. INTERRUPTED: our worker ended in the middle, so it may have arrived. */
export const SEND_FAILURES = [
  'URL_NOT_ALLOWED', 'DNS_FAILED', 'ADDRESS_NOT_PUBLIC', 'CONNECT_TIMEOUT', 'CONNECTION_REFUSED', 'CONNECTION_CLOSED', 'TLS_FAILED',
  'TIMEOUT', 'ANSWER_UNREADABLE', 'REDIRECT', 'STATUS', 'SECRET_MISSING', 'INTERRUPTED',
] as const;
export type SendFailureCode = (typeof SEND_FAILURES)[number];

export class SendFailure extends Error {
  readonly code: SendFailureCode;

  constructor(code: SendFailureCode) {
    super(code);
    this.name = 'SendFailure';
    this.code = code;
  }
}

const REFUSED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL']);
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/** What node's error means; it never keeps the error's text, which may hold addresses. */
export function failureOf(error: unknown): SendFailureCode {
  if (error instanceof SendFailure) return error.code;
  const code = codeOf(error);
  if (REFUSED.has(code)) return 'CONNECTION_REFUSED';
  if (CLOSED.has(code)) return 'CONNECTION_CLOSED';
  if (code === 'ETIMEDOUT') return 'CONNECT_TIMEOUT';
  if (code.startsWith('HPE_')) return 'ANSWER_UNREADABLE';
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|HOSTNAME_)/.test(code)) return 'TLS_FAILED';
  return 'CONNECTION_CLOSED';
}

/** Where several addresses were tried node throws an AggregateError: the first one's code stands for all. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
