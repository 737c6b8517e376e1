/**
 * What DKIM says of a mail: `aligned` is a valid signature of the sender's own organisation, `unaligned` one of another's, `failed` one that
 * does not hold, `none` no signature, `unknown` that DNS did not answer for a key that could have been the sender's. Only `aligned` speaks for itself.
 */
export type DkimResult = 'aligned' | 'unaligned' | 'none' | 'failed' | 'unknown';

export interface SignatureVerdict { verdict: Exclude<DkimResult, 'none'>; /** d= and s= of the signature. */ domain: string; selector: string; why: string }

export interface MailVerdict {
  verdict: DkimResult;
  /** Domain of the From address. */
  from: string;
  /** Of the signature that decided it. */
  domain: string | null;
  selector: string | null;
  /** A sentence for the operator who decides. */
  why: string;
  signatures: SignatureVerdict[];
}
