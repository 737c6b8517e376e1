import { z } from 'zod';
import { Broker } from './brokers.ts';
import { Accrual, Hold } from './money.ts';
import { Attempt, Member, Ownership, Payout, PayoutWithAttempts, Run, Source } from './payouts.ts';
import { Period, Report, ReportWithOutcomes } from './reports.ts';
import { Account, Link, User } from './users.ts';

const only = <T extends z.ZodType>(thing: T) => thing.nullable().optional().meta({ description: 'Only where `expand` names it.' });
const list = <T extends z.ZodType>(thing: T) => z.array(thing).optional().meta({ description: 'Only where `expand` names it.' });

/** Things as an operation with `expand` answers them; see api/expansions.ts. */
export const ExpandedAccrual = z.object({ ...Accrual.shape, report: only(Report), link: only(Link), account: only(Account), user: only(User), broker: only(Broker), holds: list(Hold) }).meta({ id: 'Accrual' });
export const ExpandedLink = z.object({ ...Link.shape, account: only(Account), user: only(User) }).meta({ id: 'ExpandedAccountLink' });
export const ExpandedAccount = z.object({ ...Account.shape, broker: only(Broker) }).meta({ id: 'ExpandedTradingAccount' });
export const ExpandedOwnership = z.object({ ...Ownership.shape, link: only(Link), user: only(User) }).meta({ id: 'ExpandedOwnership' });
const reportParts = { period: only(Period), broker: only(Broker) };
export const ExpandedReport = z.object({ ...Report.shape, ...reportParts }).meta({ id: 'ExpandedReport' });
export const ExpandedReportWithOutcomes = z.object({ ...ReportWithOutcomes.shape, ...reportParts }).meta({ id: 'ReportWithOutcomes' });
export const ExpandedMember = z.object({ ...Member.shape, user: only(User) }).meta({ id: 'PayoutRunMember' });
const payoutParts = { user: only(User), run: only(Run) };
export const ExpandedPayout = z.object({ ...Payout.shape, ...payoutParts, attempts: list(Attempt), sources: list(Source) }).meta({ id: 'Payout' });
export const ExpandedPayoutWithAttempts = z.object({ ...PayoutWithAttempts.shape, ...payoutParts }).meta({ id: 'PayoutWithAttempts' });
