import { Problem } from '../problem.ts';

interface EvidenceField { name: string; label: string; pattern: RegExp; hint: string }
export interface EvidenceKind { title: string; givenBy: 'user' | 'operator'; fields: readonly EvidenceField[] }

const TEXT = /^(?=.*\S)[\s\S]{1,500}$/;
const LOGIN = /^[A-Za-z0-9._-]{1,64}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;

/** The kinds of evidence that a broker account is the user's own, as data: another kind is another entry. */
export const EVIDENCE_KINDS = {
  broker_confirmation: {
    title: 'The broker confirms the account holder', givenBy: 'operator',
    fields: [
      { name: 'contact', label: 'Who confirmed at the broker', pattern: TEXT, hint: 'a name or address' },
      { name: 'reference', label: "The broker's mail or ticket", pattern: TEXT, hint: 'a text of at most 500 characters' },
      { name: 'confirmedAt', label: 'When', pattern: INSTANT, hint: 'an ISO instant in UTC' },
    ],
  },
  document: {
    title: "A document of the broker with account number and holder's name", givenBy: 'user',
    fields: [
      { name: 'documentType', label: 'What it is', pattern: TEXT, hint: 'a text of at most 500 characters' },
      { name: 'login', label: 'Account number on it', pattern: LOGIN, hint: 'letters, digits, dots, hyphens' },
      { name: 'holderName', label: "Holder's name on it", pattern: TEXT, hint: 'a text of at most 500 characters' },
      { name: 'sha256', label: 'SHA-256 of the file', pattern: /^[0-9a-f]{64}$/, hint: '64 hex digits' },
    ],
  },
  terminal_code: {
    title: "Our code shown in the account's terminal", givenBy: 'user',
    fields: [
      { name: 'login', label: 'Account number', pattern: LOGIN, hint: 'letters, digits, dots, hyphens' },
      { name: 'code', label: 'The code as shown', pattern: /^[A-Z0-9-]{4,40}$/, hint: '4 to 40 capital letters and digits' },
      { name: 'sha256', label: 'SHA-256 of the picture of the terminal', pattern: /^[0-9a-f]{64}$/, hint: '64 hex digits' },
    ],
  },
} as const satisfies Record<string, EvidenceKind>;

export type EvidenceKindName = keyof typeof EVIDENCE_KINDS;

export function isEvidenceKind(kind: string): kind is EvidenceKindName {
  return Object.hasOwn(EVIDENCE_KINDS, kind);
}

/** Throws `Problem` EVIDENCE_KIND_UNKNOWN, EVIDENCE_FIELD_MISSING, EVIDENCE_FIELD_WRONG or EVIDENCE_FIELD_UNKNOWN, naming the field. */
export function checkEvidence(kind: string, content: Readonly<Record<string, string>>): void {
  if (!isEvidenceKind(kind)) throw new Problem('EVIDENCE_KIND_UNKNOWN', `There is no kind of evidence "${kind}"; known are ${Object.keys(EVIDENCE_KINDS).join(', ')}.`, { at: { field: 'kind' } });
  const fields: readonly EvidenceField[] = EVIDENCE_KINDS[kind].fields;
  for (const { name, label, pattern, hint } of fields) {
    const value = Object.hasOwn(content, name) ? content[name] : undefined;
    if (value === undefined || value === '') throw new Problem('EVIDENCE_FIELD_MISSING', `Evidence of kind ${kind} needs "${name}" (${label}).`, { at: { field: name } });
    if (!pattern.test(value)) throw new Problem('EVIDENCE_FIELD_WRONG', `"${name}" (${label}) must be ${hint}.`, { at: { field: name } });
  }
  const extra = Object.keys(content).find((name) => !fields.some((field) => field.name === name));
  if (extra !== undefined) throw new Problem('EVIDENCE_FIELD_UNKNOWN', `Evidence of kind ${kind} has no "${extra}"; it has ${fields.map((field) => field.name).join(', ')}.`, { at: { field: extra } });
}
