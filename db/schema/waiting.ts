import { bigint, customType, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { broker } from './brokers.ts';

const int8 = (name: string) => bigint(name, { mode: 'bigint' });
const textArray = customType<{ data: string[] }>({ dataType: () => 'text[]' });

/** How often what a broker's lines are judged by has changed; counted by triggers. */
export const brokerKnowledge = pgTable('broker_knowledge', {
  brokerId: text('broker_id').primaryKey().references(() => broker.id),
  no: int8('no').notNull(),
});

/** With which number all lines that wait in a report version were last tried. */
export const waitingReport = pgTable('waiting_report', {
  reportNo: int8('report_no').primaryKey(),
  knowledgeNo: int8('knowledge_no').notNull(),
});

/** The same for one account of it, also with which links of the account, and what is wrong that no link mends; `approvals`: changes whose approval a replay has used up. */
export const waitingAccount = pgTable('waiting_account', {
  reportNo: int8('report_no').notNull(),
  server: text('server').notNull(),
  account: text('account').notNull(),
  knowledgeNo: int8('knowledge_no').notNull(),
  approvals: textArray('approvals').notNull().default([]),
  links: text('links'),
  problem: text('problem'),
}, (t) => [primaryKey({ columns: [t.reportNo, t.server, t.account] })]);
