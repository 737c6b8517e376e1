import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStatement } from '../../../activities/disputes/readStatement.ts';
import type { Statement } from '../../../domain/disputes/statement.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const MT4 = join(FIXTURES, 'mt4-detailed.htm');
const MT5 = join(FIXTURES, 'mt5-history.html');

async function* bytesOf(content: string | Uint8Array, chunk = 65_536): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}
const refusal = (content: string | Uint8Array): Promise<unknown> => readStatement(bytesOf(content)).then(() => null, (error: unknown) => error);

describe('MT4', () => {
  test('closed trades, with what an account line says', async () => {
    const statement = await readStatement(createReadStream(MT4), { timeZone: 'Europe/Athens' });
    expect(statement).toMatchObject({ platform: 'mt4', account: '700100', currency: 'USD', company: 'Alpha Markets Ltd.', server: null, deals: [] });
    expect(statement.trades.map(({ ticket, side, lots, symbol, profit, comment }) => [ticket, side, lots, symbol, profit, comment])).toEqual([
      ['200', 'buy', '2.5', 'eurusd.pro', '1200', 'to #201'], ['201', 'buy', '1', 'eurusd.pro', '-100', 'from #200'], ['203', 'sell', '0.4', 'xauusd#', '152', null],
    ]);
    expect(statement.trades[1]).toEqual({
      ticket: '201', side: 'buy', lots: '1', symbol: 'eurusd.pro', openPrice: '1.085', closePrice: '1.084', commission: '-7', swap: '-1.2', profit: '-100', comment: 'from #200',
      openTime: { local: '2026.11.02 10:00:00', instant: '2026-11-02T08:00:00.000Z' }, closeTime: { local: '2026.11.03 09:30:15', instant: '2026-11-03T07:30:15.000Z' },
    });
  });
  test('deposits and cancelled orders are apart, a row that cannot be read is listed, open trades are not taken', async () => {
    const { others, unread, trades } = await readStatement(createReadStream(MT4));
    expect(others).toMatchObject([{ ticket: '9001', type: 'balance', amount: '5000', comment: 'Пополнение картой' }, { ticket: '202', type: 'buy limit', amount: null, comment: 'cancelled' }]);
    expect(unread).toEqual([{ row: 10, why: 'size "0.4o" is no number' }]);
    expect(trades.find(({ ticket }) => ticket === '205')).toBeUndefined();
  });
});

test('MT4, as the server mails it', async () => {
  const text = new TextDecoder('windows-1251').decode(readFileSync(MT4)).replace('Statement: 700100 - Ann Example', 'Daily Confirmation').replace('Account: 700100', 'A/C No: 700100');
  expect(await readStatement(bytesOf(text))).toMatchObject({ platform: 'mt4', account: '700100', trades: [{ ticket: '200' }, { ticket: '201' }, { ticket: '203' }] });
});

describe('MT5', () => {
  test('positions and deals, from UTF-16', async () => {
    const statement = await readStatement(createReadStream(MT5), { timeZone: 'Europe/Athens' });
    expect(statement).toMatchObject({ platform: 'mt5', account: '700100', currency: 'USD', company: 'Alpha Markets Ltd.', server: 'Alpha-Live' });
    expect(statement.trades[0]).toEqual({
      ticket: '812345678901234567', symbol: 'EURUSD.pro', side: 'buy', lots: '2.5', openPrice: '1.085', closePrice: '1.0898', commission: '-17.5', swap: '0', profit: '1200', comment: 'grid №1',
      openTime: { local: '2026.11.02 10:00:00', instant: '2026-11-02T08:00:00.000Z' }, closeTime: { local: '2026.11.02 12:00:00', instant: '2026-11-02T10:00:00.000Z' },
    });
    expect(statement.trades[1]).toMatchObject({ lots: '3', openPrice: '43210.5', closeTime: { local: '2026.03.29 03:30:00', instant: null } });
    expect(statement.deals.map(({ ticket, order, direction, side, lots, commission, comment }) => [ticket, order, direction, side, lots, commission, comment])).toEqual([
      ['5000001', '9000001', 'in', 'buy', '2.5', '-8.75', null], ['5000002', '9000002', 'out', 'sell', '2.5', '-8.75', '[tp 1.08980]'],
    ]);
    expect(statement.others).toMatchObject([{ ticket: '5000000', type: 'balance', amount: '5000', comment: 'D-card' }]);
    expect(statement.unread).toMatchObject([{ why: 'direction "sideways" is not known' }]);
  });
});

test.each([[MT4], [MT5]])('the same in pieces, in UTF-8, and without a zone: %s', async (path) => {
  const bare = (statement: Statement): unknown => JSON.parse(JSON.stringify(statement, (key, value: unknown) => (key === 'instant' ? null : value)));
  const whole = bare(await readStatement(createReadStream(path), { timeZone: '+02:00' }));
  for (const chunk of [1, 7]) expect(await readStatement(bytesOf(readFileSync(path), chunk))).toEqual(whole);
  const text = new TextDecoder(path === MT5 ? 'utf-16le' : 'windows-1251').decode(readFileSync(path)).replace('windows-1251', 'utf-8');
  expect(await readStatement(bytesOf(text))).toEqual(whole);
});

test('the holder’s name is not kept', async () => {
  for (const path of [MT4, MT5]) expect(JSON.stringify(await readStatement(createReadStream(path)))).not.toContain('Ann');
});

describe('refused', () => {
  const table = (rows: string): string => `<title>Statement: 1 - A</title><table><tr><td>Account: 1</td></tr>${rows}</table>`;
  test.each([
    ['nothing', '', 'STATEMENT_UNKNOWN'], ['another page', '<html><table><tr><td>Hello</td></tr></table></html>', 'STATEMENT_UNKNOWN'], ['no page', 'Ticket,Time\n1,2\n', 'STATEMENT_UNKNOWN'], ['a statement in another language', '<title>700100: Ann - Отчет торговой истории</title><table><tr><td>Отчет</td></tr></table>', 'STATEMENT_UNKNOWN'],
    ['a text without end', table(`<tr><td>${'x'.repeat(100_000)}`), 'STATEMENT_TOO_LARGE'], ['a row without end', table(`<tr>${'<td>1'.repeat(100)}`), 'STATEMENT_TOO_LARGE'], ['rows without end', table('<tr><td>1'.repeat(300_001)), 'STATEMENT_TOO_LARGE'],
  ])('%s', async (_what, content, code) => expect(await refusal(content)).toMatchObject({ code }));
  test('more bytes than any statement', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(table(''));
      for (;;) yield Buffer.alloc(1_048_576, 0x20);
    }
    expect(await readStatement(endless()).then(() => null, (error: unknown) => error)).toMatchObject({ code: 'STATEMENT_TOO_LARGE' });
  });
  test('entities and scripts are only text', async () => {
    const statement = await readStatement(bytesOf(`<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${table('<tr><td>Currency: &a;<script>1</script></td></tr>')}`));
    expect(JSON.stringify(statement)).not.toContain('root:');
  });
});
