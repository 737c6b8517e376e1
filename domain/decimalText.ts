import { Problem } from './problem.ts';

const PLAIN = /^(-?)(\d{1,15})(?:\.(\d{1,20}))?$/;

export interface DecimalRule {
  /** Most places after the point (default 8, as balances have). */
  places?: number;
  negative?: boolean;
  /** Whether 0 is refused. */
  nonZero?: boolean;
}

/**
 * Hands a plain decimal text back unchanged; Postgres' numeric would also take NaN, exponents and silently cut places.
 * Throws DECIMAL_INVALID, naming the field.
 */
export function checkDecimal(text: string, field: string, rule: DecimalRule = {}): string {
  const places = rule.places ?? 8;
  const parts = PLAIN.exec(text);
  const wrong = parts === null || (parts[1] === '-' && !rule.negative) || (parts[3] ?? '').length > places || (rule.nonZero && !/[1-9]/.test(text));
  if (wrong) {
    const form = `${rule.negative ? '' : 'non-negative '}${rule.nonZero ? 'non-zero ' : ''}decimal`;
    throw new Problem('DECIMAL_INVALID', `"${text}" is not a ${form} with at most ${places} places; write it like 1.25, without exponent or thousands marks.`, { status: 422, at: { field } });
  }
  return text;
}
