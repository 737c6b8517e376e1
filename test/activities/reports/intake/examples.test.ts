import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, it } from 'vitest';
import { publishMethodology } from '../../../../db/stores/methodologies.ts';
import { deskFactory, type SetupInput } from './desk.ts';
import { adjustment, csv, profile, reversal, setup, trade, WEEK1, WEEK2 } from './rows.ts';

/** The worked examples of product.md, each through reading, judging, posting and clearing on a real database. */
const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const NEXT = '2026-11-16T10:00:00.000Z';
const without = (...columns: string[]) => ({ ...profile, columns: Object.fromEntries(Object.entries(profile.columns).filter(([field]) => !columns.includes(field))) });
const plain: SetupInput = {
  ...setup, profile: without('openTime', 'points'), rates: [{ class: 'forex', perLot: '6.00', from: '2026-01-01T00:00:00Z' }, { class: 'metals', perLot: '8.00', from: '2026-01-01T00:00:00Z' }],
  broker: { ...setup.broker, symbols: { EURUSD: 'forex', GBPJPY: 'forex', XAUUSD: 'metals', US30: 'indices' }, symbolSuffixes: ['.pro', '#', '.m', '.cash'] },
};

it('1: gold × 1.10 over five symbols gives 18.37; 5.85 lots are 2.65 paid, 3.00 excluded, 0.20 quarantined', async () => {
  const desk = await openDesk(plain);
  const lines = [['EURUSD.pro', '1.50'], ['GBPJPY#', '0.75'], ['XAUUSD.m', '0.40'], ['US30.cash', '3.00'], ['NEWCOIN', '0.20']].map(([symbol, lots], i) => trade(`${i}`, 'std', { symbol: symbol!, lots: lots! }));
  await desk.submit({ file: csv(lines), ...WEEK1, at: AT });
  expect(await desk.figures()).toMatchObject({ users: { ann: { pending: '18.37', available: '0' } }, lots: { paid: '2.65', excluded: '3', quarantined: '0.2' }, reasons: { INSTRUMENT_EXCLUDED: 1, UNKNOWN_SYMBOL: 1 } });
});

it.each([['one line of 12.00', ['12.00']], ['120 lines of 0.10', Array.from({ length: 120 }, () => '0.10')]])('2: 12 cent lots at 8.50 are 1.02 in %s', async (_name, lots) => {
  const desk = await openDesk({ ...plain, users: [{ id: 'ann', tier: 'base' }, { id: 'bob' }, { id: 'cyd' }], rates: [{ class: 'forex', perLot: '8.50', from: '2026-01-01T00:00:00Z' }] });
  await desk.submit({ file: csv(lots.map((own, i) => trade(`${i}`, 'cent', { lots: own }))), ...WEEK1, at: AT });
  expect((await desk.figures()).users['ann']!.pending).toBe('1.02');
});

it('3: a partial close of MT4 is two tickets: 2.50 and 1.00 lots at 6 are 21.00', async () => {
  const desk = await openDesk({ ...plain, users: [{ id: 'ann', tier: 'base' }, { id: 'bob' }, { id: 'cyd' }] });
  await desk.submit({ file: csv([trade('200', 'std', { lots: '2.50' }), trade('201', 'std', { lots: '1.00' })]), ...WEEK1, at: AT });
  expect((await desk.figures()).users['ann']!.pending).toBe('21');
});

it('4: 180 s and 30 points are paid, 179 s or 29 points not; a close-by of 0.00 lots is no error', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([
    trade('1', 'std', { open: '2026-11-06T10:57:00Z', points: '30' }), trade('2', 'std', { open: '2026-11-06T10:57:01Z', points: '30' }),
    trade('3', 'std', { open: '2026-11-06T10:57:00Z', points: '-29' }), trade('4', 'std', { lots: '0.00' }),
  ]), ...WEEK1, at: AT });
  expect(await desk.figures()).toMatchObject({ users: { ann: { pending: '6.6' } }, reasons: { MIN_DURATION: 1, MIN_MOVE: 1, ZERO_VOLUME_CLOSE_BY: 1 } });
});

it('5: 6.60 restated to 0.80 lots posts −1.32 as a new entry and leaves 5.28', async () => {
  const desk = await openDesk(plain);
  await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
  const report = await desk.submit({ file: csv([trade('1', 'std', { lots: '0.80' })]), ...WEEK1, at: AT });
  expect((await desk.figures()).users['ann']).toMatchObject({ pending: '5.28', available: '0' });
  const entries = await desk.pool.query<{ amount: string }>('SELECT trim_scale(amount)::text AS amount FROM earning_entry WHERE report_no = $1', [report.no]);
  expect(entries.rows).toEqual([{ amount: '-1.32' }]);
});

it('6: a reversal after clearing takes available below zero and later cashback recoups it; twice is once; pending money is reversed where it pends', async () => {
  const desk = await openDesk({ ...plain, users: [{ id: 'ann', tier: 'base' }, { id: 'bob' }, { id: 'cyd' }] });
  const money = async () => {
    const { pending, available } = (await desk.figures()).users['ann']!;
    return [pending, available];
  };
  // 15.40 of a trade and 9.10 − 15.40 left of what was earned: the payout of the rest is a negative adjustment here.
  await desk.submit({ file: csv([trade('1', 'std', { lots: '2.56666667' }), adjustment('36.09999998')]), ...WEEK1, at: AT });
  await desk.clear(NEXT);
  await desk.submit({ file: csv([adjustment('-42.40', { ticket: 'out' })]), from: WEEK2.from, to: WEEK2.to, at: NEXT });
  expect(await money()).toEqual(['0', '9.1']);
  const third = { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z', at: '2026-11-17T10:00:00.000Z' };
  await desk.submit({ file: csv([adjustment('4.00', { ticket: 'four' }), trade('2', 'std', { lots: '1.00' }), reversal('1'), reversal('1'), reversal('2')]), ...third });
  expect(await money()).toEqual(['4', '-6.30000002']);
  await desk.clear('2026-11-24T10:00:00.000Z');
  expect(await money()).toEqual(['0', '-2.30000002']);
  await desk.submit({ file: csv([adjustment('20.00', { ticket: 'twenty' }), reversal('1')]), from: '2026-11-23T00:00:00Z', to: '2026-11-30T00:00:00Z', at: '2026-11-30T10:00:00.000Z' });
  await desk.clear('2026-12-07T10:00:00.000Z');
  expect(await money()).toEqual(['0', '17.69999998']);
});

it('7: confirmed Monday 10:00 is available the next Monday at 10:00 exactly, not a millisecond earlier', async () => {
  const desk = await openDesk(plain);
  await desk.submit({ file: csv([trade('1')]), ...WEEK1, at: AT });
  await desk.clear('2026-11-16T09:59:59.999Z');
  expect((await desk.figures()).users['ann']).toMatchObject({ pending: '6.6', available: '0' });
  await desk.clear('2026-11-16T10:00:00.000Z');
  expect((await desk.figures()).users['ann']).toMatchObject({ pending: '0', available: '6.6' });
});

it('8: the rate of the close in UTC, not of the server’s clock, also when recomputed a month later; without a zone nothing is read', async () => {
  const own = {
    ...plain, profile: { ...without('openTime', 'points'), dateFormat: 'yyyy.MM.dd HH:mm', timeZone: '+02:00' },
    rates: [{ class: 'forex', perLot: '6.00', from: '2026-01-01T00:00:00Z' }, { class: 'forex', perLot: '5.50', from: '2026-11-10T00:00:00Z' }],
  };
  const desk = await openDesk(own);
  const rows = [trade('1', 'std', { lots: '2', close: '2026.11.10 01:30' })];
  await desk.submit({ file: csv(rows), ...WEEK2, at: NEXT });
  expect((await desk.figures()).users['ann']!.pending).toBe('13.2');
  await desk.submit({ file: csv([...rows, trade('2', 'std', { lots: '0.00', close: '2026.11.10 01:30' })]), ...WEEK2, at: '2026-12-16T10:00:00.000Z' });
  expect((await desk.figures()).users['ann']!.pending).toBe('13.2');
  const { timeZone: _zone, ...zoneless } = own.profile;
  await expect(openDesk({ ...own, profile: zoneless })).rejects.toThrow('without it the times cannot be read');
});

it('9: of 12.0 lots the 5.0 that closed before the request are not paid: 42.00', async () => {
  const desk = await openDesk(plain);
  await desk.submit({ file: csv([trade('1', 'late', { lots: '5.0', close: '2026-11-05T08:59:59Z' }), trade('2', 'late', { lots: '4.0', close: '2026-11-05T09:00:00Z' }), trade('3', 'late', { lots: '3.0', close: '2026-11-09T23:59:59Z' })]), from: '2026-11-01T00:00:00Z', to: '2026-11-11T00:00:00Z', at: NEXT });
  expect(await desk.figures()).toMatchObject({ users: { cyd: { pending: '42' } }, reasons: { LINKED_AFTER_TRADE: 1 }, lots: { paid: '7', excluded: '5' } });
});

it('10: a tier table with a gap at 10–20 and an overlap at 35 is not published', async () => {
  const desk = await openDesk(plain);
  const table = (...bounds: [string, string | null][]) => bounds.map(([fromLots, toLots], i) => ({ name: `t${i}`, fromLots, toLots, multiplier: '1' }));
  const publish = (tiers: ReturnType<typeof table>) => publishMethodology(drizzle(desk.pool), { ...setup.methodology, tiers, effectiveFrom: '2026-01-01T00:00:00.000Z', changelog: 'x' });
  await expect(publish(table(['0', '10'], ['20', '35'], ['35', null]))).rejects.toMatchObject({ code: 'TIERS_GAP' });
  await expect(publish(table(['0', '10'], ['10', '36'], ['35', null]))).rejects.toMatchObject({ code: 'TIERS_OVERLAP' });
});
