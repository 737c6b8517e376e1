import { expect, it } from 'vitest';
import type { AccountContext, BrokerContext, LineFacts } from '../../../domain/eligibility/context.ts';
import { outcomeOf, REASON_OUTCOME, REASON_TEXT } from '../../../domain/eligibility/reasons.ts';
import { account, broker, judge, line, link, reason } from './judging.ts';

interface Trouble { line?: Partial<LineFacts>; broker?: Parameters<typeof broker>[0]; account?: Partial<AccountContext> }

/** What makes each reason apply, in the order of cases/README. DUPLICATE and SUPERSEDED are settled before (lines.test.ts). */
const TROUBLES: [string, Trouble][] = [
  ['MALFORMED', { line: { malformed: 'Column "Volume" (lots) is empty.' } }],
  ['ACCOUNT_NOT_LINKED', { account: { links: [] } }],
  ['LINK_NOT_VERIFIED', { account: { links: [link({ status: 'requested' })] } }],
  ['AGREEMENT_INACTIVE', { broker: { agreements: [] } }],
  ['UNKNOWN_ACCOUNT_TYPE', { account: { type: 'islamic' } }],
  ['ACCOUNT_TYPE_EXCLUDED', { account: { type: 'demo' } }],
  ['LINKED_AFTER_TRADE', { account: { links: [link({ requestedAt: '2026-11-06T11:00:00.001Z' })] } }],
  ['BROKER_FRAUD', { line: { statusReason: 'BROKER_FRAUD' } }],
  ['UNKNOWN_SYMBOL', { line: { symbol: 'NEWCOIN' } }],
  ['INSTRUMENT_EXCLUDED', { line: { symbol: 'US30' } }],
  ['UNKNOWN_SYMBOL', { broker: { rates: new Map() } }],
  ['ZERO_VOLUME_CLOSE_BY', { line: { lots: '0' } }],
  ['MIN_DURATION', { line: { openTime: '2026-11-06T10:57:00.001Z' } }],
  ['MIN_MOVE', { line: { points: '29.99' } }],
];

const merged = (...troubles: Trouble[]): [Partial<LineFacts>, BrokerContext, AccountContext] =>
  [Object.assign({}, ...troubles.map((t) => t.line)), broker(Object.assign({}, ...troubles.map((t) => t.broker))), account(Object.assign({}, ...troubles.map((t) => t.account)))];

it('a line without trouble is paid', () => {
  expect(reason({})).toBe('paid');
});

it.each(TROUBLES)('%s applies alone, with the outcome of the table', (code, trouble) => {
  const [own, b, a] = merged(trouble);
  const [judged] = judge([line(own)], b, a);
  expect(judged).toMatchObject({ reason: code, outcome: outcomeOf(code), amount: '0', basis: null });
});

// Two troubles that are one fact (a link, a symbol) cannot meet; every other pair can.
const sameFact = (x: Trouble, y: Trouble): boolean =>
  (['line', 'broker', 'account'] as const).some((part) => Object.keys(x[part] ?? {}).some((key) => key in (y[part] ?? {})));
const PAIRS = TROUBLES.flatMap(([first, x], i) => TROUBLES.slice(i + 1).filter(([, y]) => !sameFact(x, y)).map(([second, y]) => ({ first, second, x, y })));

it.each(PAIRS)('$first before $second', ({ first, x, y }) => {
  expect(reason(...merged(x, y))).toBe(first);
});

it('every adjacent pair that can meet is among them', () => {
  const adjacent = TROUBLES.slice(1).filter(([, y], i) => !sameFact(TROUBLES[i]![1], y)).length;
  expect(adjacent).toBe(10);
});

it('a link that waits beats one that came too late only where no verified one exists', () => {
  const late = link({ id: 'lnk_2', userId: 'usr_2', requestedAt: '2026-11-07T00:00:00.000Z' });
  expect(reason({}, broker(), account({ links: [link({ status: 'requested' })] }))).toBe('LINK_NOT_VERIFIED');
  expect(reason({}, broker(), account({ links: [link({ status: 'requested' }), late] }))).toBe('LINKED_AFTER_TRADE');
});

it('every reason has a sentence and an outcome; a broker’s own code excludes', () => {
  for (const code of Object.keys(REASON_OUTCOME)) expect(REASON_TEXT[code as keyof typeof REASON_TEXT]).toMatch(/\.$/);
  expect(outcomeOf('BROKER_BONUS_ABUSE')).toBe('excluded');
});

it.each([
  ['lots below zero', { lots: '-1' }], ['more lots than there are', { lots: '1000000000' }],
])('%s are MALFORMED and add no lots', (_name, own) => {
  expect(judge([line(own)])[0]).toMatchObject({ reason: 'MALFORMED', outcome: 'quarantined', lots: '0', key: null });
});

it.each([['-0', 'ZERO_VOLUME_CLOSE_BY'], ['0.00', 'ZERO_VOLUME_CLOSE_BY'], ['0.00000001', 'paid']])('lots of %s are %s', (lots, code) => {
  expect(reason({ lots })).toBe(code);
});

it('an adjustment of more than a billion is MALFORMED, one just below is taken', () => {
  expect(reason({ kind: 'adjustment', amount: '-1000000000' })).toBe('MALFORMED');
  expect(reason({ kind: 'adjustment', amount: '999999999.99' })).toBe('paid');
});
