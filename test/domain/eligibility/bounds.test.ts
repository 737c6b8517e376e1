import { describe, expect, it } from 'vitest';
import { classOfSymbol } from '../../../domain/eligibility/symbols.ts';
import { linkForAdjustment } from '../../../domain/eligibility/links.ts';
import { account, broker, judge, line, link, rate, reason } from './judging.ts';

const at = (closeTime: string) => ({ closeTime, openTime: null });

describe('links', () => {
  const own = (...links: ReturnType<typeof link>[]) => account({ links });
  it.each([
    ['2026-11-05T08:59:59.999Z', 'LINKED_AFTER_TRADE'], ['2026-11-05T09:00:00.000Z', 'paid'], ['2026-11-05T09:00:00.001Z', 'paid'],
  ])('a close at %s of a link requested at 09:00 is %s', (close, code) => {
    expect(reason(at(close), broker(), own(link({ requestedAt: '2026-11-05T09:00:00.000Z' })))).toBe(code);
  });

  it.each([
    ['2026-11-07T23:59:59.999Z', 'paid'], ['2026-11-08T00:00:00.000Z', 'ACCOUNT_NOT_LINKED'],
  ])('a close at %s of a link that ended on 8 Nov is %s', (close, code) => {
    expect(reason(at(close), broker(), own(link({ status: 'ended', endedAt: '2026-11-08T00:00:00.000Z' })))).toBe(code);
  });

  it('an account that changed hands pays each user for his time, and nobody between', () => {
    const links = [link({ status: 'ended', endedAt: '2026-11-04T00:00:00.000Z' }), link({ id: 'lnk_2', userId: 'usr_2', requestedAt: '2026-11-06T00:00:00.000Z' })];
    const judged = judge(['2026-11-03T23:59:59.999Z', '2026-11-04T00:00:00.000Z', '2026-11-06T00:00:00.000Z'].map((close, i) => line({ ticket: `${i}`, ...at(close) })), broker(), own(...links));
    expect(judged.map((j) => j.userId)).toEqual(['usr_1', 'usr_2', 'usr_2']);
    expect(judged.map((j) => j.reason)).toEqual([null, 'LINKED_AFTER_TRADE', null]);
  });

  it('of competing claims the verified one counts, whenever the other asked', () => {
    const claim = link({ id: 'lnk_2', userId: 'usr_2', status: 'requested', requestedAt: '2025-01-01T00:00:00.000Z' });
    expect(judge([line()], broker(), own(claim, link()))[0]).toMatchObject({ userId: 'usr_1', outcome: 'paid' });
    expect(judge([line()], broker(), own(link(), claim))[0]).toMatchObject({ userId: 'usr_1', outcome: 'paid' });
  });

  it('an adjustment needs only a verified link: at its time, else today’s, else the one that ended last; a waiting one gets nothing', () => {
    const verified = link({ requestedAt: '2026-11-05T09:00:00.000Z' });
    expect(linkForAdjustment([verified], '2026-01-01T00:00:00.000Z')).toBe(verified);
    expect(linkForAdjustment([verified], null)).toBe(verified);
    expect(linkForAdjustment([link({ status: 'requested' })], null)).toBeNull();
    const ended = link({ id: 'lnk_0', status: 'ended', endedAt: '2026-11-04T00:00:00.000Z' });
    expect(linkForAdjustment([ended, verified], '2026-11-03T00:00:00.000Z')).toBe(ended);
    expect(linkForAdjustment([ended], '2026-11-06T00:00:00.000Z')).toBe(ended);
  });
});

describe('agreement', () => {
  it.each([
    ['2026-10-31T23:59:59.999Z', 'AGREEMENT_INACTIVE'], ['2026-11-01T00:00:00.000Z', 'paid'], ['2026-11-30T23:59:59.999Z', 'paid'], ['2026-12-01T00:00:00.000Z', 'AGREEMENT_INACTIVE'],
  ])('a close at %s of one for November is %s', (close, code) => {
    expect(reason(at(close))).toBe(code);
  });

  it('an open end lasts, and any of several may cover', () => {
    const agreements = [{ activeFrom: '2026-01-01T00:00:00.000Z', activeTo: '2026-02-01T00:00:00.000Z' }, { activeFrom: '2026-03-01T00:00:00.000Z', activeTo: null }];
    expect(['2026-01-31T00:00:00.000Z', '2026-02-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'].map((close) => reason(at(close), broker({ agreements })))).toEqual(['paid', 'AGREEMENT_INACTIVE', 'paid']);
  });
});

describe('rates', () => {
  const rates = new Map([['forex', [rate('forex', '6'), rate('forex', '5', '2026-11-05T00:00:00.000Z', 'new'), rate('forex', '5.5', '2026-11-10T00:00:00.000Z')]]]);
  const old = account();
  const fresh = account({ links: [link({ requestedAt: '2026-11-05T00:00:00.000Z' })] });
  const perLot = (close: string, who: typeof old) => judge([line(at(close))], broker({ rates }), who)[0]!.basis?.perLot;
  it.each([
    ['an old link keeps its rate', '2026-11-09T23:59:59.999Z', old, '6'], ['a new rate for all reaches an old link', '2026-11-10T00:00:00.000Z', old, '5.5'],
    ['a rate for new links counts from the very request', '2026-11-05T00:00:00.000Z', fresh, '5'], ['a later rate for all beats one for new links', '2026-11-10T00:00:00.000Z', fresh, '5.5'],
  ])('%s', (_name, close, who, want) => {
    expect(perLot(close, who)).toBe(want);
  });

  it('a class without a rate that counts for the link is quarantined', () => {
    const onlyNew = new Map([['forex', [rate('forex', '5', '2026-11-05T00:00:00.000Z', 'new')]]]);
    expect(reason({}, broker({ rates: onlyNew }), old)).toBe('UNKNOWN_SYMBOL');
    expect(reason({}, broker({ rates: new Map([['forex', [rate('forex', '5', '2026-11-06T11:00:00.001Z')]]]) }), old)).toBe('UNKNOWN_SYMBOL');
  });
});

describe('terms', () => {
  it('are those in force at the close: factor, exclusion and suffixes change with them', () => {
    const [first] = broker().terms;
    const terms = [first!, { ...first!, id: 'trm_2', effectiveFrom: '2026-11-06T11:00:00.000Z', accountTypes: { standard: { eligible: true, lotFactor: '0.1' } }, excludedClasses: ['metals'] }];
    const judged = judge([line(at('2026-11-06T10:59:59.999Z')), line({ ticket: '2', ...at('2026-11-06T11:00:00.000Z') }), line({ ticket: '3', symbol: 'XAUUSD', ...at('2026-11-06T11:00:00.000Z') })], broker({ terms }));
    expect(judged.map((j) => [j.lots, j.reason])).toEqual([['1', null], ['0.1', null], ['1', 'INSTRUMENT_EXCLUDED']]);
  });
});

describe('symbols', () => {
  const symbols = new Map([['EURUSD', 'forex'], ['EURUSD.m', 'metals'], ['EUR', 'currency'], ['USDm', 'odd']]);
  it.each([
    ['EURUSD', 'forex'], ['EURUSD.m', 'metals'], ['EURUSD.pro', 'forex'], ['EURUSDm', 'forex'], ['USDm', 'odd'], ['EURUSD.pro.m', null], ['eurusd', null], ['.pro', null], ['', null],
  ])('%s is %s: whole first, then one suffix, longest first', (symbol, cls) => {
    expect(classOfSymbol(symbol, symbols, ['m', '.pro', '', '.m'])).toBe(cls);
  });

  it('a longer suffix that leads nowhere does not hide a shorter one', () => {
    expect(classOfSymbol('EURUSDx.m', new Map([['EURUSDx.', 'a']]), ['x.m', 'm'])).toBe('a');
    expect(classOfSymbol('EURUSDx.m', new Map([['EURUSDx.', 'a'], ['EURUSD', 'b']]), ['m', 'x.m'])).toBe('b');
  });
});

describe('duration and move', () => {
  it('are only judged where the file has them', () => {
    expect(reason({ openTime: null, points: null })).toBe('paid');
  });
  it.each([['180', '30', 'paid'], ['179.999', '30', 'MIN_DURATION'], ['180', '-29.999', 'MIN_MOVE'], ['180', '-30', 'paid'], ['0', '0', 'MIN_DURATION']])('%s s and %s points: %s', (seconds, points, code) => {
    const opened = new Date(Date.parse('2026-11-06T11:00:00Z') - Math.round(Number.parseFloat(seconds) * 1000)).toISOString();
    expect(reason({ openTime: opened, points })).toBe(code);
  });
  it('bounds that the broker does not have are not judged', () => {
    expect(reason({ openTime: '2026-11-06T11:00:00.000Z', points: '0' }, broker({ terms0: { minDurationSeconds: null, minMovePoints: null } }))).toBe('paid');
  });
});

describe('aggregates', () => {
  const day = { kind: 'aggregate' as const, ticket: null, symbol: null, classText: 'FX', class: 'forex', bucket: '2026-11-05', periodStart: '2026-11-05T00:00:00.000Z', closeTime: '2026-11-05T23:59:59.999Z', openTime: null, points: null };
  it.each([['2026-11-05T00:00:00.000Z', 'paid'], ['2026-11-05T00:00:00.001Z', 'LINKED_AFTER_TRADE']])('a link requested at %s: %s', (requestedAt, code) => {
    expect(reason(day, broker(), account({ links: [link({ requestedAt })] }))).toBe(code);
  });
  it('agreement, terms and rate are judged at the last millisecond', () => {
    const until = (activeTo: string) => broker({ agreements: [{ activeFrom: '2026-11-01T00:00:00.000Z', activeTo }] });
    expect(reason(day, until('2026-11-06T00:00:00.000Z'))).toBe('paid');
    expect(reason(day, until('2026-11-05T23:59:59.999Z'))).toBe('AGREEMENT_INACTIVE');
    const rates = new Map([['forex', [rate('forex', '6'), rate('forex', '5', '2026-11-05T23:59:59.999Z')]]]);
    expect(judge([line(day)], broker({ rates }))[0]!.amount).toBe('5');
  });
  it('an unknown class text is quarantined', () => {
    expect(reason({ ...day, class: null })).toBe('UNKNOWN_SYMBOL');
  });
  it('rows with one key are one line, cut after summing; another day, class or account is another', () => {
    const rows = ['0.000000004', '0.000000004', '0.000000004'].map((lots) => line({ ...day, lots }));
    const judged = judge([...rows, line({ ...day, bucket: '2026-11-06', lots: '1' })], broker({ rates: new Map([['forex', [rate('forex', '1')]]]) }));
    expect(judged.map((j) => [j.outcome, j.amount, j.lots])).toEqual([['paid', '0.00000001', '0.000000012'], ['ignored', '0', '0'], ['ignored', '0', '0'], ['paid', '1', '1']]);
  });
  it('two texts of one class are one key', () => {
    expect(judge([line({ ...day, classText: 'Devisen' }), line({ ...day, classText: 'Forex' })])[0]!.lots).toBe('2');
  });
});

describe('keys', () => {
  it('two identical rows without a ticket are two lines; with a ticket they are known by server and ticket', () => {
    const keys = (own: Parameters<typeof line>[0][]) => judge(own.map((o) => line(o))).map((j) => j.key);
    const [a, b, c] = keys([{ ticket: null }, { ticket: null }, { ticket: null, contentHash: 'h2' }]);
    expect(new Set([a, b, c]).size).toBe(3);
    expect(keys([{ server: 'A:1', ticket: '2' }])).not.toEqual(keys([{ server: 'A', ticket: '1:2' }]));
    expect(keys([{ server: 'A\\', ticket: ':2' }])).not.toEqual(keys([{ server: 'A', ticket: '\\:2' }]));
    expect(keys([{ ticket: '7', account: '1' }])).toEqual(keys([{ ticket: '7', account: '2', symbol: 'XAUUSD' }]));
  });
});
