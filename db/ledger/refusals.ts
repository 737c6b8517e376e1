import { Problem } from '../../domain/problem.ts';
import { sqlState } from '../connection.ts';

/** Codes of the ledger's triggers (0000_ledger.sql); the message starts with the product's own code. */
const OWN_STATE = /^LE\d{3}$/;

/**
 * Turns a refusal by the ledger's guards into a Problem with the guard's code (`LEDGER_UNBALANCED`, `LEDGER_OVERDRAWN`,
 * `LEDGER_NO_ACCOUNT` …) and its sentence; any other error comes back as it is, so that deadlocks stay retryable.
 */
export function ledgerProblem(error: unknown): unknown {
  const state = sqlState(error);
  if (!(error instanceof Error) || state === undefined) return error;
  const [, code, sentence] = /^(LEDGER_[A-Z_]+): (.*)$/s.exec(error.message) ?? [];
  if (code && (OWN_STATE.test(state) || state === '23503')) {
    return new Problem(code, `The ledger refused to post: ${sentence}.`, { status: code === 'LEDGER_OVERDRAWN' ? 409 : 500, cause: error });
  }
  if (state === '23514' && error.message.includes('"balance_floor"')) {
    return new Problem('LEDGER_OVERDRAWN', 'The ledger refused to post: a pending, held or reserved balance would go below zero.', { status: 409, cause: error });
  }
  return error;
}

/** Runs a posting and throws what `ledgerProblem` makes of its error. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ledgerProblem(error);
  }
}

export function payloadDiffers(key: string): Problem {
  return new Problem('IDEMPOTENCY_PAYLOAD_DIFFERS',
    `A journal with the key "${key}" was posted with another payload. A key names one movement for ever; use a new key for a new one.`,
    { status: 409, at: { key } });
}
