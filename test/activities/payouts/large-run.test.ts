import pg from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { withTransaction } from '../../../db/connection.ts';
import { postJournals } from '../../../db/ledger/journals.ts';
import { recordVerified } from '../../../db/stores/recordVerified.ts';
import { FAR_AHEAD, LONG_AGO, money } from '../../../scripts/chaos/seed.ts';
import { payoutActivities, payoutFixture } from '../../support/payouts.ts';

afterEach(() => { vi.restoreAllMocks(); });

test('10,000 members are frozen and planned in sets: some twenty statements a page', async () => {
  const fixture = await payoutFixture();
  try {
    const ids = Array.from({ length: 10_000 }, (_, i) => `usr_${String(i).padStart(6, '0')}`);
    for (const statement of [
      `INSERT INTO app_user (id, external_id, created_at) SELECT u, u, $2 FROM unnest($1::text[]) u`,
      `INSERT INTO trading_account (id, broker_id, server, login, type, created_at) SELECT 'tac_' || u, 'ava', 'live', u, 'standard', $2 FROM unnest($1::text[]) u`,
      `INSERT INTO account_link (id, trading_account_id, user_id, status, requested_at, decided_at) SELECT 'lnk_' || u, 'tac_' || u, u, 'verified', $2, $2 FROM unnest($1::text[]) u`,
      `INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from) SELECT 'pm_' || u, u, 'sandbox', jsonb_build_object('account', u), $2::timestamptz, $2::timestamptz, $2::timestamptz FROM unnest($1::text[]) u`,
      `INSERT INTO ownership_verification (id, user_id, account_link_id, state, requested_at, expires_at, decided_at, decided_by, decision_reason)
       SELECT 'own_' || u, u, 'lnk_' || u, 'confirmed', $2, '2099-01-01', $2, 'seed', 'seeded' FROM unnest($1::text[]) u`,
    ]) await fixture.pool.query(statement, [ids, LONG_AGO]);
    await recordVerified(fixture.pool, { userIds: ids, at: LONG_AGO, by: 'seed', reason: 'seeded', screenedUntil: FAR_AHEAD });
    await withTransaction(fixture.pool, async (tx) => void (await postJournals(tx, ids.flatMap((id) => money(id, 'ava', '20.5')))));
    const call = payoutActivities(fixture);
    const at = '2026-11-23T09:00:00.000Z';
    const { runId } = await call('openRun', { runKey: 'large', scheduledAt: at, workflowId: 'large', startedBy: null });
    const queries = vi.spyOn(pg.Client.prototype, 'query');
    const from = performance.now();
    await call('freezeMembers', { runId, asOf: at });
    const frozen = performance.now();
    let pages = 0;
    for (let after: string | null = ''; after !== null; pages++) after = (await call('planPage', { runId, after, limit: 500, asOf: at })).next;
    const planned = performance.now();
    console.log(`10,000 members: frozen in ${Math.round(frozen - from)} ms, planned in ${Math.round(planned - frozen)} ms, ${queries.mock.calls.length} statements`);
    expect(queries.mock.calls.length).toBeLessThan(pages * 25 + 20);
    expect(await fixture.rows(`SELECT (SELECT count(*) FROM payout) AS payouts, (SELECT sum(amount) FROM account_balance WHERE kind = 'reserved') AS reserved`)).toEqual([{ payouts: '10000', reserved: '205000.0' }]);
  } finally {
    await fixture.close();
  }
});
