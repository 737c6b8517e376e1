import { z } from 'zod';
import { compileDateFormat } from '../../domain/reports/dateFormat.ts';
import type { ApiSourceSettings } from '../../domain/reports/sourceSettings.ts';
import { said, zoneIn } from './sourcePeriod.ts';

const PLACEHOLDERS = ['from', 'to', 'fromDate', 'toDate', 'cursor', 'offset', 'limit'];
/** The first placeholder of a text that nothing is known to stand for. */
const unknownIn = (text: string, known: readonly string[]): string | undefined => [...text.matchAll(/\{(\w*)\}/g)].map(([, name]) => name!).find((name) => !known.includes(name));
const placeholders = (known: readonly string[]) => (text: string, context: z.RefinementCtx): void => {
  const unknown = unknownIn(text, known);
  if (unknown !== undefined) context.addIssue({ code: 'custom', message: `{${unknown}} stands for nothing; there are ${known.map((name) => `{${name}}`).join(' ')}` });
};

const path = z.string().min(1).max(200).meta({ description: 'Keys joined by dots.', examples: ['meta.total'] });
const headerName = z.string().max(100).regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is no header name');
const headerValue = z.string().max(500).regex(/^[\x20-\x7e]*$/, 'must be printable ASCII');
const OURS = new Set(['authorization', 'cookie', 'host', 'content-length', 'transfer-encoding', 'connection', 'accept-encoding', 'proxy-authorization', 'te', 'upgrade', 'expect']);

const namedFormats = ['iso', 'epochSeconds', 'epochMillis'];
const format = (named: readonly string[]) => z.string().min(1).max(80).superRefine((value, context) => {
  const message = named.includes(value) ? null : said(() => compileDateFormat(value));
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const url = z.string().min(8).max(2_000).regex(/^https?:\/\//, 'must begin with https://').superRefine(placeholders(PLACEHOLDERS)).superRefine((text, context) => {
  const parsed = URL.parse(text.replace(/\{\w*\}/g, '1'));
  const message = parsed === null ? 'is not a URL' : parsed.username !== '' || parsed.password !== '' ? 'must not hold a user name or password: set auth and secret'
    : parsed.hash !== '' ? 'must not have a fragment (#…)' : text.slice(0, text.indexOf('/', 8) >>> 0).includes('{') ? 'must not have a placeholder in the host' : null;
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('bearer') }),
  // oxlint-disable-next-line no-control-regex
  z.strictObject({ kind: z.literal('basic'), user: z.string().min(1).max(200).regex(/^[^:\u0000-\u001f]*$/, 'must not hold a colon') }),
  z.strictObject({ kind: z.literal('header'), name: headerName, prefix: headerValue.default('') }),
  z.strictObject({
    kind: z.literal('signed'),
    canonical: z.string().min(1).max(1_000).superRefine(placeholders(['method', 'path', 'timestamp', 'bodyHash', 'body', 'keyId'])).default('{method}\n{path}\n{timestamp}\n{bodyHash}')
      .meta({ description: 'What is signed (HMAC-SHA256 by the secret). `{path}`: with its query; `{bodyHash}`: SHA-256 in hexadecimal.' }),
    keyId: headerValue.default(''),
    headers: z.strictObject({ signature: headerName, timestamp: headerName.optional(), keyId: headerName.optional() }),
    prefix: headerValue.default('').meta({ description: 'Before the signature in its header.' }),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    timestamp: z.enum(['iso', 'epochSeconds', 'epochMillis']).default('epochSeconds'),
    secretEncoding: z.enum(['text', 'hex', 'base64']).default('text'),
  }),
]);

const limit = z.int().min(1).max(100_000).default(1_000);
const paging = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('offset'), limit, start: z.int().min(0).max(1).default(0), total: path.optional().meta({ description: 'Where an answer says how many rows there are in all.' }),
    end: z.enum(['empty', 'short']).default('empty').meta({ description: 'Without a total: the last page is the first empty one; `short` only where the server always fills its pages.' }),
  }),
  z.strictObject({
    kind: z.literal('cursor'), limit,
    next: z.union([path, z.strictObject({ link: z.literal(true) })]).meta({ description: 'Where a page names the next: a path, to a cursor or an address, or its Link header.' }),
  }),
]);

/** Settings of a source of the kind `api`; its secret is the token, password or signing key. Its output is an `ApiSourceSettings`. */
export const apiSourceSettings = z.strictObject({
  url: url.meta({ description: `With ${PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}.`, examples: ['https://api.broker.com/ib/trades?from={from}&to={to}&after={cursor}&limit={limit}'] }),
  method: z.enum(['GET', 'POST']).default('GET'),
  body: z.string().max(10_000).superRefine(placeholders(PLACEHOLDERS)).optional().meta({ description: 'Of a POST.' }),
  headers: z.record(headerName, headerValue).default({}).meta({ description: 'Further headers, none of them secret.' }),
  times: z.strictObject({
    format: format(namedFormats).default('iso'), dateFormat: format([]).default('yyyy-MM-dd'), zone: zoneIn().default('UTC'),
    toDate: z.enum(['last', 'after']).default('last').meta({ description: '{toDate} is the last day of the period, or the day after it.' }),
  }).default({ format: 'iso', dateFormat: 'yyyy-MM-dd', zone: 'UTC', toDate: 'last' }).meta({ description: 'How {from} {to} {fromDate} {toDate} are written.' }),
  auth: auth.default({ kind: 'none' }),
  paging: paging.default({ kind: 'none' }),
  rows: path.optional().meta({ description: "Where the rows are; default the profile's `rowsPath`." }),
  totals: z.strictObject({ count: path }).optional().meta({ description: 'Where an answer says how many rows there are in all: nothing is taken where the pages have another number.' }),
  ready: z.strictObject({ path, value: z.string().min(1).max(100) }).optional().meta({ description: 'The report is not ready until the text at `path` is `value`. Without it the API is asked only from when the report is due: half-booked figures would pass for the whole.' }),
  emptyMeans: z.enum(['notReady', 'noTrades']).default('notReady').meta({ description: 'An answer without rows.' }),
}).superRefine(({ url: address, method, body, headers, paging: pages, auth: who }, context) => {
  const say = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
  const template = `${address}\n${body ?? ''}`;
  if (method === 'GET' && body !== undefined) say('body', 'a GET has none');
  if (pages.kind === 'offset' && !template.includes('{offset}')) say('paging', 'pages by offset need {offset} in the url or body');
  if (pages.kind === 'cursor' && typeof pages.next === 'string' && !template.includes('{cursor}')) say('paging', 'a cursor in the body needs {cursor} in the url or body');
  for (const name of Object.keys(headers)) if (OURS.has(name.toLowerCase())) say('headers', `${name} is set by us: the secret belongs into auth and secret`);
  if (who.kind === 'header' && OURS.has(who.name.toLowerCase()) && who.name.toLowerCase() !== 'authorization') say('auth', `${who.name} is set by us`);
}) satisfies z.ZodType<ApiSourceSettings>;
