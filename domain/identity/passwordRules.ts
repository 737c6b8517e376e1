import { Problem } from '../problem.ts';
import { PASSWORD_LENGTH } from './limits.ts';
import { normaliseMail } from './mailAddress.ts';

const KINDS = 5;

/** The same password however a keyboard composes its letters. */
export const normalisePassword = (password: string): string => password.normalize('NFKC');

/**
 * Length is what makes a password strong; beyond it only what everybody tries first is refused. Throws PASSWORD_WEAK, which does
 * not repeat it.
 */
export function checkPassword(password: string, mail: string): void {
  const text = normalisePassword(password);
  const said = [
    Array.from(text).length < PASSWORD_LENGTH.min ? `it has fewer than ${PASSWORD_LENGTH.min} characters` : null,
    new Set(text.toLowerCase()).size < KINDS ? `it has fewer than ${KINDS} different characters` : null,
    holdsMail(text.toLowerCase(), normaliseMail(mail)) ? 'it holds your mail address' : null,
    isRow(text.toLowerCase()) ? 'it is a row of keys or digits' : null,
  ].find((reason) => reason !== null);
  if (said !== undefined) throw new Problem('PASSWORD_WEAK', `Choose another password: ${said}. A few unrelated words make a good one.`, { at: { field: 'password' } });
}

function holdsMail(password: string, mail: string): boolean {
  const name = mail.split('@')[0] ?? '';
  return password.includes(mail) || (name.length >= 4 && password.replace(name, '').length < PASSWORD_LENGTH.min - 4);
}

const ROWS = ['01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm', 'passwordpassword', 'letmeinletmein'];
const isRow = (password: string): boolean => ROWS.some((row) => row.includes(password) || row.split('').reverse().join('').includes(password));
