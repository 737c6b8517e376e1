import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { localFolders } from '../../../../../activities/payouts/rails/bank/localFolders.ts';
import { bankRail } from '../../../../../activities/payouts/rails/bank/rail.ts';
import { validated } from '../../../../../activities/payouts/rails/bank/validate.ts';
import { railRegistry } from '../../../../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../../../../activities/payouts/settings.ts';
import { createPool } from '../../../../../db/connection.ts';
import { userBalances } from '../../../../../db/ledger/balances.ts';
import { railConditions } from '../../../../../db/stores/railConditions.ts';
import { readPayout } from '../../../../../db/stores/payouts.ts';
import { seedBase, seedUser } from '../../../../../scripts/chaos/seed.ts';
import { freshDatabase } from '../../../../support/database.ts';
import { payoutActivities } from '../../../../support/payouts.ts';
import '../../../../support/quiet.ts';

export const AT = '2026-11-23T09:00:00.000Z';
const IBAN = 'NL41MOCK0000000001';

export interface Ordered { payoutId: string; userId: string; endToEndId: string; file: string }
export interface Booked { endToEndId?: string; amount?: string; ref?: string; ofTransfer?: string; side?: 'DBIT' | 'CRDT'; day?: string; reversal?: boolean; returned?: boolean; sum?: string }

const header = (id: string): string => `<GrpHdr><MsgId>${id}</MsgId><CreDtTm>2026-11-24T10:00:00+01:00</CreDtTm></GrpHdr>`;
const document = (name: string, root: string, body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${name}"><${root}>${body}</${root}></Document>`;
const account = `<Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>`;
const family = '<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>';
const because = (code: string): string => (code === '' ? '' : `<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn></StsRsnInf>`);

/** The bank rail on a fresh database, with a bank whose messages are written by hand; payouts are of 20 USD, 16 EUR. */
export async function paperBank() {
  const database = await freshDatabase();
  const pool: Pool = createPool(database.appUrl, { max: 8, onError: () => {} });
  await seedBase(pool);
  const [incoming, out] = [mkdtempSync(join(tmpdir(), 'cashback-paper-in-')), mkdtempSync(join(tmpdir(), 'cashback-paper-out-'))];
  let now = new Date(AT);
  const rail = bankRail({
    pool, debtor: { name: 'Acme', iban: IBAN, bic: null }, folders: async () => localFolders(out, incoming), currencies: ['EUR'], calendar: { cutOff: '15:00', timeZone: 'UTC', holidays: [] }, minimum: '1', maximum: '100000', fee: '0',
    feeBearer: 'company', settlesWithinSeconds: 4 * 86_400, settleMs: 0, remittance: 'Cashback', rate: async (currency) => ({ currency, rate: '0.8', source: 'test', validUntil: null }), now: () => now,
  });
  const hinted = new Set<string>();
  const client = { workflow: { start: async () => undefined, signalWithStart: async (_type: string, { args: [payout] }: { args: [{ payoutId: string }] }) => { hinted.add(payout.payoutId); } } } as never;
  const call = payoutActivities({ pool, rails: railRegistry([rail]), settings: PAYOUT_SETTINGS } as never, client);
  let no = 0;
  const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await pool.query(sql, values)).rows as T[];

  const leave = (xml: string): void => {
    validated('paper', Buffer.from(xml));
    writeFileSync(join(incoming, `m${String(++no).padStart(4, '0')}.xml`), xml);
  };
  const ntry = ({ endToEndId = 'NOTPROVIDED', amount = '16.00', ref = '', ofTransfer = '', side = 'DBIT', day = '2026-11-24', reversal = false, returned = false, sum = amount }: Booked): string =>
    `<Ntry><Amt Ccy="EUR">${sum}</Amt><CdtDbtInd>${side}</CdtDbtInd>${reversal ? '<RvslInd>true</RvslInd>' : ''}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${day}</Dt></BookgDt>${ref === '' ? '' : `<AcctSvcrRef>${ref}</AcctSvcrRef>`}${family}<NtryDtls><TxDtls><Refs>${ofTransfer === '' ? '' : `<AcctSvcrRef>${ofTransfer}</AcctSvcrRef>`}<EndToEndId>${endToEndId}</EndToEndId></Refs><Amt Ccy="EUR">${amount}</Amt>${returned ? '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>' : ''}</TxDtls></NtryDtls></Ntry>`;
  const notified = (...entries: Booked[]): void => leave(document('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn', `${header(`M${++no}`)}<Ntfctn><Id>N${no}</Id>${account}${entries.map(ntry).join('')}</Ntfctn>`));
  const stated = (...entries: Booked[]): void => leave(document('camt.053.001.08', 'BkToCstmrStmt', `${header(`M${++no}`)}<Stmt><Id>S${no}</Id>${account}<Bal><Tp><CdOrPrtry><Cd>ITBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>${entries.map(ntry).join('')}</Stmt>`));
  /** `group`: status and reason of the file; the same of transfers, by their names. */
  const reported = (file: string, group: [string, string] | null, transfers: Record<string, [string, string]> = {}): void => leave(document('pain.002.001.10', 'CstmrPmtStsRpt',
    `${header(`M${++no}`)}<OrgnlGrpInfAndSts><OrgnlMsgId>${file}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${group === null ? '' : `<GrpSts>${group[0]}</GrpSts>${because(group[1])}`}</OrgnlGrpInfAndSts>${Object.keys(transfers).length === 0 ? '' : `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${file}</OrgnlPmtInfId>${Object.entries(transfers).map(([name, [status, reason]]) => `<TxInfAndSts><OrgnlEndToEndId>${name}</OrgnlEndToEndId><TxSts>${status}</TxSts>${because(reason)}</TxInfAndSts>`).join('')}</OrgnlPmtInfAndSts>`}`));

  return {
    pool, call, rows, leave, notified, stated, reported, incoming, ownerUrl: database.ownerUrl,
    setNow: (iso: string): void => { now = new Date(iso); },
    /** So many payouts, handed over in one file. */
    async ordered(count = 1): Promise<Ordered[]> {
      const users: string[] = [];
      for (let n = 0; n < count; n++) users.push((await seedUser(pool, { available: { ava: '20' }, rail: 'bank', destination: { iban: 'DE89370400440532013000', holderName: 'Lucja Muller' } })).userId);
      const { runId } = await call('openRun', { runKey: `run-${users[0]}`, scheduledAt: AT, workflowId: `w-${users[0]}`, startedBy: null });
      await call('freezeMembers', { runId, asOf: AT });
      await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
      const planned = await rows<{ payoutId: string; userId: string }>('SELECT id AS "payoutId", user_id AS "userId" FROM payout WHERE user_id = ANY ($1) ORDER BY id', [users]);
      for (const { payoutId } of planned) await call('prepareAttempt', { payoutId, asOf: AT });
      const { batchIds: [batchId] } = await call('assembleBatches', { rail: 'bank', asOf: AT });
      await call('handOverBatch', { batchId: batchId!, asOf: AT });
      return Promise.all(planned.map(async (one) => ({ ...one, endToEndId: (await readPayout(pool, one.payoutId)).attempt!.facts['endToEndId']!, file: batchId!.replace('_', '') })));
    },
    /** Reads what lies there; whoever was told of asks. */
    async read(): Promise<void> {
      hinted.clear();
      await call('fetchFromRail', { rail: 'bank', asOf: AT });
      for (const payoutId of hinted) await call('lookUpAttempt', { payoutId, asOf: AT });
    },
    look: (payoutId: string) => call('lookUpAttempt', { payoutId, asOf: AT }),
    async state({ payoutId, userId }: Ordered): Promise<{ state: string; detail: string | null; available: string; paid: string }> {
      const { payout: { state, detail } } = await readPayout(pool, payoutId);
      const { available, paid } = (await userBalances(pool, userId)).total;
      return { state, detail, available, paid };
    },
    /** What the daily comparison finds of a payout; of none: what is nobody's. */
    async differences(payoutId: string | null): Promise<string[]> {
      await call('reconcileWithRecord', { rail: 'bank', day: '2026-11-24', asOf: AT, mendedBefore: '2100-01-01T00:00:00.000Z' });
      return (await rows<{ code: string }>(`SELECT code FROM reconciliation_case WHERE closed_at IS NULL AND payout_id IS NOT DISTINCT FROM $1 AND code <> 'CLEARING_DIFFERS' ORDER BY code`, [payoutId])).map(({ code }) => code);
    },
    cases: async (payoutId: string) => (await rows<{ code: string }>('SELECT code FROM reconciliation_case WHERE payout_id = $1 AND closed_at IS NULL ORDER BY code', [payoutId])).map(({ code }) => code),
    conditions: async () => (await railConditions(pool, 'bank')).map(({ code }) => code),
    taken: (folder: 'done' | 'failed') => readdirSync(join(incoming, folder)),
    async close(): Promise<void> {
      await pool.end();
      await database.drop();
      for (const folder of [incoming, out]) rmSync(folder, { recursive: true, force: true });
    },
  };
}
