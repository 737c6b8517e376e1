import { adjustmentAmount, implausible } from '../calculation/amount.ts';
import { plain, sum } from '../decimal.ts';
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

/** Rows of one aggregate key in one file are one line: summed on the first row, cut after summing; the others point to it. */
function judgeBucket(rows: readonly LineFacts[], key: string, broker: BrokerContext, account: AccountContext): JudgedLine[] {
  const first = rows[0]!;
  if (rows.length === 1) return [judgeTrade(first, key, broker, account)];
  const whole: LineFacts = { ...first, lots: plain(sum(rows.map((row) => row.lots!))), statusReason: rows.find((row) => row.statusReason !== null)?.statusReason ?? null };
  const judged = judgeTrade(whole, key, broker, account);
  return rows.map((row) => (row === first ? judged : { ...without(row), key: judged.key, detail: `One line with row ${first.rowNumber}: same account, day or month, and instrument; summed there.` }));
}

/**
 * Judges all lines of one trading account in a report (those not already superseded within the file), in file order.
 * Pure: the same lines, links, rates and tiers give the same result in any order of the file's other lines.
 */
export function judgeAccount(lines: readonly LineFacts[], broker: BrokerContext, account: AccountContext): JudgedLine[] {
  const keyOf = lineKeys(broker.periodId);
  const judged: JudgedLine[] = [];
  const buckets = new Map<string, LineFacts[]>();
  for (const line of lines) {
    if (line.malformed !== null || line.kind === null) {
      judged.push({ ...without(line), outcome: 'quarantined', reason: 'MALFORMED', detail: line.malformed });
    } else if (line.kind === 'ignore') {
      judged.push(without(line));
    } else if (line.kind === 'reversal') {
      judged.push({ ...without(line), outcome: 'excluded', reason: 'BROKER_REVERSED', key: keyOf(line) });
    } else if (line.kind === 'adjustment') {
      judged.push(judgeAdjustment(line, keyOf(line), broker, account));
    } else if (line.kind === 'aggregate') {
      const key = keyOf(line);
      const rows = buckets.get(key);
      if (rows) rows.push(line);
      else buckets.set(key, [line]);
    } else {
      judged.push(judgeTrade(line, keyOf(line), broker, account));
    }
  }
  for (const [key, rows] of buckets) judged.push(...judgeBucket(rows, key, broker, account));
  return judged;
}
