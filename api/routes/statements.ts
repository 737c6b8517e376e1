import { Readable } from 'node:stream';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { entriesInPages, type EntryPosition, knownOn, statementEntries, statementJournals, type StatementScope } from '../../db/stores/statement.ts';
import { countStatementEntries, statementParts } from '../../db/stores/statementParts.ts';
import { getUser } from '../../db/stores/users.ts';
import { Problem } from '../../domain/problem.ts';
import { type YearOfEarnings as Year, yearTotals } from '../../domain/statements/earnings.ts';
import { owed } from '../../domain/statements/money.ts';
import { statementPeriod, yearPeriod } from '../../domain/statements/period.ts';
import { type StatementEntry as Entry, statementTotals } from '../../domain/statements/statement.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { earningsCsv } from '../documents/earningsCsv.ts';
import { earningsPdf } from '../documents/earningsPdf.ts';
import { oneAtATime } from '../documents/oneAtATime.ts';
import { statementCsv } from '../documents/statementCsv.ts';
import { statementPdf } from '../documents/statementPdf.ts';
import { operation } from '../operation.ts';
import { requireOwn } from '../plugins/auth.ts';
import { readPage } from '../schemas/paging.ts';
import { EarningsParams, EarningsQuery, Statement, StatementFileQuery, StatementQuery, YearOfEarnings } from '../schemas/statements.ts';
import { UserParams } from '../schemas/users.ts';

/** Entries that one PDF takes, some 130 pages; a CSV has no such end. */
export const PDF_ENTRIES = 2_000;

/** Which position a page ended at and what the ledger knew for the first page: all pages of a statement show the same. */
const POSITION = /^(\d{1,14})_(\d{1,18})_(\d{1,14})$/;

const describe = (shape: string): string => `${shape} Opening, entries and closing by the instant at which they count (from ≤ instant < to), so one period's closing is the next one's opening. Without from and to it covers everything, and its closing is what the balances say. `
  + 'An entry can be recorded later than it counts; `asKnownOn` gives what was known at an instant, and every answer says its own.';

/** A user's statement for any period, and his earnings of a year: to read by programs, spreadsheets and people. */
export function statementRoutes(app: Api, { pool, now }: ApiDeps): void {
  const db = drizzle(pool);
  const tag = 'Statements';
  const mine = async (request: FastifyRequest, userId: string): Promise<void> => {
    requireOwn(request, userId, { code: 'USER_UNKNOWN', sentence: `There is no user "${userId}".` });
    await getUser(db, userId);
  };
  const scopeOf = async (tx: Tx, userId: string, query: { from?: string | undefined; to?: string | undefined; asKnownOn?: string | undefined }): Promise<StatementScope> =>
    ({ userId, ...statementPeriod(query.from, query.to), asKnownOn: await knownOn(tx, query.asKnownOn) });
  // Sums and entries of one snapshot: what is committed between the two, recorded before, would be in one of them only.
  const snapshot = <T>(read: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(pool, read, { isolation: 'repeatable read' });
  const yearOf = async (userId: string, year: string, asKnownOn?: string): Promise<Year & StatementScope & { from: string; to: string; year: string; madeAt: string }> => {
    const scope = { userId, ...yearPeriod(year), asKnownOn: await knownOn(pool, asKnownOn) };
    const { parts, months } = await statementParts(pool, scope);
    return { ...scope, year, madeAt: now(), months, parts: parts.map(({ opening, closing, ...part }) => ({ ...part, opening: owed(opening), closing: owed(closing) })), totals: yearTotals(months) };
  };

  app.get('/v1/users/:userId/statement', operation('getStatement', {
    tag, summary: 'Opening, entries with their causes, closing', description: describe('As JSON; entries come page by page, the sums are those of the whole period on each page.'), params: UserParams, querystring: StatementQuery, response: { 200: Statement },
  }), async (request) => {
    const { query, params: { userId } } = request;
    await mine(request, userId);
    return snapshot(async (tx) => {
      let scope: StatementScope | undefined;
      const page = await readPage<Entry>(query, ({ effectiveAt, journalId }) => `${Date.parse(effectiveAt)}_${journalId}_${Date.parse(scope!.asKnownOn)}`, async ({ after, limit }) => {
        const from = positionOf(after);
        scope = await scopeOf(tx, userId, { ...query, asKnownOn: from?.known ?? query.asKnownOn });
        return statementEntries(tx, scope, { order: query.order, after: from, limit });
      }, POSITION);
      const { parts } = await statementParts(tx, scope!);
      return { ...scope!, madeAt: now(), parts, totals: statementTotals(parts), ...page };
    });
  });

  app.get('/v1/users/:userId/statement.csv', operation('getStatementCsv', {
    tag, summary: 'The statement for a spreadsheet', description: describe('CSV in UTF-8 with a byte order mark: rows `opening`, `entry`, `closing`; a cell that a spreadsheet would run as a formula begins with an apostrophe, amounts are numbers.'), params: UserParams, querystring: StatementFileQuery, response: {},
  }), async (request, reply) => {
    await mine(request, request.params.userId);
    const { scope, parts, journals } = await snapshot(async (tx) => {
      const scope = await scopeOf(tx, request.params.userId, request.query);
      return { scope, parts: (await statementParts(tx, scope)).parts, journals: await statementJournals(tx, scope) };
    });
    return file(reply, 'text/csv; charset=utf-8', nameOf(scope, 'csv')).send(Readable.from(statementCsv({ ...scope, parts }, entriesInPages(pool, scope.userId, journals)), { objectMode: false }) as never);
  });

  app.get('/v1/users/:userId/statement.pdf', operation('getStatementPdf', {
    tag, summary: 'The statement to print and file', description: describe(`PDF, of at most ${PDF_ENTRIES} entries.`), params: UserParams, querystring: StatementFileQuery, response: {},
  }), async (request, reply) => {
    await mine(request, request.params.userId);
    const { scope, parts, entries } = await snapshot(async (tx) => {
      const scope = await scopeOf(tx, request.params.userId, request.query);
      if ((await countStatementEntries(tx, scope, PDF_ENTRIES + 1)) > PDF_ENTRIES) {
        throw new Problem('STATEMENT_TOO_LONG', `The period has more than ${PDF_ENTRIES} entries, too many for a PDF; choose a shorter period, or take the CSV.`, { status: 422, facts: { most: PDF_ENTRIES } });
      }
      const { parts } = await statementParts(tx, scope);
      const entries: Entry[] = [];
      for await (const page of entriesInPages(tx, scope.userId, await statementJournals(tx, scope))) entries.push(...page);
      return { scope, parts, entries };
    });
    return file(reply, 'application/pdf', nameOf(scope, 'pdf')).send((await oneAtATime(() => statementPdf({ ...scope, madeAt: now(), parts, entries }))) as never);
  });

  app.get('/v1/users/:userId/earnings/:year', operation('getEarnings', {
    tag, summary: 'Earnings of a year by month, broker and programme', description: 'Months are in UTC and count what was posted in them.', params: EarningsParams, querystring: EarningsQuery, response: { 200: YearOfEarnings },
  }), async (request) => {
    const { userId, year } = request.params;
    await mine(request, userId);
    return yearOf(userId, year, request.query.asKnownOn);
  });
  app.get('/v1/users/:userId/earnings/:year.csv', operation('getEarningsCsv', {
    tag, summary: 'The same for a spreadsheet', description: 'CSV in UTF-8 with a byte order mark: rows `month`, `part` (the year of one broker and programme) and `total`.', params: EarningsParams, querystring: EarningsQuery, response: {},
  }), async (request, reply) => {
    const { userId, year } = request.params;
    await mine(request, userId);
    return file(reply, 'text/csv; charset=utf-8', `earnings-${userId}-${year}.csv`).send(earningsCsv(await yearOf(userId, year, request.query.asKnownOn)) as never);
  });
  app.get('/v1/users/:userId/earnings/:year.pdf', operation('getEarningsPdf', {
    tag, summary: 'The same to print and file', params: EarningsParams, querystring: EarningsQuery, response: {},
  }), async (request, reply) => {
    const { userId, year } = request.params;
    await mine(request, userId);
    return file(reply, 'application/pdf', `earnings-${userId}-${year}.pdf`).send((await oneAtATime(async () => earningsPdf(await yearOf(userId, year, request.query.asKnownOn)))) as never);
  });
}

function positionOf(cursor: string | undefined): (EntryPosition & { known: string }) | null {
  const parts = POSITION.exec(cursor ?? '');
  if (parts === null) return null;
  const [effective, journalId, known] = parts.slice(1) as [string, string, string];
  return { effectiveAt: new Date(Number(effective)).toISOString(), journalId, known: new Date(Number(known)).toISOString() };
}

const nameOf = ({ userId, from, to }: StatementScope, type: string): string => `statement-${userId}${from === null ? '' : `-from-${from.slice(0, 10)}`}${to === null ? '' : `-to-${to.slice(0, 10)}`}.${type}`;

function file(reply: FastifyReply, type: string, name: string): FastifyReply {
  return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).header('cache-control', 'private, no-store');
}
