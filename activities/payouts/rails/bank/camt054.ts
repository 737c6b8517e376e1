import { readEntries } from './camtEntries.ts';
import { child, list, readXml } from './nodes.ts';
import { otherAccount, ownAccount } from './ownAccount.ts';
import type { Reading } from './readings.ts';

/** Debit and credit notifications (camt.054.001.08) of one account; those of others are not read. The text was validated. */
export function readCamt054(text: string, account: string): Reading {
  const all = list(child(readXml(text), 'BkToCstmrDbtCdtNtfctn'), 'Ntfctn');
  const { entries, findings } = readEntries(all.filter((one) => ownAccount(one, account)).flatMap((notification) => list(notification, 'Ntry')), 'camt.054');
  return { entries, findings: [...all.flatMap((one) => otherAccount(one, account)), ...findings], statements: [] };
}
