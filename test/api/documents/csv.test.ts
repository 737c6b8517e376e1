import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvWriter } from '../../../api/documents/csv.ts';
import { statementCsv } from '../../../api/documents/statementCsv.ts';
import { NO_MONEY } from '../../../domain/statements/money.ts';
import type { StatementPart } from '../../../domain/statements/statement.ts';
import fc from '../../support/properties.ts';

const csv = csvWriter([{ name: 'text' }, { name: 'amount', money: true }]);
const cells = (text: string, amount: string): string[] => (parse(csv.rows([[text, amount]]), { relax_column_count: false }) as string[][])[0]!;

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1', "=cmd|' /C calc'!A0"])('the text %j cannot run', (text) => {
  expect(cells(text, '1')).toEqual([`'${text}`, '1']);
});

test('amounts are numbers with their sign; what is no decimal is escaped even in a money column', () => {
  expect(cells('a', '-0.00000001')).toEqual(['a', '-0.00000001']);
  for (const amount of ['-1+1', '=1', '-1e5', '+1', '-1\n=2', '--1']) expect(cells('a', amount)[1]).toBe(`'${amount}`);
});

test('any text comes back as it was, but for the apostrophe, and stays one cell of one row', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\n', '\r', '\r\n', ',', '"', '";="'), fc.string(), (before, inside, after) => {
    const text = before + inside + after;
    const [back, amount, ...more] = cells(text, '1.5');
    expect([back === text || back === `'${text}`, amount, more]).toEqual([true, '1.5', []]);
  }));
});

test('a download whose entries do not add up breaks off before the closing', async () => {
  const part = { brokerId: 'alpha', programme: 'cashback', currency: 'USD', opening: NO_MONEY, change: { ...NO_MONEY, pending: '1' }, closing: { ...NO_MONEY, pending: '1' } } as unknown as StatementPart;
  const pieces: string[] = [];
  const read = async (): Promise<void> => {
    for await (const piece of statementCsv({ from: null, to: null, parts: [part] }, (async function* () { yield []; })())) pieces.push(piece);
  };
  await expect(read()).rejects.toMatchObject({ code: 'STATEMENT_CHANGED' });
  expect(pieces.join('')).toContain('opening');
  expect(pieces.join('')).not.toContain('closing');
});
