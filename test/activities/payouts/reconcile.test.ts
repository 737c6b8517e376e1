import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeCase, listCases } from '../../../db/stores/reconciliationCases.ts';
import { listReconciliations } from '../../../db/stores/reconciliations.ts';
import { noteUnknownOutcomes } from '../../../db/stores/unknownOutcomes.ts';
import { withTransaction } from '../../../db/connection.ts';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../../support/payouts.ts';

const AT = '2026-11-23T09:00:00.000Z';
const DAY = '2026-11-24';
/** Long after everything that the rail did in the tests' real time. */
const FAR = '2100-01-01T00:00:00.000Z';
let fixture: PayoutFixture;
const hinted: string[] = [];
const client = { workflow: { signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => void hinted.push(workflowId), start: async (_type: string, { workflowId }: { workflowId: string }) => void hinted.push(workflowId) } } as never;
const call = () => payoutActivities(fixture, client);

beforeAll(async () => { fixture = await payoutFixture({ timeoutMs: 500 }); });
afterAll(() => fixture?.close());

const sent = async (amount: string): Promise<string> => {
  const { payoutId } = await plannedPayout(fixture, amount, AT);
  await call()('prepareAttempt', { payoutId, asOf: AT });
  await call()('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  return payoutId;
};
const paid = async (amount: string): Promise<string> => {
  const payoutId = await sent(amount);
  expect(await call()('lookUpAttempt', { payoutId, asOf: AT })).toMatchObject({ state: 'paid' });
  return payoutId;
};
const look = () => call()('lookAtRecord', { rail: 'sandbox', day: DAY, asOf: AT });
const reconcile = (asOf = FAR, mendedBefore = FAR) => call()('reconcileWithRecord', { rail: 'sandbox', day: DAY, asOf, mendedBefore });
const open = async () => (await listCases(fixture.pool, { open: true }, { after: null, limit: 100 })).map(({ code, subject }) => `${code} ${subject}`);
const reference = (payoutId: string): string => fixture.server.record().find((movement) => movement.payoutId === payoutId)!.reference;

test('what is paid agrees; the day and its totals are kept', async () => {
  await paid('20');
  await paid('30');
  expect(await look()).toEqual({ hinted: 0 });
  expect(await reconcile()).toEqual({ items: 2, differences: 0, opened: 0, closed: 0 });
  expect(await listReconciliations(fixture.pool, {}, { before: null, limit: 10 })).toMatchObject([{ rail: 'sandbox', day: DAY, startedAt: AT, finishedAt: FAR, items: 2, railTotal: '50', ledgerTotal: '50', differences: 0, unreachableAt: null }]);
});

test('executed and not paid here: its look-up is hinted, which mends it; what stays is a case, which closes when it is mended', async () => {
  const payoutId = await sent('25');
  hinted.length = 0;
  expect(await look()).toEqual({ hinted: 1 });
  expect(hinted).toEqual([`payout:${payoutId}`]);
  // Executed after the first look: on its way.
  expect(await reconcile(FAR, '2020-01-01T00:00:00.000Z')).toMatchObject({ differences: 0 });
  expect(await reconcile()).toMatchObject({ differences: 2, opened: 2 });
  expect((await open()).sort()).toEqual(['CLEARING_DIFFERS sandbox', `EXECUTED_NOT_PAID ${payoutId}`]);
  expect(await reconcile()).toMatchObject({ opened: 0, closed: 0 });
  await call()('lookUpAttempt', { payoutId, asOf: AT });
  expect(await reconcile()).toMatchObject({ differences: 0, closed: 2 });
  expect(await open()).toEqual([]);
});

test('a return that nobody told us of is hinted; the money that it took is not said to be missing meanwhile', async () => {
  const payoutId = await paid('40');
  await fetch(`${fixture.server.url}/admin/payments/${reference(payoutId)}/return`, { method: 'POST' });
  hinted.length = 0;
  expect(await look()).toEqual({ hinted: 1 });
  expect(hinted).toEqual([`payout:${payoutId}`]);
  expect(await reconcile(FAR, '2020-01-01T00:00:00.000Z')).toMatchObject({ differences: 0 });
  expect(await call()('lookUpAttempt', { payoutId, asOf: AT })).toMatchObject({ state: 'returned' });
  expect(await reconcile()).toMatchObject({ differences: 0 });
});

test('what the rail paid for nobody of ours is a case; closed by an operator it is a new one when it is found again; operators are told of each once', async () => {
  const before = (await fixture.rows("SELECT FROM notification WHERE kind = 'reconciliation_cases'")).length;
  await paid('50');
  const stranger = await fetchStranger();
  expect(await reconcile()).toMatchObject({ opened: 2 });
  const [notOurs] = (await listCases(fixture.pool, { open: true, code: 'NOT_OURS' }, { after: null, limit: 10 }));
  expect(notOurs).toMatchObject({ payoutId: null, facts: { references: stranger, amount: '12', currency: 'USD' } });
  await withTransaction(fixture.pool, (tx) => closeCase(tx, notOurs!.id, { by: 'psn_1', reason: 'a test payment of finance', at: FAR }));
  await expect(withTransaction(fixture.pool, (tx) => closeCase(tx, notOurs!.id, { by: 'psn_1', reason: 'again', at: FAR }))).rejects.toMatchObject({ code: 'RECONCILIATION_CASE_CLOSED' });
  expect(await reconcile('2100-01-02T00:00:00.000Z')).toMatchObject({ opened: 1 });
  const again = await listCases(fixture.pool, { code: 'NOT_OURS' }, { after: null, limit: 10 });
  expect(again.map(({ closeReason }) => closeReason)).toEqual(['a test payment of finance', null]);
  expect((await fixture.rows("SELECT FROM notification WHERE kind = 'reconciliation_cases'")).length - before).toBe(2);
});

/** A payment that somebody ordered past us, by the rail's own interface. */
async function fetchStranger(): Promise<string> {
  const attempt = { payoutId: 'pay_stranger', attemptId: 'att_stranger', idempotencyKey: 'stranger-1', amount: '12', currency: 'USD', destination: { account: 'acc-stranger' } };
  const prepared = await fixture.rail.prepare({ ...attempt, asOf: AT }, { tx: null as never, terms: {} });
  await fixture.rail.submit({ ...attempt, ...prepared, replaced: [], preparedAt: AT, firstSentAt: AT, lastSentAt: AT }, new AbortController().signal);
  await expect.poll(() => fixture.server.record().some((movement) => movement.payoutId === 'pay_stranger')).toBe(true);
  return reference('pay_stranger');
}

test('an unknown outcome is a case at once, seen again by the reconciliation with what the record says, and closes when it is known', async () => {
  await fixture.faults('reset_after', 'look_up_error');
  const payoutId = await sent('60');
  expect(await call()('lookUpAttempt', { payoutId, asOf: AT })).toMatchObject({ state: 'unknown' });
  await noteUnknownOutcomes(fixture.pool, '2026-11-23T09:05:00.000Z');
  expect(await open()).not.toContain(`UNKNOWN_OUTCOME ${payoutId}`);
  await noteUnknownOutcomes(fixture.pool, '2026-11-23T10:00:00.000Z');
  await noteUnknownOutcomes(fixture.pool, '2026-11-23T11:00:00.000Z');
  const [first, ...rest] = await listCases(fixture.pool, { open: true }, { after: null, limit: 100 });
  expect(first).toMatchObject({ code: 'UNKNOWN_OUTCOME', subject: payoutId, openedAt: '2026-11-23T10:00:00.000Z' });
  expect(rest.map(({ code }) => code)).not.toContain('UNKNOWN_OUTCOME');
  await reconcile('2100-01-03T00:00:00.000Z');
  expect((await listCases(fixture.pool, { payoutId, code: 'UNKNOWN_OUTCOME' }, { after: null, limit: 9 }))).toMatchObject([{ facts: { onRecord: 'executed', attempts: '1' }, seenAt: '2100-01-03T00:00:00.000Z', closedAt: null }]);
  await expect(withTransaction(fixture.pool, (tx) => closeCase(tx, first!.id, { by: 'psn_1', reason: 'gone', at: FAR }))).rejects.toMatchObject({ code: 'RECONCILIATION_CASE_UNDECIDED' });
  expect(await call()('lookUpAttempt', { payoutId, asOf: AT })).toMatchObject({ state: 'paid' });
  await noteUnknownOutcomes(fixture.pool, '2026-11-23T12:00:00.000Z');
  expect((await listCases(fixture.pool, { payoutId, code: 'UNKNOWN_OUTCOME' }, { after: null, limit: 9 }))).toMatchObject([{ closedBy: 'system:sweep', closeReason: 'Its outcome is known: paid' }]);
});

test('pages: unknown outcomes first, then the oldest; every case once', async () => {
  const all = await listCases(fixture.pool, {}, { after: null, limit: 100 });
  const seen: string[] = [];
  for (let after: Parameters<typeof listCases>[2]['after'] = null; ;) {
    const page = await listCases(fixture.pool, {}, { after, limit: 2 });
    if (page.length === 0) break;
    seen.push(...page.map(({ id }) => id));
    const last = page.at(-1)!;
    after = { rank: last.code === 'UNKNOWN_OUTCOME' ? 0 : 1, openedAt: last.openedAt, id: last.id };
  }
  expect(seen).toEqual(all.map(({ id }) => id));
  expect(all[0]!.code).toBe('UNKNOWN_OUTCOME');
});

test('a record that cannot be read is a case of its own, and the day says so', async () => {
  await call()('noteRecordUnreachable', { rail: 'sandbox', day: '2026-11-25', asOf: AT, detail: 'connection refused' });
  await call()('noteRecordUnreachable', { rail: 'sandbox', day: '2026-11-25', asOf: '2026-11-23T10:00:00.000Z', detail: 'connection refused' });
  expect(await listCases(fixture.pool, { code: 'RECORD_UNREACHABLE' }, { after: null, limit: 9 })).toMatchObject([{ subject: 'sandbox', openedAt: AT, seenAt: '2026-11-23T10:00:00.000Z', detail: expect.stringContaining('connection refused') }]);
  expect((await listReconciliations(fixture.pool, { day: '2026-11-25' }, { before: null, limit: 9 }))[0]).toMatchObject({ unreachableAt: '2026-11-23T10:00:00.000Z', finishedAt: null, items: null });
  await call()('reconcileWithRecord', { rail: 'sandbox', day: '2026-11-25', asOf: '2100-01-04T00:00:00.000Z', mendedBefore: FAR });
  expect((await listReconciliations(fixture.pool, { day: '2026-11-25' }, { before: null, limit: 9 }))[0]).toMatchObject({ unreachableAt: null, items: expect.any(Number) });
  expect(await listCases(fixture.pool, { code: 'RECORD_UNREACHABLE', open: true }, { after: null, limit: 9 })).toEqual([]);
});

test('payouts go on: each open one is woken, page by page, and no settled one', async () => {
  const sentNow = [await sent('15'), await sent('16'), await sent('17')];
  // Money that came back before is planned again as well.
  const ids = (await fixture.rows<{ id: string }>("SELECT id FROM payout WHERE state NOT IN ('paid', 'failed', 'returned') ORDER BY id")).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(sentNow));
  hinted.length = 0;
  let pages = 0;
  for (let after: string | null = ''; after !== null; pages++) after = (await call()('hintOpenPayouts', { rail: pages === 0 ? 'sandbox' : null, after, limit: 2 })).next;
  expect(pages).toBe(Math.floor(ids.length / 2) + 1);
  expect([...hinted].sort()).toEqual(ids.map((id) => `payout:${id}`).sort());
  expect(await call()('hintOpenPayouts', { rail: 'another', after: '', limit: 2 })).toEqual({ next: null, hinted: 0 });
});
