import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpRates } from '../../../../../activities/payouts/rails/fx/rates.ts';
import { fxRates, FxEnvironment, requireRates } from '../../../../../activities/payouts/rails/fx/settings.ts';
import type { Rail } from '../../../../../activities/payouts/rails/rail.ts';
import type { RailRegistry } from '../../../../../activities/payouts/rails/registry.ts';
import { parseEnvironment } from '../../../../../db/config.ts';
import { PAR, quoteAt } from '../../../../../domain/payouts/quote.ts';
import { type FxAdmin, type SandboxFx, startSandboxFx } from '../../../../../scripts/sandbox-fx/server.ts';

const SECRET = 'a secret for tests';
const folder = mkdtempSync(join(tmpdir(), 'sandbox-fx-'));
const record = join(folder, 'record');
let service: SandboxFx;
const calm = (): AbortSignal => new AbortController().signal;
const now = (): string => new Date().toISOString();
const admin = async (body: FxAdmin): Promise<void> => void await fetch(`${service.url}/admin`, { method: 'POST', body: JSON.stringify(body) });
const rates = () => fxRates(parseEnvironment(FxEnvironment, service.env));

beforeAll(async () => { service = await startSandboxFx({ record, secret: SECRET }); });
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

it('gives the processor’s rate with its source, the quote’s name and how long it holds', async () => {
  await admin({ rates: { EUR: '0.92140' }, validSeconds: 120 });
  const asOf = now();
  const rate = await rates()('EUR', asOf, calm());
  const given = service.quotes().at(-1)!;
  expect(rate).toEqual({ currency: 'EUR', rate: '0.9214', source: `sandbox processor, quote ${given.id}`, validUntil: given.validUntil });
  expect(Date.parse(rate.validUntil!)).toBeGreaterThan(Date.parse(asOf));
  expect(quoteAt({ minimum: '10', maximum: null, fee: '0', feeBearer: 'company', precision: 2 }, '42.98', rate)).toMatchObject({ payAmount: '39.6', payCurrency: 'EUR', rate: '0.9214', validUntil: given.validUntil });
});

it('asks anew each time: a rate that moved is seen, and each quote has its own name', async () => {
  await admin({ rates: { JPY: '150' } });
  const first = await rates()('JPY', now(), calm());
  await admin({ rates: { JPY: '151.5' } });
  const second = await rates()('JPY', now(), calm());
  expect([first.rate, second.rate]).toEqual(['150', '151.5']);
  expect(second.source).not.toBe(first.source);
});

it('USD is worth a USD, without a service', async () => {
  expect(await fxRates({})('USD', now(), calm())).toEqual(PAR);
  expect(await httpRates({ url: 'http://127.0.0.1:1', secret: SECRET })('USD', now(), calm())).toEqual(PAR);
});

it('says what is not set, when another currency is asked for', async () => {
  await expect(fxRates({})('EUR', now(), calm())).rejects.toMatchObject({ code: 'CONFIG_MISSING', message: expect.stringContaining('FX_RATES_URL') });
});

it.each([['lost', 'no answer from the rate service'], ['error', 'answered 503'], ['unreadable', 'unreadable'], ['lying', 'XXX']] as const)('%s: there is no rate, and what is paid in it waits', async (fault, why) => {
  await admin({ script: [fault] });
  await expect(rates()('EUR', now(), calm())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE', status: 503, message: expect.stringContaining(why) });
  await expect(rates()('EUR', now(), calm())).resolves.toMatchObject({ currency: 'EUR' });
});

it('slower than the patience, or down, or given up by the caller: there is no rate', async () => {
  await admin({ script: ['slow'], slowMs: 2000 });
  await expect(httpRates({ url: service.url, secret: SECRET, timeoutMs: 100 })('EUR', now(), calm())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE' });
  await admin({ down: true });
  await expect(rates()('EUR', now(), calm())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE' });
  await admin({ down: false });
  await expect(rates()('EUR', now(), AbortSignal.abort())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE' });
  await expect(httpRates({ url: 'http://127.0.0.1:1', secret: SECRET })('EUR', now(), calm())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE' });
});

it('a quote that has run out is refused, by the workflow’s time and not by ours', async () => {
  await admin({ script: ['stale'] });
  await expect(rates()('EUR', now(), calm())).rejects.toMatchObject({ code: 'FX_QUOTE_STALE', status: 503 });
  await admin({ validSeconds: 60 });
  await expect(rates()('EUR', new Date(Date.now() + 3_600_000).toISOString(), calm())).rejects.toMatchObject({ code: 'FX_QUOTE_STALE', message: expect.stringContaining('ran out') });
});

it('a currency that is not quoted, a wrong secret and what is no currency have no rate', async () => {
  await expect(rates()('XAF', now(), calm())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE', message: expect.stringContaining('does not quote') });
  await expect(rates()('eur&to=JPY', now(), calm())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE' });
  await expect(httpRates({ url: service.url, secret: 'another secret' })('EUR', now(), calm())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE', message: expect.stringContaining('401') });
});

it('takes a quote to the letter only', async () => {
  const good = { id: 'q1', from: 'USD', to: 'EUR', rate: '0.9', source: 'desk', validUntil: new Date(Date.now() + 60_000).toISOString() };
  const { createServer } = await import('node:http');
  let body: unknown = good;
  const server = createServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)); });
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  const address = server.address();
  const ask = httpRates({ url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, secret: SECRET });
  expect(await ask('EUR', now(), calm())).toMatchObject({ rate: '0.9', source: 'desk, quote q1' });
  const { rate: _rate, ...without } = good;
  const bad = [{ ...good, rate: 0.9 }, { ...good, rate: '0' }, { ...good, rate: '-1' }, { ...good, rate: '9e-1' }, { ...good, from: 'EUR' }, { ...good, to: 'USD' }, { ...good, validUntil: 'soon' }, { ...good, markup: '1' }, without, [], null, 'x'];
  for (body of bad) await expect(ask('EUR', now(), calm())).rejects.toMatchObject({ code: 'FX_UNAVAILABLE' });
  await new Promise<void>((closed) => { server.close(() => closed()); server.closeAllConnections(); });
});

it('keeps what it quoted when it is started again', async () => {
  const before = [...service.quotes()];
  expect(before.length).toBeGreaterThan(3);
  await service.stop();
  service = await startSandboxFx({ record, secret: SECRET });
  expect(service.quotes()).toEqual(before);
  await rates()('EUR', now(), calm());
  expect(new Set(service.quotes().map(({ id }) => id)).size).toBe(before.length + 1);
});

it('a worker that has a rail in another currency does not start without a rate service', () => {
  const rail = (id: string, currencies: string[], peg?: { currency: string; rule: string }): Rail => ({ id, guarantees: { currencies, ...(peg && { peg }) } }) as unknown as Rail;
  const registry = (...rails: Rail[]): RailRegistry => ({ ids: () => rails.map(({ id }) => id), get: (id) => rails.find((one) => one.id === id)! });
  expect(() => requireRates(registry(rail('sandbox', ['USD']), rail('usdt-erc20', ['USDT'], { currency: 'USDT', rule: 'par' })), {})).not.toThrow();
  expect(() => requireRates(registry(rail('sandbox', ['USD']), rail('bank', ['USD', 'EUR'])), {})).toThrow(expect.objectContaining({ code: 'CONFIG_MISSING' }));
  expect(() => requireRates(registry(rail('bank', ['EUR'])), { FX_RATES_URL: 'https://fx.example', FX_RATES_SECRET: 'a secret' })).not.toThrow();
});
