import { withTransaction } from '../../db/connection.ts';
import { type JournalDraft, postJournals } from '../../db/ledger/journals.ts';
import { clearAccruals } from '../../db/stores/clearing.ts';
import { postDifferences } from '../../db/stores/differencePosting.ts';
import { placeHold, releaseHold } from '../../db/stores/holds.ts';
import { seedBase, seedUser } from '../../scripts/chaos/seed.ts';
import type { TestApi } from './support.ts';

export interface StatementStory { userId: string; accrualId: string; reportId: string; restatedId: string; holdId: string }

export const FILE_NAME = '=HYPERLINK("x","October"), Отчёт.csv';

/**
 * Ann's autumn, by the product's own stores: 18.37 earned on 5 October, cleared on the 12th, held on the 20th and released; 1.32 of
 * one ticket taken back on 2 November by a re-issue; a partner's share at another broker; 10 paid out, 4 of another payout returned.
 */
export async function statementStory({ pool }: TestApi): Promise<StatementStory> {
  await seedBase(pool, ['alpha', 'beta']);
  await pool.query(`INSERT INTO broker (id, name, created_at) VALUES ('gamma', '=1+1 Γάμμα', '2026-01-01Z')`);
  const { userId, accountLinkId } = await seedUser(pool, { available: { alpha: '0' } });
  const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await pool.query(sql, values)).rows as T[];
  await pool.query(`INSERT INTO report_period (id, broker_id, period_from, period_to) VALUES ('per_1', 'alpha', '2026-09-28Z', '2026-10-05Z')`);
  const [profile] = await rows<{ id: string }>(`INSERT INTO profile_version (id, broker_id, version, profile) VALUES ('prf_1', 'alpha', 1, '{}') RETURNING id`);
  const report = async (id: string, name: string): Promise<string> => (await rows<{ no: string }>(
    `INSERT INTO report (id, broker_id, period_id, profile_id, file_name, size, sha256, received_at, received_by, state)
     VALUES ($1, 'alpha', 'per_1', $2, $3, 1, $1, '2026-10-05Z', 'test', 'posted') RETURNING no`, [id, profile!.id, name]))[0]!.no;
  const first = await report('rpt_first', FILE_NAME);
  const again = await report('rpt_again', 'again.csv');
  const line = async (no: string, row: number, ticket: string): Promise<void> => void (await pool.query(
    `INSERT INTO report_line (report_no, row_number, line_number, raw, content_hash, ticket) VALUES ($1, $2, $2 + 1, 'raw', 'hash', $3)`, [no, row, ticket]));
  const earning = async (row: number, ticket: string, earned: string): Promise<string> => (await rows<{ id: string }>(
    `INSERT INTO earning (broker_id, key, period_id, report_no, row_number, user_id, account_link_id, outcome, lots, earned) VALUES ('alpha', $1, 'per_1', $2, $3, $4, $5, 'paid', 1, $6) RETURNING id`,
    [ticket, first, row, userId, accountLinkId, earned]))[0]!.id;
  for (const [row, ticket] of [[1, '1001'], [2, '=2+5']] as const) await line(first, row, ticket);
  await line(again, 1, '1001');
  const [one, two] = [await earning(1, '1001', '6.60'), await earning(2, '=2+5', '11.77')];
  const context = (reportNo: string, postedAt: string) => ({ brokerId: 'alpha', periodId: 'per_1', reportNo, postedAt, clearsAt: '2026-10-12T10:00:00.000Z', step: 'lines' });
  const change = (earningId: string, reportNo: string, rowNumber: number, amount: string) => ({ earningId, reportNo, rowNumber, accountLinkId, change: amount, adjustment: false });

  const posted = await withTransaction(pool, (tx) => postDifferences(tx, context(first, '2026-10-05T10:00:00.000Z'), [change(one, first, 1, '6.60'), change(two, first, 2, '11.77')]));
  const accrualId = posted.get(accountLinkId)!.id;
  await withTransaction(pool, (tx) => clearAccruals(tx, [accrualId], '2026-10-12T10:00:00.000Z'));
  const hold = await withTransaction(pool, (tx) => placeHold(tx, { accrualId, reason: 'FRAUD_CHECK', note: 'for operators only', placedBy: 'op_1', at: '2026-10-20T00:00:00.000Z' }));
  await withTransaction(pool, (tx) => releaseHold(tx, { accrualId, holdId: hold.id, releasedBy: 'op_2', at: '2026-11-01T00:00:00.000Z' }));
  await withTransaction(pool, (tx) => postDifferences(tx, context(again, '2026-11-02T10:00:00.000Z'), [change(one, again, 1, '-1.32')]));
  await withTransaction(pool, async (tx) => void (await postJournals(tx, others(userId))));
  return { userId, accrualId, reportId: 'rpt_first', restatedId: 'rpt_again', holdId: hold.id };
}

function others(userId: string): JournalDraft[] {
  const own = (kind: 'pending' | 'available' | 'reserved', brokerId = 'alpha', programme: 'cashback' | 'partner' = 'cashback') => ({ kind, userId, brokerId, programme });
  const rail = { kind: 'rail_clearing', rail: 'sandbox' } as const;
  const move = (key: string, kind: JournalDraft['kind'], effectiveAt: string, amount: string, from: JournalDraft['postings'][number]['account'], to: JournalDraft['postings'][number]['account']): JournalDraft =>
    ({ key: `story:${key}`, kind, effectiveAt, cause: { type: 'payout', id: `pay_${key}` }, postings: [{ account: from, amount: `-${amount}` }, { account: to, amount }] });
  const payout = (key: string, amount: string, at: string): JournalDraft[] => [
    move(`${key}-r`, 'payout_reserved', at, amount, own('available'), own('reserved')), move(`${key}-p`, 'payout_paid', at.replace('09:', '10:'), amount, own('reserved'), rail),
  ];
  return [
    move('share', 'accrual_posted', '2026-10-31T23:59:59.999Z', '0.00000001', { kind: 'partner_expense', brokerId: 'gamma' }, own('pending', 'gamma', 'partner')),
    ...payout('ten', '10', '2026-11-09T09:00:00.000Z'), ...payout('four', '4', '2026-11-16T09:00:00.000Z'),
    move('back', 'payout_returned', '2026-11-20T09:00:00.000Z', '4', rail, own('available')),
  ];
}
