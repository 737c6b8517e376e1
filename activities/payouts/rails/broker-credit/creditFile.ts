import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { plain, sum } from '../../../../domain/decimal.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { CreditOrder } from './order.ts';

export const CREDIT_COLUMNS = ['reference', 'server', 'login', 'amount', 'currency', 'comment'] as const;
/** The last line of every file, in either direction. */
export const CONTROL = 'CONTROL';

const order = z.strictObject({ reference: z.string(), server: z.string(), account: z.string(), amount: z.string(), currency: z.string() });

/** What an attempt ordered, from its committed bytes. */
export const orderIn = (bytes: Buffer): CreditOrder => order.parse(JSON.parse(bytes.toString('utf8')));

export const creditFileName = (batchId: string): string => `credits-${batchId}.csv`;

export interface CreditFile { bytes: Buffer; items: number; controlSum: string }

/**
 * Credits as CSV (RFC 4180, UTF-8), one a line, and a control line: `CONTROL`, the batch's id, the number of credits, the sum of their amounts, the currency. The same orders always
 * give the same bytes. A cell that a spreadsheet would take for a formula gets an apostrophe; of what is used to pay none can (`checkAccount`), so only the comment ever does.
 */
export function writeCredits(batchId: string, orders: readonly CreditOrder[], comment: string): CreditFile {
  const [currency] = new Set(orders.map((one) => one.currency));
  if (currency === undefined || orders.some((one) => one.currency !== currency)) throw new Problem('RAIL_BATCH_MIXED', `The batch ${batchId} must hold credits of one currency.`);
  const references = new Set(orders.map(({ reference }) => reference));
  if (references.size !== orders.length) throw new Problem('RAIL_BATCH_TWICE', `The batch ${batchId} names a reference twice.`);
  const controlSum = plain(sum(orders.map(({ amount }) => amount)));
  const rows = [
    [...CREDIT_COLUMNS],
    ...orders.map(({ reference, server, account, amount }) => [reference, server, account, amount, currency, comment]),
    [CONTROL, batchId, String(orders.length), controlSum, currency, ''],
  ];
  return { bytes: Buffer.from(stringify(rows, { record_delimiter: 'windows', escape_formulas: true, quoted_match: /[\r\n\t]/ }), 'utf8'), items: orders.length, controlSum };
}
