import type { IdentityDocument } from '../../../domain/verification/documents.ts';
import type { Identity } from '../../../domain/verification/identity.ts';

/** What a provider is told about somebody. It is read from the database when it is sent and is nowhere else. */
export interface IdentityData extends Identity { documents: readonly IdentityDocument[] }

/** What came of sending a submission once. `code`: UPPER_SNAKE, the adapter's own; never words about the person. */
export type SubmitAnswer =
  | { kind: 'accepted' }
  /** Its form was refused: the user's turn again. */
  | { kind: 'refused'; code: string }
  | { kind: 'unknown'; code: string };

export type LookUpAnswer =
  | { kind: 'pending' }
  | { kind: 'approved' }
  | { kind: 'rejected'; code: string }
  /** Other documents are wanted, or better pictures. */
  | { kind: 'ask_again'; code: string }
  /** The provider does not know the reference: it is sent again. */
  | { kind: 'not_found' }
  | { kind: 'unknown'; code: string };

/** An inbound event whose signature and time were checked; only a hint to look. */
export interface ProviderEvent { eventId: string; reference: string }

/**
 * Who verifies people. Methods never throw for what the provider or the network does; whatever is not an answer is `unknown` and is asked
 * again. `reference` names one submission: sent twice it is one case, so that a crash between sending and noting it does no harm.
 */
export interface VerificationProvider {
  readonly id: string;
  submit(reference: string, data: IdentityData, signal: AbortSignal): Promise<SubmitAnswer>;
  lookUp(reference: string, signal: AbortSignal): Promise<LookUpAnswer>;
  /** Throws `Problem` VERIFICATION_EVENT_… (401, 400). `asOf`: the receiving server's clock. */
  verifyEvent(headers: Readonly<Record<string, string | string[] | undefined>>, rawBody: Buffer, asOf: Date): ProviderEvent;
}

/** `ver_…-2`: the second submission of a verification. */
export const referenceOf = (verificationId: string, submission: number): string => `${verificationId}-${submission}`;

/** The verification that a reference is of; null where it is none of ours. */
export const verificationOf = (reference: string): string | null => /^(ver_[0-9a-f]{32})-\d{1,6}$/.exec(reference)?.[1] ?? null;
