import { expect, it, test } from 'vitest';
import { lotWarnings, timeWarnings } from '../../../../domain/reports/preview/warnings.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { deskFactory } from '../intake/desk.ts';
import { csv, profile, reversal, setup, trade, WEEK1 } from '../intake/rows.ts';
import { look } from './support.ts';

const openDesk = deskFactory();

it('shows the first lines with raw text and place, and gathers what nothing is known about, linked or not', async () => {
  const desk = await openDesk(setup);
  const found = await look(desk, { week: WEEK1, file: csv([
    trade('1'), trade('2', 'nobody', { symbol: 'NEWCOIN', lots: '0.20' }), trade('3', 'nobody', { symbol: 'NEWCOIN' }), trade('4', 'std', { lots: 'x' }),
    trade('5', 'std', { lots: 'y' }), trade('6', 'std', { status: 'odd' }), trade('7', 'std', { kind: 'Z' }), trade('8', 'std', { symbol: 'WTI' }),
    trade('9', 'std', { close: '2026-11-12T11:00:00Z' }), trade('10', 'std', { open: '2026-12-01T00:00:00Z', close: '2026-12-01T01:00:00Z' }), reversal('1'),
  ]) });
  expect(found).toMatchObject({ refusal: null, unchanged: false, cutAfter: null, lines: 11, period: { from: '2026-11-02T00:00:00.000Z' }, times: { first: '2026-11-06T11:00:00.000Z', last: '2026-12-01T01:00:00.000Z' } });
  expect(found.sample[0]).toMatchObject({ rowNumber: 1, lineNumber: 2, raw: '1,std,EURUSD,1.00,2026-11-06T10:00:00Z,2026-11-06T11:00:00Z,100,,T,,,', ticket: '1', account: 'std', lots: '1', outcome: 'paid', reason: null, earns: '6.6' });
  expect(found.unknownSymbols).toEqual({ texts: [{ text: 'NEWCOIN', lines: 2, lots: '1.2', firstLine: 3 }], more: 0 });
  expect(found.classesWithoutRate.texts).toMatchObject([{ text: 'energies', lines: 1 }]);
  expect(found.unknownStatuses.texts).toMatchObject([{ text: 'odd', lines: 1, firstLine: 7 }]);
  expect(found.unknownKinds.texts).toMatchObject([{ text: 'Z', lines: 1 }]);
  expect(found.malformed[0]).toMatchObject({ field: 'lots', column: 'lots', lines: 2, places: [{ lineNumber: 5, rowNumber: 4, text: 'x' }, { lineNumber: 6, rowNumber: 5, text: 'y' }] });
  expect(found.accounts).toEqual({ lines: 11, known: 1, linked: 1, unknown: 1, firstUnknown: ['nobody'] });
  expect(found.outsidePeriod).toMatchObject({ lines: 2, places: [{ lineNumber: 10 }, { lineNumber: 11 }] });
  expect(found.inFuture).toMatchObject({ lines: 1, places: [{ lineNumber: 11, text: '2026-12-01T01:00:00.000Z' }] });
  expect(found.warnings.map(({ code }) => code)).toEqual(['CLOSES_AFTER_ARRIVAL']);
  expect(found.totals).toMatchObject({ lots: '7.2', earns: '12.65' });
  expect(found.outcomes.find(({ reason }) => reason === 'BROKER_REVERSED')).toMatchObject({ outcome: 'excluded', lines: 1 });
});

it('says where and why the file as a whole would be refused, with the lines up to there', async () => {
  const desk = await openDesk(setup);
  const broken = await look(desk, { week: WEEK1, file: `${csv([trade('1')])}2,"std,EURUSD,1.00\n` });
  expect(broken).toMatchObject({ refusal: { code: 'CSV_QUOTE_UNCLOSED', at: { line: 3, column: 3 } } });
  const summed: FileProfile = { ...profile, footer: '^Total' };
  const file = (total: string): string => `${csv([trade('1'), trade('2')])}Total,,,${total},,,,,,,,\n`;
  expect(await look(desk, { week: WEEK1, profile: summed, file: file('2.00') })).toMatchObject({ refusal: null, stated: [{ field: 'lots', where: 'footer', lineNumber: 4, stated: '2', summed: '2', tiesOut: true }] });
  expect(await look(desk, { week: WEEK1, profile: summed, file: file('2.01') })).toMatchObject({ refusal: { code: 'TOTALS_DIFFER' }, lines: 2, stated: [{ stated: '2.01', summed: '2', tiesOut: false }] });
});

it('looks at so many lines and says so; knows what earlier reports have given', async () => {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: '2026-11-23T12:00:00Z' });
  const found = await look(desk, { week: WEEK1, mostLines: 2, file: csv([trade('1'), trade('2', 'std', { lots: '3.00' }), trade('3')]) });
  expect(found).toMatchObject({ lines: 2, cutAfter: 2, knownBefore: { lines: 2, earned: '13.2' }, warnings: [{ code: 'SAMPLE_CUT' }] });
  expect((await look(desk, { file: csv([trade('1'), trade('2')]) })).warnings.map(({ code }) => code)).toEqual(['PERIOD_NOT_GIVEN']);
});

test('lots are only called odd where their figures say so', () => {
  const codes = (lots: string[], before: string | null = null): string[] => lotWarnings(lots, before).map(({ code }) => code);
  const many = (text: string): string[] => Array.from({ length: 20 }, () => text);
  expect(codes([...many('0.10'), '1'])).toEqual([]);
  expect(codes(many('1'))).toEqual([]);
  expect(codes(many('10'))).toEqual(['LOTS_ALL_WHOLE']);
  expect(codes(many('10').slice(1))).toEqual([]);
  expect(codes([...many('10'), '0.5'], '0.1')).toEqual(['LOTS_UNLIKE_BEFORE']);
  expect(codes([...many('0.5')], '0.1')).toEqual([]);
});

test('trades that all close at midnight, in UTC or where the broker is, have lost their time of day', () => {
  const codes = (zone: string | null, ...closes: (string | null)[]): string[] => timeWarnings(closes.map((closeTime) => ({ kind: 'trade', closeTime, malformed: null })), zone).map(({ code }) => code);
  expect(codes('Europe/Athens', '2026-10-23T21:00:00.000Z', '2026-10-25T22:00:00.000Z', null)).toEqual(['NO_TIME_OF_DAY']);
  expect(codes(null, '2026-10-23T00:00:00.000Z')).toEqual(['NO_TIME_OF_DAY']);
  expect(codes('Europe/Athens', '2026-10-23T21:00:00.000Z', '2026-10-25T21:00:00.000Z')).toEqual([]);
  expect(codes('UTC', '2026-10-23T00:00:00.000Z', '2026-10-23T00:00:00.001Z')).toEqual([]);
  expect(codes('UTC')).toEqual([]);
  expect(timeWarnings([{ kind: 'aggregate', closeTime: '2026-10-23T00:00:00.000Z', malformed: null }, { kind: 'adjustment', closeTime: '2026-10-23T00:00:00.000Z', malformed: null }], 'UTC')).toEqual([]);
});

it('warns of a file without times of day', async () => {
  const desk = await openDesk(setup);
  const file = csv([trade('1', 'std', { open: '2026-11-05', close: '2026-11-06' }), trade('2', 'std', { open: '2026-11-05', close: '2026-11-07' })]);
  expect((await look(desk, { week: WEEK1, file })).warnings.map(({ code }) => code)).toContain('NO_TIME_OF_DAY');
});
