import { Problem } from '../problem.ts';

/** Kinds of documents by which people prove who they are; another kind is another entry. */
export const DOCUMENT_KINDS = ['passport', 'identity_card', 'driving_licence', 'residence_permit', 'proof_of_address'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];
/** Which of them say who somebody is. */
const OF_IDENTITY: readonly DocumentKind[] = ['passport', 'identity_card', 'driving_licence', 'residence_permit'];

/** A document as the provider gets it: its number, and the hash of the picture that the user gave the provider. */
export interface IdentityDocument { kind: DocumentKind; number: string; sha256?: string | undefined }

/** Throws `Problem` DOCUMENT_MISSING (422). */
export function checkDocuments(documents: readonly IdentityDocument[]): void {
  if (!documents.some(({ kind }) => OF_IDENTITY.includes(kind))) throw new Problem('DOCUMENT_MISSING', `One of the documents must be one of ${OF_IDENTITY.join(', ')}.`, { at: { field: 'documents' } });
}
