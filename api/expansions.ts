import { drizzle } from 'drizzle-orm/node-postgres';
import { type AccountLink, linksByIds } from '../db/stores/accountLinks.ts';
import { type Accrual, holdsOf } from '../db/stores/accruals.ts';
import { brokersByIds } from '../db/stores/brokers.ts';
import type { Ownership } from '../db/stores/ownership.ts';
import { attemptsOf } from '../db/stores/payoutAttempts.ts';
import { runsByIds } from '../db/stores/payoutRuns.ts';
import { type Payout, sourcesOf } from '../db/stores/payouts.ts';
import { reportPeriodsByIds } from '../db/stores/reportPeriods.ts';
import { type Report, reportsByIds } from '../db/stores/reports.ts';
import { type TradingAccount, tradingAccountsByIds } from '../db/stores/tradingAccounts.ts';
import { usersByIds } from '../db/stores/users.ts';
import { byId, type Expansion, type Expansions } from './expansion.ts';

const user = <T extends { userId: string }>(): Expansion<T> => byId('getUser', (item: T) => item.userId, (pool, ids) => usersByIds(drizzle(pool), ids), ({ id }) => id);
const link = <T extends { accountLinkId: string }>(): Expansion<T> => byId('getLink', (item: T) => item.accountLinkId, (pool, ids) => linksByIds(drizzle(pool), ids), ({ userId }) => userId);
// Whose accrual or link it is may see the account that it names.
const account = <T extends { tradingAccountId: string }>(): Expansion<T> => byId('getAccount', (item: T) => item.tradingAccountId, (pool, ids) => tradingAccountsByIds(drizzle(pool), ids));
const broker = <T extends { brokerId: string }>(): Expansion<T> => byId('getBroker', (item: T) => item.brokerId, (pool, ids) => brokersByIds(drizzle(pool), ids));

/** What each operation can expand. */
export const ACCRUAL_EXPANSIONS = {
  report: byId<Accrual, Report>('getReport', ({ reportId }) => reportId, reportsByIds), link: link<Accrual>(), account: account<Accrual>(), user: user<Accrual>(), broker: broker<Accrual>(),
  holds: { as: 'listHolds', load: async (pool, items) => { const found = await holdsOf(pool, items.map(({ id }) => id)); return ({ id }) => found.get(id) ?? []; } },
} satisfies Expansions<Accrual>;
export const LINK_EXPANSIONS = { account: account<AccountLink>(), user: user<AccountLink>() } satisfies Expansions<AccountLink>;
export const ACCOUNT_EXPANSIONS = { broker: broker<TradingAccount>() } satisfies Expansions<TradingAccount>;
export const OWNERSHIP_EXPANSIONS = { link: link<Ownership>(), user: user<Ownership>() } satisfies Expansions<Ownership>;
export const REPORT_EXPANSIONS = { period: byId('getReportPeriod', ({ periodId }: Report) => periodId, reportPeriodsByIds), broker: broker<Report>() } satisfies Expansions<Report>;
export const MEMBER_EXPANSIONS = { user: user<{ userId: string }>() } satisfies Expansions<{ userId: string }>;
export const PAYOUT_EXPANSIONS = {
  user: user<Payout>(), run: byId('getPayoutRun', ({ runId }: Payout) => runId, runsByIds),
  attempts: { as: 'getPayout', load: async (pool, items) => { const found = await attemptsOf(pool, items.map(({ id }) => id)); return ({ id }) => found.get(id) ?? []; } },
  sources: { as: 'getPayout', load: async (pool, items) => { const found = await sourcesOf(pool, items.map(({ id }) => id)); return ({ id }) => found.get(id) ?? []; } },
} satisfies Expansions<Payout>;
