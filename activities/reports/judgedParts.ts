import type { AccountLine } from '../../db/stores/lineOutcomes.ts';
import type { AccountCursor } from '../../db/stores/reportWork.ts';
import type { AccountContext, BrokerContext, JudgedLine, LineFacts } from '../../domain/eligibility/context.ts';
import { AccountJudge } from '../../domain/eligibility/judgeAccount.ts';
import { type Part, PART_LINES } from './pages.ts';

export interface NamedAccount { server: string; account: string }
export type ContextOf = (server: string, account: string) => AccountContext;

export interface Judging {
  broker: BrokerContext;
  /** What these accounts are judged by; asked once for the accounts of a batch. */
  contexts(accounts: readonly NamedAccount[]): Promise<ContextOf>;
}

interface OwnJudge extends NamedAccount { judge: AccountJudge; tradingAccountId: string | null }

const isOf = (own: NamedAccount | null, line: NamedAccount): boolean => own !== null && own.account === line.account && own.server === line.server;

/**
 * Judges lines that come by account and in file order, part by part, however many one account has. A page ends with the first account after more than
 * `size` lines; the last part ends the page at `upTo`, or the report where that is null.
 */
export async function* judgedParts(batches: AsyncIterable<readonly LineFacts[]>, { broker, contexts }: Judging, size: number, upTo: AccountCursor | null): AsyncGenerator<Part<AccountLine>> {
  let own: OwnJudge | null = null;
  let lines: AccountLine[] = [];
  let [read, ofPage] = [0, 0];
  const part = (end: AccountCursor | null, last = false): Part<AccountLine> => {
    const made = { lines, read, end, last };
    [lines, read] = [[], 0];
    return made;
  };
  const take = (judged: JudgedLine, { tradingAccountId }: OwnJudge): boolean => lines.push(Object.assign(judged, { tradingAccountId })) >= PART_LINES;

  for await (const batch of batches) {
    const contextOf = await contexts(accountsOf(batch, own));
    for (const line of batch) {
      if (own === null || !isOf(own, line)) {
        if (own !== null) {
          for (const judged of own.judge.end()) if (take(judged, own)) yield part(null);
          if (ofPage > size) {
            ofPage = 0;
            yield part([own.server, own.account]);
          }
        }
        const context = contextOf(line.server, line.account);
        own = { server: line.server, account: line.account, judge: new AccountJudge(broker, context), tradingAccountId: context.tradingAccountId };
      }
      read++;
      ofPage++;
      const judged = own.judge.judge(line);
      if (judged !== null && take(judged, own)) yield part(null);
    }
  }
  if (own !== null) for (const judged of own.judge.end()) if (take(judged, own)) yield part(null);
  yield part(upTo, upTo === null);
}

/** The accounts of a batch but the one that is being judged already. */
function accountsOf(batch: readonly LineFacts[], own: NamedAccount | null): NamedAccount[] {
  const accounts: NamedAccount[] = [];
  let last = own;
  for (const line of batch) {
    if (isOf(last, line)) continue;
    accounts.push(line);
    last = line;
  }
  return accounts;
}
