import { expect, test } from 'vitest';
import { checkEvidence, EVIDENCE_KINDS } from '../../../domain/ownership/evidenceKinds.ts';

const DOCUMENT = { documentType: 'statement', login: '700123', holderName: 'A. Trader', sha256: 'ab'.repeat(32) };

test('complete evidence of each kind passes', () => {
  expect(() => checkEvidence('document', DOCUMENT)).not.toThrow();
  expect(() => checkEvidence('terminal_code', { login: '700123', code: 'CB-7F3K', sha256: 'cd'.repeat(32) })).not.toThrow();
  expect(() => checkEvidence('broker_confirmation', { contact: 'ib@broker.example', reference: 'ticket 12', confirmedAt: '2026-11-20T10:00:00Z' })).not.toThrow();
  expect(Object.keys(EVIDENCE_KINDS)).toHaveLength(3);
});

test.each([
  ['selfie', {}, 'EVIDENCE_KIND_UNKNOWN', 'kind'],
  ['toString', {}, 'EVIDENCE_KIND_UNKNOWN', 'kind'],
  ['document', { ...DOCUMENT, holderName: '' }, 'EVIDENCE_FIELD_MISSING', 'holderName'],
  ['document', { ...DOCUMENT, holderName: '   ' }, 'EVIDENCE_FIELD_WRONG', 'holderName'],
  ['document', { ...DOCUMENT, sha256: 'xyz' }, 'EVIDENCE_FIELD_WRONG', 'sha256'],
  ['document', { ...DOCUMENT, note: 'please' }, 'EVIDENCE_FIELD_UNKNOWN', 'note'],
])('%s %o is refused with %s, naming the field', (kind, content, code, field) => {
  expect(() => checkEvidence(kind, content)).toThrow(expect.objectContaining({ code, at: { field } }));
});
