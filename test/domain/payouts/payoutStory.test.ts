import { expect, test } from 'vitest';
import { minimumInUsd, type RailGuarantees } from '../../../domain/payouts/guarantees.ts';
import { detailForPayee, type Held, type PayoutFacts, payoutStory } from '../../../domain/payouts/payoutStory.ts';
import { PAYOUT_STATES } from '../../../domain/payouts/states.ts';

const SENT = { firstSentAt: '2026-11-23T09:00:00.000Z', lastSentAt: '2026-11-23T09:00:10.000Z' };
const QUOTE = { amount: '20', rate: '0.92', rateSource: 'ecb', quotedAt: '2026-11-23T08:59:00.000Z', validUntil: '2026-11-23T09:59:00.000Z', fee: '0.46', feeBearer: 'payee' as const };
const FACTS: PayoutFacts = { state: 'submitted', payAmount: '17.94', payCurrency: 'EUR', railReference: null, detail: null, settledUsd: null, settledRate: null, networkFee: null, executedAt: null };
const RAIL = { settlesWithinSeconds: 7200, arrivesWithinSeconds: 600, network: 'Testnet', reference: { name: 'transaction hash', explorer: 'https://scan.example/tx/{reference}?x={reference}' } };
const story = (facts: Partial<PayoutFacts>, sent: typeof SENT | null = SENT, rail: Parameters<typeof payoutStory>[3] = RAIL, held: Held | null = null) => payoutStory({ ...FACTS, ...facts }, sent, QUOTE, rail, held);

test('each state is told in words of its own', () => {
  const said = PAYOUT_STATES.map((state) => story({ state }).status);
  expect(new Set(said).size).toBe(PAYOUT_STATES.length);
  expect(story({ state: 'unknown', detail: 'the bank has not answered.' }).status).toMatch(/not known yet.*never sent a second time.*need not do anything\. What is known: the bank has not answered\.$/);
});

test('it arrives so long after the last instant at which it can have left; who never left or has arrived is not told so', () => {
  expect(story({}).expectedArrival).toBe('2026-11-23T09:10:10.000Z');
  expect(story({ state: 'unknown' }, SENT, { settlesWithinSeconds: 7200 }).expectedArrival).toBe('2026-11-23T11:00:10.000Z');
  expect(story({}, null).expectedArrival).toBeNull();
  expect(story({}, SENT, null).expectedArrival).toBeNull();
  for (const state of ['reserved', 'paid', 'failed', 'returned'] as const) expect(story({ state }).expectedArrival).toBeNull();
});

test('the reference has the name that the rail gives it, and a link where there is one', () => {
  expect(story({ railReference: '0xab/1' }).reference).toEqual({ name: 'transaction hash', value: '0xab/1', explorer: 'https://scan.example/tx/0xab%2F1?x=0xab%2F1' });
  expect(story({ railReference: 'E2E-1' }, SENT, { settlesWithinSeconds: 1, reference: { name: 'EndToEndId' } }).reference).toEqual({ name: 'EndToEndId', value: 'E2E-1', explorer: null });
  const named = { settlesWithinSeconds: 1, reference: { name: 'EndToEndId', fact: 'endToEndId' } };
  const facts = { endToEndId: 'E2E-2' };
  expect(story({ railReference: 'BANK-9' }, { ...SENT, facts } as typeof SENT, named).reference).toEqual({ name: 'EndToEndId', value: 'E2E-2', explorer: null });
  expect(story({ railReference: null }, { firstSentAt: null, lastSentAt: null, facts } as unknown as typeof SENT, named).reference).toBeNull();
  expect(story({ railReference: 'r' }, SENT, null).reference).toEqual({ name: 'reference', value: 'r', explorer: null });
});

test('the settled rate stands beside the quoted one, with what the rail took more or less', () => {
  expect(story({ state: 'paid', settledUsd: '19.6', settledRate: '0.915306122449' }).settled).toEqual({ usd: '19.6', rate: '0.915306122449', difference: '0.1' });
  expect(story({ state: 'paid', settledUsd: '19.4', settledRate: '0.924742268041' }).settled!.difference).toBe('-0.1');
  expect(story({ state: 'submitted' }).settled).toBeNull();
});

test('what is prepared while payouts are stopped says so; what has left goes on', () => {
  expect(story({ state: 'reserved' }, null, RAIL, 'stopped').status).toMatch(/stopped/);
  expect(story({ state: 'submitted' }, SENT, RAIL, 'stopped').status).not.toMatch(/stopped/);
});

test('a rail that no worker has: what is prepared has not left, what has left is not asked about, and what is settled stays said as it is', () => {
  const said = (state: PayoutFacts['state']) => story({ state, detail: 'the node has not answered' }, SENT, null, 'not_configured').status;
  expect(said('reserved')).toMatch(/cannot be made for the moment\. Nothing has left; .*goes on by itself/);
  for (const state of ['submitting', 'submitted', 'unknown'] as const) expect(said(state)).toMatch(/was sent, and for the moment we cannot ask.*never sent a second time.*need not do anything/);
  for (const state of ['paid', 'failed', 'returned'] as const) expect(said(state)).toBe(story({ state }).status);
});

test('a file that was not handed over is not sent, and of one that was the rail has the word', () => {
  const files = { ...RAIL, mode: 'batch' as const };
  for (const state of ['submitting', 'unknown'] as const) expect(payoutStory({ ...FACTS, state, detail: 'it waits in the file bat_1' }, { ...SENT, file: 'waits' }, QUOTE, files)).toMatchObject({ status: expect.stringMatching(/Nothing has left yet\.$/) as string, expectedArrival: null });
  expect(payoutStory({ ...FACTS, state: 'unknown' }, { ...SENT, file: 'in_doubt' }, QUOTE, files)).toMatchObject({ status: expect.stringMatching(/not known yet/) as string, expectedArrival: null });
  expect(story({ detail: 'handed over in the file bat_1; the bank has said nothing about it yet' }, SENT, files).status).toBe('Your payout was handed over to be paid. What is known: handed over in the file bat_1; the bank has said nothing about it yet.');
  expect(story({ detail: 'BANK_FOLDER_AWAY: x' }, SENT, files).status).toBe('Your payout was handed over to be paid.');
});

test('what operators know it by is not told to the payee', () => {
  expect(detailForPayee('an operator has proof that it was not executed: statement 214,\naccount 7', 'failed')).toBe('it is proven that it was not executed');
  expect(detailForPayee('executed as B-1; BOOKED_TWICE: B-1, B-2', 'paid')).toBe('executed as B-1');
  expect(detailForPayee('executed as B-1, confirmed by an operator with proof', 'paid')).toBe('executed as B-1');
  expect(detailForPayee('handed over in the file bat_1; the bank has said nothing about it yet', 'submitted')).toMatch(/nothing about it yet$/);
  expect(detailForPayee('AC04: the account is closed', 'failed')).toBe('AC04: the account is closed');
  expect(detailForPayee('HOT_WALLET_EMPTY: 3 USDT left', 'unknown')).toBeNull();
  expect(detailForPayee(null, 'paid')).toBeNull();
});

test("a rail's minimum in USD, with the fee that the payee bears, where no rate is needed to know it", () => {
  const rail = { minimum: '5', fee: '1.5', feeBearer: 'company', currencies: ['USD'] } as unknown as RailGuarantees;
  expect(minimumInUsd(rail)).toBe('5');
  expect(minimumInUsd({ ...rail, feeBearer: 'payee', currencies: ['USDT'], peg: { currency: 'USDT', rule: '1:1' } })).toBe('6.5');
  expect(minimumInUsd({ ...rail, currencies: ['EUR', 'USD'] })).toBeNull();
  expect(minimumInUsd({ ...rail, minimum: '0' })).toBeNull();
});

test('what came back is told in part or in full, part by part', () => {
  const part = (amount: string, toUser: string) => ({ amount, toUser, cameAt: '2026-11-25T00:00:00.000Z', reason: 'BANK_AC04: the account is closed' });
  const told = (...parts: ReturnType<typeof part>[]) => payoutStory({ ...FACTS, state: 'returned' }, SENT, QUOTE, RAIL, null, parts);
  expect(told(part('7.94', '8.63')).status).toMatch(/^Your payout came back in part: 7\.94 of 17\.94 EUR; 8\.63 USD are on your balance\./);
  expect(told(part('7.94', '8.63'), part('10', '10.87')).status).toMatch(/^Your payout came back in full in 2 parts; 19\.5 USD are on your balance\./);
  // More than was paid is no part of his.
  expect(told(part('7.94', '8.63'), part('10', '10.87'), part('0', '0')).returned).toMatchObject({ inFull: true, amount: '17.94', usd: '19.5', parts: [{ amount: '7.94', usd: '8.63' }, { amount: '10' }] });
  expect(told().returned).toBeNull();
});
