import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { canRunBank } from '../../scripts/sandbox-bank/install.ts';
import { until } from '../../scripts/case/until.ts';
import { living, type Program, run } from '../support/programs.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cashback-demo-'));
const running: Program[] = [];
const demo = (args: string[], env?: NodeJS.ProcessEnv): Program => {
  const program = run('demo.ts', args, dataDir, env);
  running.push(program);
  return program;
};

afterEach(() => { for (const program of running.splice(0)) program.child.kill('SIGKILL'); });
afterAll(async () => {
  await until('every process is gone', async () => living(dataDir).length === 0);
  rmSync(dataDir, { recursive: true, force: true });
});

/** Reason → lines, lots and USD, worked out by an independent program. */
const OUTCOMES = [
  'paid                                      149  135.11  826.95', 'ignored                                     3       0', 'excluded     ACCOUNT_NOT_LINKED            14    11.9',
  'excluded     LINK_NOT_VERIFIED             11    10.6', 'excluded     LINKED_AFTER_TRADE            10       7', 'excluded     ACCOUNT_TYPE_EXCLUDED          7     3.3', 'excluded     AGREEMENT_INACTIVE             4       2',
  'excluded     MIN_DURATION                   4    3.75', 'excluded     BROKER_RULE_PARTIAL_CLOSE      3     1.8', 'excluded     INSTRUMENT_EXCLUDED            3     4.5', 'excluded     MIN_MOVE                       3    2.25',
  'quarantined  MALFORMED                      3       0', 'quarantined  UNKNOWN_SYMBOL                 3    15.2', 'excluded     BROKER_FRAUD                   2     1.4', 'excluded     ZERO_VOLUME_CLOSE_BY           2       0',
  'excluded     BROKER_REVERSED                1       0', 'superseded   DUPLICATE                      1       0', 'superseded   SUPERSEDED                     1       0',
];

/** 12 lots × 5.50 + 5 × 8.00 are 106 USD, at 0.9214 97.66 EUR and a rest; these are worth 97.66 ÷ 0.9214 USD. Without Python there is no bank. */
const HUGO = canRunBank() ? ['hugo', 'bank', '105.99088344'] as const : ['hugo', 'sandbox', '106'] as const;
/** Trader, rail, USD: a token has six decimals, cents are cut. */
const PAID = [['boris', 'usdt-trc20', '302.465'], ['chen', 'usdt-erc20', '253.275'], ['dilara', 'broker-credit-aster', '275.01'], ['anna', 'sandbox', '243.05'], HUGO] as const;

test('killed in the middle it leaves no process behind', { timeout: 300_000 }, async () => {
  const first = demo([]);
  await first.says('posted, 224 lines');
  expect(living(dataDir).length).toBeGreaterThanOrEqual(7); // itself, Postgres, Temporal, rail, chain, worker, API
  first.child.kill('SIGKILL');
  await expect.poll(() => living(dataDir), { timeout: 60_000, interval: 200 }).toEqual([]);
});

test('from two reports to paid payouts, over what a killed run left', { timeout: 300_000 }, async () => {
  const program = demo(['--exit']);
  const { code } = await program.ended;
  const said = program.said();
  expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
  for (const line of OUTCOMES) expect(said).toContain(line);
  // The same independent program: per account before rounding, then per trader what was paid, cut to what the rail pays.
  for (const [trader, rail, paid] of PAID) expect(said).toMatch(new RegExp(`${trader} +[\\d.]+ +planned +${rail} +${paid} +PAID`));
  expect(said).toMatch(/anna +243\.0585 +verification_missing/);
  expect(said).toContain('On hold: 147 USD of emil, MARGIN_EXCEEDED');
  expect(said).toContain('Now: pending 0, available 0.0085, held 0, reserved 0, paid 243.05');
  expect(said).toContain('Sum worked out anew: 150.7 USD, as posted');
  if (canRunBank()) expect(said).toContain('hugo by bank (SEPA): 105.99088344 USD = 97.66 EUR at 0.9214 (sandbox processor');
  else expect(said).toContain('The rail bank is left out, and hugo is paid by the sandbox rail instead: The sandbox bank is mock-bank, which needs Python');
  expect(said.match(/once, as paid/g)).toHaveLength(5); // by the counterparties' own records
  expect(said).not.toContain('NOT as paid');
  expect(said).toContain('5 payouts paid, 13 accruals');
  expect(Number(/told in ([\d.]+) s/.exec(said)?.[1])).toBeLessThan(90);
  for (const url of [/API {10}http:\/\/127\.0\.0\.1:\d+\/v1\n/, /API docs {5}http:\/\/127\.0\.0\.1:\d+\/docs\n/, /Temporal UI {2}http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\n/]) expect(said).toMatch(url);
  expect(living(dataDir)).toEqual([]);
});

const TYPES: Record<string, string> = { accrual: 'accrual', 'report-period': 'reportPeriod', change: 'changeExpiry', verification: 'verification' };
test('each workflow is where its link says, and Ctrl-C while money is pending leaves no process', { timeout: 300_000 }, async () => {
  const program = demo([]);
  await program.says('Pending → available');
  const links = [...new Set(program.said().match(/http:\S+\/workflows\/\S+/g))];
  expect(links.length).toBeGreaterThanOrEqual(15); // two reports, thirteen accruals
  for (const link of links) {
    // The UI's pages read the same address below /api/v1.
    const answer = await fetch(link.replace('/namespaces/', '/api/v1/namespaces/'));
    expect([link, answer.status]).toEqual([link, 200]);
    expect(await answer.json()).toHaveProperty('workflowExecutionInfo.type.name', TYPES[/workflows\/([a-z-]+)%3A/.exec(link)![1]!]);
  }
  program.child.kill('SIGINT');
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(living(dataDir)).toEqual([]);
});

test("a file of one's own whose totals differ: refused with its line, and exit code 1", { timeout: 300_000 }, async () => {
  writeFileSync(join(dataDir, 'own.csv'), 'Login;Symbol;Lots;Closed\n100;EURUSD;1,50;02.11.2026 10:00:00\n200;WHAT;0,20;02.11.2026 11:00:00\nTotal;;1,80;\n');
  writeFileSync(join(dataDir, 'own.json'), JSON.stringify({
    format: 'csv', delimiter: ';', decimal: ',', footer: '^Total', dateFormat: 'dd.MM.yyyy HH:mm:ss', timeZone: 'UTC', level: 'trade', server: 'Own-1',
    columns: { account: 'Login', symbol: 'Symbol', lots: 'Lots', closeTime: 'Closed' },
  }));
  const program = demo(['own.csv', '--profile', 'own.json', '--exit'], { INIT_CWD: dataDir });
  expect((await program.ended).code).toBe(1);
  expect(program.said()).toContain('TOTALS_DIFFER: own.csv states 1.8 as the sum of lots (footer, line 4, column 3), its rows add up to 1.7');
  expect(program.said()).toContain('at file own.csv, line 4, column 3');
  expect(program.said()).toContain('not known and so quarantined: WHAT');
  expect(living(dataDir)).toEqual([]);
});

test.each([[['x.csv'], 'A report needs --profile'], [['x.csv', '--profile', 'y.json'], 'FILE_MISSING'], [['--what'], '--what']])('%j is refused before anything starts', async (args, why) => {
  const program = demo(args);
  expect((await program.ended).code).toBe(1);
  expect(program.said()).toContain(why);
  expect(program.said()).not.toContain('Setting up');
});
