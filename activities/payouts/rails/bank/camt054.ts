import { readEntries } from './camtEntries.ts';
import { child, list, readXml, textOf } from './nodes.ts';
import type { Reading } from './readings.ts';

/** Debit and credit notifications (camt.054.001.08) of one account; those of others are not read. The text was validated. */
export function readCamt054(text: string, account: string): Reading {
  const own = list(child(readXml(text), 'BkToCstmrDbtCdtNtfctn'), 'Ntfctn').filter((notification) => textOf(notification, 'Acct', 'Id', 'IBAN') === account);
  return { ...readEntries(own.flatMap((notification) => list(notification, 'Ntry')), 'camt.054'), statements: [] };
}
