import { adjustmentAmount, implausible } from '../calculation/amount.ts';
import { plain } from '../decimal.ts';
import { type ExactSum, exactSum } from '../reports/exactSum.ts';
import type { AccountContext, BrokerContext, JudgedLine, LineFacts } from './context.ts';
import { judgeTrade } from './judgeTrade.ts';
import { lineKeys } from './lineKeys.ts';
import { linkForAdjustment } from './links.ts';

const without = (line: LineFacts): JudgedLine => ({
  rowNumber: line.rowNumber, outcome: 'ignored', reason: null, detail: null, key: null, accountLinkId: null, userId: null,
  closeTime: line.closeTime, lots: '0', amount: '0', basis: null,
});

/** A money adjustment moves `amount` on the account as it stands; without a verified link it moves nothing and has no reason. */
function judgeAdjustment(line: LineFacts, key: string, broker: BrokerContext, account: AccountContext): JudgedLine {
  const fault = implausible('An adjustment', line.amount!);
  if (fault !== null) return { ...without(line), outcome: 'quarantined', reason: 'MALFORMED', detail: fault };
  const link = linkForAdjustment(account.links, line.closeTime);
  if (link === null) return { ...without(line), key };
  const amount = plain(adjustmentAmount(line.amount!, broker.adjustmentShare));
  return { ...without(line), outcome: 'paid', key, accountLinkId: link.id, userId: link.userId, amount };
}

/** An aggregate of a file, while its rows come: they are one line, cut after summing, on the first row. */
interface Bucket { first: LineFacts; others: number[]; lots: ExactSum; statusReason: string | null }

/**
 * Judges the lines of one trading account in a report (those not already superseded within the file), given one by one in file order: an
 * account may have a million. Pure: the same lines, links, rates and tiers give the same result in any order of the file's other lines.
 */
export class AccountJudge {
  readonly #broker: BrokerContext;
  readonly #account: AccountContext;
  readonly #keyOf: (line: LineFacts) => string;
  readonly #buckets = new Map<string, Bucket>();

  constructor(broker: BrokerContext, account: AccountContext) {
    this.#broker = broker;
    this.#account = account;
    this.#keyOf = lineKeys(broker.periodId);
  }

  /** The line's outcome; null for a row of an aggregate, which is judged at the end, when all its rows are known. */
  judge(line: LineFacts): JudgedLine | null {
    if (line.malformed !== null || line.kind === null) return { ...without(line), outcome: 'quarantined', reason: 'MALFORMED', detail: line.malformed };
    if (line.kind === 'ignore') return without(line);
    const key = this.#keyOf(line);
    if (line.kind === 'reversal') return { ...without(line), outcome: 'excluded', reason: 'BROKER_REVERSED', key };
    if (line.kind === 'adjustment') return judgeAdjustment(line, key, this.#broker, this.#account);
    if (line.kind === 'trade') return judgeTrade(line, key, this.#broker, this.#account);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      const lots = exactSum();
      lots.add(line.lots!);
      this.#buckets.set(key, { first: line, others: [], lots, statusReason: line.statusReason });
    } else {
      bucket.others.push(line.rowNumber);
      bucket.lots.add(line.lots!);
      bucket.statusReason ??= line.statusReason;
    }
    return null;
  }

  /** The outcomes of the aggregates' rows. */
  *end(): Generator<JudgedLine> {
    for (const [key, { first, others, lots, statusReason }] of this.#buckets) {
      const judged = judgeTrade(others.length === 0 ? first : { ...first, lots: lots.total(), statusReason }, key, this.#broker, this.#account);
      yield judged;
      for (const rowNumber of others) {
        yield { ...without({ ...first, rowNumber }), key: judged.key, detail: `One line with row ${first.rowNumber}: same account, day or month, and instrument; summed there.` };
      }
    }
    this.#buckets.clear();
  }
}

/** All lines of one account at once. */
export function judgeAccount(lines: readonly LineFacts[], broker: BrokerContext, account: AccountContext): JudgedLine[] {
  const judge = new AccountJudge(broker, account);
  const judged = lines.map((line) => judge.judge(line)).filter((line) => line !== null);
  return [...judged, ...judge.end()];
}
