export type Decision = { state: 'approved' } | { state: 'rejected' | 'ask_again'; code: string } | { state: 'silent' };

/**
 * What the sandbox says of a person, by a word of the name or the beginning of a document's number: `Reject`, `Again` (the first time;
 * other documents are then accepted), `Silent` (never answers); everybody else is approved. Null: not a person.
 */
export function decisionOf(reference: string, body: string): Decision | null {
  const person = parsed(body);
  if (person === null) return null;
  const says = (word: string): boolean => new RegExp(`(^|\\s)${word}(\\s|$)`, 'i').test(person.fullName) || person.numbers.some((number) => number.toUpperCase().startsWith(word.toUpperCase()));
  if (says('Silent')) return { state: 'silent' };
  if (says('Reject')) return { state: 'rejected', code: 'DOCUMENT_NOT_GENUINE' };
  if (says('Again') && reference.endsWith('-1')) return { state: 'ask_again', code: 'DOCUMENT_UNREADABLE' };
  return { state: 'approved' };
}

function parsed(body: string): { fullName: string; numbers: string[] } | null {
  try {
    const { fullName, dateOfBirth, country, documents } = JSON.parse(body) as Record<string, unknown>;
    if (typeof fullName !== 'string' || typeof dateOfBirth !== 'string' || typeof country !== 'string' || !Array.isArray(documents) || documents.length === 0) return null;
    return { fullName, numbers: documents.map((document: unknown) => String((document as { number?: unknown }).number)) };
  } catch {
    return null;
  }
}
