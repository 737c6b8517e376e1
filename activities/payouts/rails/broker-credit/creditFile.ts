import { stringify } from 'csv-stringify/sync';
import { plain, sum } from '../../../../domain/decimal.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { CreditOrder } from './order.ts';

export const CREDIT_COLUMNS = ['reference', 'server', 'login', 'amount', 'currency', 'comment'] as const;
/** The last line of every file, in either direction. */
export const CONTROL = 'CONTROL';

export const creditFileName = (batchId: string): string => `credits-${batchId}.csv`;

/**
 * Lines as CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe; of what is used to pay none can be one (`checkAccount`), so only the comment ever does.
 */
const lines = (rows: readonly (readonly string[])[]): string => stringify(rows.map((row) => [...row]), { record_delimiter: 'windows', escape_formulas: true, quoted_match: /[\r\n\t]/ });

/** A credit's own line: what is committed of an attempt, and leaves as it was committed. */
export const creditLine = ({ reference, server, account, amount, currency }: CreditOrder, comment: string): string => lines([[reference, server, account, amount, currency, comment]]);

export interface CreditFile { bytes: Buffer; items: number; controlSum: string }

/**
 * A file of credits: header, the committed lines, and a control line (`CONTROL`, the batch's id, the number of credits, the sum of their amounts, the currency). The same lines always
 * give the same bytes. Throws `Problem` RAIL_BATCH_TWICE.
 */
export function creditFile(batchId: string, currency: string, credits: readonly { line: Buffer; reference: string; amount: string }[]): CreditFile {
  if (new Set(credits.map(({ reference }) => reference)).size !== credits.length) throw new Problem('RAIL_BATCH_TWICE', `The batch ${batchId} names a reference twice.`);
  const controlSum = plain(sum(credits.map(({ amount }) => amount)));
  const bytes = Buffer.concat([
    Buffer.from(lines([CREDIT_COLUMNS])), ...credits.map(({ line }) => line), Buffer.from(lines([[CONTROL, batchId, String(credits.length), controlSum, currency, '']])),
  ]);
  return { bytes, items: credits.length, controlSum };
}
