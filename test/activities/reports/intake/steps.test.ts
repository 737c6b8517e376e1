import { Decimal } from 'decimal.js';
import { expect, it } from 'vitest';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { type Around, deskFactory, type Desk } from './desk.ts';
import { breakingAt } from './faults.ts';
import { adjustment, csv, profile, type Row, reversal, setup, trade, WEEK1 } from './rows.ts';
import fc from '../../../support/properties.ts';

/** Every way in which a step may be done again: the figures must be those of one quiet run. */
const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const LATER = '2026-11-09T11:00:00.000Z';

const first: Row[] = [
  trade('1'), trade('2', 'bob'), trade('3', 'cent', { lots: '7.77' }), trade('4', 'late'), trade('5', 'wait'), trade('6', 'std', { symbol: 'US30' }), trade('', 'std'), trade('', 'std'),
  trade('7', 'bob', { lots: '2' }), trade('7', 'bob', { lots: '3' }), trade('8', 'std', { lots: 'x' }), adjustment('3.5', { ticket: 'a' }), adjustment('-2', { account: 'bob' }), reversal('2'),
];
const second: Row[] = [
  trade('1', 'std', { lots: '0.40' }), trade('2', 'bob'), trade('3', 'late', { lots: '7.77' }), trade('4', 'late', { lots: '4' }), trade('', 'std'), trade('7', 'bob', { lots: '3' }),
  adjustment('-1', { ticket: 'a' }), reversal('4'), trade('9', 'std', { symbol: 'XAUUSD#' }),
];

async function both(around?: Around, pageSize?: number): Promise<{ desk: Desk; figures: Awaited<ReturnType<Desk['figures']>> }> {
  const desk = await openDesk(setup);
  const how = { ...(around ? { around } : {}), ...(pageSize ? { pageSize } : {}) };
  await desk.submit({ file: csv(first), ...WEEK1, at: AT, ...how });
  await desk.submit({ file: csv(second), ...WEEK1, at: LATER, ...how });
  return { desk, figures: await desk.figures() };
}

async function agrees(desk: Desk): Promise<void> {
  // entries = earned = what the accruals hold = balances of the ledger.
  const { rows } = await desk.pool.query<{ differ: string }>(
    `SELECT 'earning ' || e.key AS differ FROM earning e WHERE e.broker_id = $1 AND e.earned <> (SELECT coalesce(sum(n.amount), 0) FROM earning_entry n WHERE n.earning_id = e.id)
     UNION ALL SELECT 'accrual ' || a.id FROM accrual a WHERE a.broker_id = $1 AND (a.amount - a.taken_back <> (SELECT sum(n.amount) FROM earning_entry n WHERE n.accrual_seq = a.seq)
       OR a.amount <> (SELECT sum(n.amount) FROM earning_entry n WHERE n.accrual_seq = a.seq AND n.amount > 0))
     UNION ALL SELECT 'pending of ' || b.user_id FROM (
       SELECT u.user_id, u.amount, (SELECT coalesce(sum(a.amount - a.taken_back), 0) FROM accrual a WHERE a.user_id = u.user_id AND a.broker_id = $1 AND a.state = 'pending') AS held
       FROM (SELECT l.user_id, sum(b.amount) AS amount FROM ledger_account l JOIN balance b ON b.account_id = l.id WHERE l.kind = 'pending' AND l.broker_id = $1 GROUP BY 1) u) b WHERE b.amount <> b.held
     UNION ALL SELECT 'sum of ' || l.broker_id FROM ledger_account l JOIN balance b ON b.account_id = l.id WHERE l.broker_id = $1 AND l.user_id IS NOT NULL
       GROUP BY l.broker_id HAVING sum(b.amount) <> (SELECT sum(e.earned) FROM earning e WHERE e.broker_id = $1)`, [desk.broker]);
  expect(rows).toEqual([]);
}

it('parts add up: entries, what tickets have earned, accruals and the ledger’s balances', async () => {
  const { desk } = await both();
  await agrees(desk);
  await desk.clear('2026-11-16T10:30:00.000Z');
  await agrees(desk);
  expect(await verifyLedger(desk.pool)).toMatchObject({ differences: [] });
});

it.each([1, 2, 7, 5000])('a page of %i lines gives the same figures', async (pageSize) => {
  const { desk, figures } = await both(undefined, pageSize);
  expect(figures).toEqual((await both()).figures);
  await agrees(desk);
});

it('the order of the lines does not matter, but for lines of one ticket', async () => {
  const rows = first.filter((row) => row.ticket !== '7');
  const figures = async (file: Row[]) => {
    const desk = await openDesk(setup);
    await desk.submit({ file: csv(file), ...WEEK1, at: AT, pageSize: 3 });
    return desk.figures();
  };
  const want = await figures(rows);
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (shuffled) => {
    expect(await figures(shuffled)).toEqual(want);
  }), { numRuns: 12 });
});

it('each activity run again after it succeeded changes nothing', async () => {
  const twice: Around = async (step, run, pool) => {
    const answer = await run(pool);
    // A page that ran again does the next page: only the last one may be asked again without moving on.
    if ((answer as { done?: boolean } | undefined)?.done === false) return answer;
    expect([step, await run(pool)]).toEqual([step, answer !== null && typeof answer === 'object' ? expect.objectContaining({ done: true }) : answer]);
    return answer;
  };
  const { desk, figures } = await both(twice, 4);
  expect(figures).toEqual((await both(undefined, 4)).figures);
  await agrees(desk);
});

it.each([false, true])('two workers that do every step at once (pages of %s)', async (small) => {
  const racing: Around = async (_step, run, pool) => {
    const [one, other] = await Promise.all([run(pool), run(pool)]);
    // The workflow sees one answer; the other is a worker believed dead.
    return (one as { done?: boolean } | undefined)?.done === false ? one : other;
  };
  const { desk, figures } = await both(racing, small ? 2 : 5000);
  expect(figures).toEqual((await both()).figures);
  await agrees(desk);
});

it('a worker killed before any query of any step, or after it with the answer lost, repeats the step and nothing is posted twice', async () => {
  const want = (await both(undefined, 5)).figures;
  const breaks = new Map<string, number>();
  for (const after of [false, true]) {
    const dying: Around = async (step, run, pool) => {
      for (let n = 0; ; n++) {
        const faulty = breakingAt(pool, n, after);
        try {
          const answer = await run(faulty.pool);
          expect(faulty.broke()).toBe(false);
          return answer;
        } catch (error) {
          if (!faulty.broke()) throw error;
          breaks.set(step, (breaks.get(step) ?? 0) + 1);
        }
        if (n > 200) throw new Error(`${step} never ended`);
      }
    };
    const { desk, figures } = await both(dying, 5);
    expect(figures).toEqual(want);
    await agrees(desk);
  }
  const steps = ['stage', 'beginJudging', 'judgePage', 'tieOut', 'beginPosting', 'postPage', 'settlePage'];
  expect(steps.filter((step) => (breaks.get(step) ?? 0) > 3)).toEqual(steps);
}, 180_000);

it('the same content renamed, reordered, with CRLF or under another version number changes nothing', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv(first), ...WEEK1, at: AT });
  const before = await desk.figures();
  const journals = async () => (await desk.pool.query('SELECT 1 FROM journal')).rowCount;
  const count = await journals();
  for (const [n, file] of [csv(first), csv([...first].reverse()), csv(first, '\r\n'), `\uFEFF${csv(first)}`].entries()) {
    const report = await desk.submit({ file, ...WEEK1, at: LATER, name: `copy-${n}.csv`, version: n + 1 });
    expect(report.state).toBe('unchanged');
  }
  expect([await desk.figures(), await journals()]).toEqual([before, count]);
});

it('any sequence of versions leaves pending + available of the last one alone', async () => {
  const row = fc.record({ ticket: fc.constantFrom('1', '2', '3', '4'), account: fc.constantFrom('std', 'cent', 'late', 'wait'), lots: fc.constantFrom('0.01', '1.00', '2.37', '0.333333333'), symbol: fc.constantFrom('EURUSD', 'XAUUSD', 'US30') })
    .map((own): Row => trade(own.ticket, own.account, own));
  const version = fc.array(row, { maxLength: 5 });
  const net = async (desk: Desk): Promise<Record<string, string>> =>
    Object.fromEntries(Object.entries((await desk.figures()).users).map(([user, money]) => [user, new Decimal(money.pending).plus(money.available).toFixed()]));
  await fc.assert(fc.asyncProperty(fc.array(version, { minLength: 2, maxLength: 4 }), async (versions) => {
    const many = await openDesk({ ...setup, profile: { ...profile, full: true } });
    for (const [n, rows] of versions.entries()) {
      const at = new Date(Date.parse(AT) + n * 5 * 86_400_000).toISOString();
      await many.clear(at);
      await many.submit({ file: csv(rows), ...WEEK1, at, pageSize: 2 });
    }
    const alone = await openDesk(setup);
    await alone.submit({ file: csv(versions.at(-1)!), ...WEEK1, at: AT });
    expect(await net(many)).toEqual(await net(alone));
    await agrees(many);
  }), { numRuns: 15 });
}, 120_000);
