import { child, type Node, textOf } from './nodes.ts';
import type { BankFinding } from './readings.ts';

const COUNTRY_AND_CHECK = 4;

/** Whether a statement or notification is of the account with this IBAN: named so, or by its number within the country (BBAN). */
export function ownAccount(of: Node, iban: string): boolean {
  const [named, other] = [textOf(of, 'Acct', 'Id', 'IBAN'), textOf(child(of, 'Acct', 'Id'), 'Othr', 'Id')?.replace(/[\s-]/g, '').toUpperCase()];
  return named === undefined ? other === iban || other === iban.slice(COUNTRY_AND_CHECK) : named === iban;
}

/** What people should look at where an account is named in another way than ours is known by: nobody can tell whose it is. Accounts with other IBANs are somebody else's, and nothing is said of them. */
export function otherAccount(of: Node, iban: string): BankFinding[] {
  const other = textOf(child(of, 'Acct', 'Id'), 'Othr', 'Id');
  if (other === undefined || ownAccount(of, iban)) return [];
  return [{ code: 'BANK_ACCOUNT_UNKNOWN', detail: `A statement or notification is of the account ${other}, which is not named by an IBAN: nothing of it was read. Where it is ours, ask the bank to name it by ${iban} or ${iban.slice(COUNTRY_AND_CHECK)}, and put its file there again.` }];
}
