import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { localFolders } from '../../../../../activities/payouts/rails/bank/localFolders.ts';
import { type BankRailConfig, bankRail } from '../../../../../activities/payouts/rails/bank/rail.ts';
import type { AttemptHandle, Rail } from '../../../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../../../../activities/payouts/settings.ts';
import { createPool } from '../../../../../db/connection.ts';
import { seedBase } from '../../../../../scripts/chaos/seed.ts';
import { COMPANY, type SandboxBank, type SandboxBankOptions, startSandboxBank } from '../../../../../scripts/sandbox-bank/server.ts';
import { freshDatabase } from '../../../../support/database.ts';
import { payoutActivities } from '../../../../support/payouts.ts';

/** 1 USD in EUR, as a bank test sees it. */
export const RATE = '0.8';

export interface BankWorld {
  rail: Rail;
  /** The same bank and folders for another database. */
  railOn(pool: Pool): Rail;
  pool: Pool; ownerUrl: string; bank: SandboxBank;
  call: ReturnType<typeof payoutActivities>;
  /** Payouts that were hinted, in order. */
  hinted: string[];
  /** What the rail's workflow does in one turn, with the bank reading its folder in between. */
  exchange(asOf?: string): Promise<void>;
  executions(attempt: Pick<AttemptHandle, 'facts'>): Promise<number>;
  /** Files that lie in a folder: `in`, `in/done`, `out`, `out/processed` … */
  files(folder: 'in' | 'out', inner?: string): string[];
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

/** A fresh database, mock-bank with its folders, and the rail between them. */
export async function bankWorld(options: { bank?: Partial<SandboxBankOptions>; rail?: Partial<BankRailConfig> } = {}): Promise<BankWorld> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 8, onError: () => {} });
  await seedBase(pool);
  const folder = mkdtempSync(join(tmpdir(), 'cashback-bank-'));
  const bank = await startSandboxBank({ folder, lookEveryMs: 0, ...options.bank });
  const railOn = (on: Pool): Rail => bankRail({
    pool: on, debtor: COMPANY, folders: async () => localFolders(bank.outgoing, bank.incoming), currencies: ['EUR'], calendar: { cutOff: '15:00', timeZone: 'UTC', holidays: [] },
    minimum: '1', maximum: '100000', fee: '0', feeBearer: 'company', settlesWithinSeconds: 4 * 86_400, settleMs: 0, remittance: 'Cashback',
    rate: async (currency) => ({ currency, rate: RATE, source: 'test', validUntil: null }), ...options.rail,
  });
  const rail = railOn(pool);
  const hinted: string[] = [];
  const client = { workflow: { start: async () => undefined, signalWithStart: async (_type: string, { args: [payout] }: { args: [{ payoutId: string }] }) => { hinted.push(payout.payoutId); } } } as unknown as Client;
  const call = payoutActivities({ pool, rails: railRegistry([rail]), settings: PAYOUT_SETTINGS } as never, client);
  return {
    rail, railOn, pool, ownerUrl: database.ownerUrl, bank, call, hinted,
    async exchange(asOf = new Date().toISOString()) {
      const { batchIds } = await call('assembleBatches', { rail: rail.id, asOf });
      for (const batchId of batchIds) await call('handOverBatch', { batchId, asOf });
      await bank.control.scan();
      await call('fetchFromRail', { rail: rail.id, asOf });
    },
    executions: async ({ facts }) => (await bank.control.payments(facts['endToEndId']!)).filter((payment) => payment.booked_at !== null).length,
    files: (side, inner = '') => readdirSync(join(side === 'in' ? bank.incoming : bank.outgoing, inner), { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).sort(),
    rows: async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await pool.query(sql, values)).rows as T[],
    async close() {
      await bank.stop();
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
