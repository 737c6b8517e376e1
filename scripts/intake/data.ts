import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { getPolicy, setPolicy } from '../../db/stores/approvalPolicies.ts';
import { newId } from '../../domain/ids.ts';
import type { BrokerProfile } from '../../domain/reports/profile.ts';
import { type CaseSetup, caseSetupSchema, loadSetup } from '../case/setup.ts';

/** The one broker of a large intake, and the week that its file is for. */
export const BROKER = 'bench';
export const WEEK = { from: '2026-11-02T00:00:00Z', to: '2026-11-09T00:00:00Z' };
const LINKED = '2026-01-01T00:00:00Z';

const SETUP: CaseSetup = caseSetupSchema.parse({
  methodology: { pendingPeriod: 'P7D', payoutMinimum: '10', tierWindowDays: 30, tiers: [{ name: 'base', fromLots: '0', multiplier: '1' }, { name: 'gold', fromLots: '20', multiplier: '1.10' }] },
  broker: {
    id: BROKER, servers: ['S'], agreement: { from: LINKED, to: null }, accountTypes: { standard: { eligible: true, lotFactor: '1' } },
    symbols: { EURUSD: 'forex', XAUUSD: 'metals', US30: 'indices' }, symbolSuffixes: ['.pro', '#'], excludedClasses: ['indices'], rules: { minDurationSeconds: 60 },
  },
  rates: [{ class: 'forex', perLot: '6', from: LINKED }, { class: 'metals', perLot: '8', from: LINKED }],
  users: [], accounts: [],
  profile: {
    format: 'csv', dateFormat: 'yyyy.MM.dd HH:mm:ss', timeZone: 'Europe/Athens', level: 'trade', full: true, server: 'S',
    columns: { ticket: 'Deal', account: 'Login', symbol: 'Symbol', lots: 'Volume', openTime: 'Open', closeTime: 'Close', commission: 'Commission' },
  },
  steps: [],
});

/** How its files are read. */
export const PROFILE: BrokerProfile = SETUP.profile;

export const login = (account: number): string => String(1_000_000 + account);

/** The broker with so many users of one linked account each: in sets, for the stores would take a minute for fifty thousand. */
export async function loadBroker(pool: Pool, accounts: number): Promise<void> {
  await loadSetup(pool, SETUP);
  for (let first = 0; first < accounts; first += 10_000) {
    const numbers = Array.from({ length: Math.min(10_000, accounts - first) }, (_, i) => first + i);
    const [users, trading, links] = (['user', 'tradingAccount', 'accountLink'] as const).map((kind) => numbers.map(() => newId(kind)));
    await pool.query("INSERT INTO app_user (id, external_id, created_at) SELECT id, 'u' || n, $3 FROM unnest($1::text[], $2::int[]) AS g(id, n)", [users, numbers, LINKED]);
    await pool.query("INSERT INTO trading_account (id, broker_id, server, login, type, created_at) SELECT id, $3, 'S', login, 'standard', $4 FROM unnest($1::text[], $2::text[]) AS g(id, login)", [trading, numbers.map(login), BROKER, LINKED]);
    await pool.query("INSERT INTO account_link (id, trading_account_id, user_id, status, requested_at, decided_at) SELECT id, account, usr, 'verified', $4, $4 FROM unnest($1::text[], $2::text[], $3::text[]) AS g(id, account, usr)", [links, trading, users, LINKED]);
  }
  // The gate is asked, as always, and answers that no second operator is needed.
  const db = drizzle(pool);
  await setPolicy(db, { ...await getPolicy(db, 'report_over_limit'), overAmount: '999999999999' });
}

export interface BigFile { lines: number; accounts: number; /** Of each so many lines one has other lots: a re-issue. */ changed?: number; /** Weeks after the first, with tickets of their own. */ week?: number }

const SYMBOLS = ['EURUSD.pro', 'XAUUSD', 'EURUSD', 'US30'];
const PER_LOT = [6n, 8n, 6n, 0n];

/** Every account trades every symbol. */
const symbolOf = (file: BigFile, i: number): number => (i + Math.floor(i / file.accounts)) % SYMBOLS.length;

/** What line `i` of the file says: account by number, lots in hundredths, and USD a lot (0: an excluded class). */
export function lineOf(file: BigFile, i: number): { account: number; hundredths: bigint; perLot: bigint } {
  const hundredths = file.changed !== undefined && i % file.changed === 0 ? 50n : BigInt(125 + 100 * (i % 3));
  return { account: (i * 7919) % file.accounts, hundredths, perLot: PER_LOT[symbolOf(file, i)]! };
}

function row(file: BigFile, i: number): string {
  const day = `2026.11.0${2 + (i % 6)}`;
  const { account, hundredths } = lineOf(file, i);
  const lots = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
  const ticket = 9_007_199_254_740_993n + BigInt((file.week ?? 0) * 100_000_000 + i);
  return `${ticket},${login(account)},${i % 2 === 0 ? 'buy' : 'sell'},${SYMBOLS[symbolOf(file, i)]},${lots},1.08${i % 1000},${day} 10:00:00,${day} 11:0${i % 10}:00,${i % 7 === 0 ? '35' : '40'}.00,a\n`;
}

/** The file, about 100 bytes a line, in pieces. Accounts take turns, as they do at a broker; a quarter of the lines is of an excluded class. */
export async function* bigFile(file: BigFile): AsyncGenerator<Buffer> {
  let text = 'Deal,Login,Side,Symbol,Volume,Price,Open,Close,Commission,Group\n';
  for (let i = 0; i < file.lines; i++) {
    text += row(file, i);
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

const WEEK_MS = 7 * 86_400_000;

/** The period of the file's week. The trades of every file close in the first one: a period is what the broker says it is. */
export function periodOf({ week = 0 }: Pick<BigFile, 'week'>): { from: string; to: string } {
  const [from, to] = [WEEK.from, WEEK.to].map((at) => new Date(Date.parse(at) + week * WEEK_MS).toISOString());
  return { from: from!, to: to! };
}
