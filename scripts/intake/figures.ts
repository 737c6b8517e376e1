import type { Pool } from 'pg';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { type BigFile, BROKER, lineOf, login } from './data.ts';

/**
 * What is not as the file says, each as a sentence: every account's money against a sum of its own in whole cents, exactly one outcome a line, no ticket twice, entries
 * and accruals that add up, a sound ledger. Empty where all is right. Only for a broker with this one posted report.
 */
export async function compareWithFile(pool: Pool, reportId: string, file: BigFile): Promise<string[]> {
  const wrong: string[] = [];
  const expect = (what: string, got: unknown, wanted: unknown): void => {
    if (String(got) !== String(wanted)) wrong.push(`${what}: ${String(got)} instead of ${String(wanted)}`);
  };
  const cents = new Map<string, bigint>();
  let paid = 0;
  for (let i = 0; i < file.lines; i++) {
    const line = lineOf(file, i);
    if (line.perLot === 0n) continue;
    paid++;
    const name = login(line.account);
    cents.set(name, (cents.get(name) ?? 0n) + line.hundredths * line.perLot);
  }
  const one = async (sql: string): Promise<Record<string, string>> => (await pool.query<Record<string, string>>(sql, [reportId])).rows[0]!;
  const report = await one('SELECT state, lines, lines_done, no FROM report WHERE id = $1');
  expect('state', report['state'], 'posted');
  expect('lines', report['lines'], file.lines);
  expect('lines done', report['lines_done'], file.lines);
  const lines = await one(`SELECT count(*) AS outcomes, count(DISTINCT o.row_number) AS rows, count(*) FILTER (WHERE outcome = 'paid') AS paid, count(*) FILTER (WHERE reason = 'INSTRUMENT_EXCLUDED') AS excluded
    FROM line_outcome o JOIN report r ON r.no = o.report_no WHERE r.id = $1`);
  expect('outcomes', lines['outcomes'], file.lines);
  expect('lines with an outcome', lines['rows'], file.lines);
  expect('paid lines', lines['paid'], paid);
  expect('excluded lines', lines['excluded'], file.lines - paid);
  const earned = await one('SELECT count(*) AS earnings, count(DISTINCT key) AS keys, coalesce(sum(earned), 0) AS earned FROM earning e JOIN report r ON r.no = e.report_no WHERE r.id = $1');
  expect('earnings', earned['earnings'], file.lines);
  expect('keys', earned['keys'], file.lines);
  const entries = await one('SELECT count(*) AS entries, count(DISTINCT n.earning_id) AS of, (coalesce(sum(n.amount), 0) * 100)::bigint AS cents FROM earning_entry n JOIN report r ON r.no = n.report_no WHERE r.id = $1');
  const total = [...cents.values()].reduce((sum, part) => sum + part, 0n);
  expect('entries', entries['entries'], paid);
  expect('lines with an entry', entries['of'], paid);
  expect('cents of the entries', entries['cents'], total);
  const { rows: accruals } = await pool.query<{ login: string; cents: string; pending: string }>(
    `SELECT t.login, (a.amount * 100)::bigint AS cents, (b.amount * 100)::bigint AS pending FROM accrual a JOIN report r ON r.no = a.report_no JOIN trading_account t ON t.id = a.trading_account_id
     LEFT JOIN ledger_account l ON l.user_id = a.user_id AND l.broker_id = $2 AND l.kind = 'pending' LEFT JOIN account_balance b ON b.account_id = l.id WHERE r.id = $1`, [reportId, BROKER]);
  expect('accruals', accruals.length, cents.size);
  for (const accrual of accruals) {
    expect(`accrual of ${accrual.login}, cents`, accrual.cents, cents.get(accrual.login) ?? 0n);
    expect(`pending of ${accrual.login}, cents`, accrual.pending, cents.get(accrual.login) ?? 0n);
    if (wrong.length > 20) break;
  }
  for (const { what } of (await verifyLedger(pool)).differences) wrong.push(`ledger: ${what}`);
  return wrong;
}
