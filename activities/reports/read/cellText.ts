export interface CellText {
  /** Trimmed; without what no text can hold. */
  text: string;
  /** A clause that says what was wrong with it, null where it was sound. */
  fault: string | null;
}

/** Escapes of JSON and of workbooks can write what no text can hold: a NUL or half a character. */
export function cellText(value: string): CellText {
  const fault = value.includes('\0') ? 'holds a NUL character' : value.isWellFormed() ? null : 'holds half a character';
  return { text: fault === null ? value.trim() : value.replaceAll('\0', '').toWellFormed().trim(), fault };
}
