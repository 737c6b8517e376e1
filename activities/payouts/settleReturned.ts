import { Decimal, plain, sum } from '../../domain/decimal.ts';
import type { LookUpOutcome } from '../../domain/payouts/outcomes.ts';
import { type AvailableBalance, giveBack } from '../../domain/payouts/plan.ts';
import { partsOfTotal, type ReturnsToPost, returnsToPost } from '../../domain/payouts/returns.ts';
import { settlementOf } from '../../domain/payouts/settlement.ts';
import type { Tx } from '../../db/connection.ts';
import { postJournal } from '../../db/ledger/journals.ts';
import { moveExposure } from '../../db/stores/exposure.ts';
import { notify } from '../../db/stores/notifications.ts';
import { insertReturn, noteCredited, returnsOf } from '../../db/stores/payoutReturns.ts';
import { type Payout, payoutSources } from '../../db/stores/payouts.ts';
import { quoteInForce } from './quoteInForce.ts';
import { creditedJournal, returnedJournal } from './settlementJournals.ts';

type Returned = Extract<LookUpOutcome, { kind: 'returned' }>;

/** What of a payment that came back is not posted yet. Under the payout's row lock. */
export async function cameBack(tx: Tx, payout: Payout, outcome: Returned): Promise<ReturnsToPost> {
  const posted = (await returnsOf(tx, [payout.id])).get(payout.id) ?? [];
  const parts = outcome.parts ?? partsOfTotal({ at: outcome.returnedAt, amount: outcome.returnedAmount, code: outcome.code, reason: outcome.reason }, posted);
  return returnsToPost(payout.amount, await quoteInForce(tx, payout), payout.settledUsd, parts, posted);
}

/**
 * Posts each part that came back and is not posted yet, once, and tells the payee of it; and what the bank credited for one that was posted before that was known. Where the way back cost
 * everything, the payout is returned and no money moves.
 */
export async function settleReturned(tx: Tx, payout: Payout, outcome: Returned, asOf: string): Promise<void> {
  const { parts, corrections } = await cameBack(tx, payout, outcome);
  const before = (await returnsOf(tx, [payout.id])).get(payout.id) ?? [];
  const sources = await payoutSources(tx, payout.id);
  const rest = settlementOf(payout.amount, await quoteInForce(tx, payout), { fee: '0' }).back;
  for (const correction of corrections) {
    if (!new Decimal(correction.difference).isZero()) await postJournal(tx, creditedJournal(payout, correction, asOf));
    await noteCredited(tx, payout.id, correction);
  }
  let [given, came] = [sum([rest, ...before.map(({ toUser }) => toUser)]), sum(before.map(({ amount }) => amount))];
  for (const part of parts) {
    const to = between(sources, plain(given), plain(given.plus(part.toUser)));
    [given, came] = [given.plus(part.toUser), came.plus(part.amount)];
    if (to.length > 0 || !new Decimal(part.fx).isZero()) await postJournal(tx, returnedJournal(payout, to, part, asOf));
    if (to.length > 0) await moveExposure(tx, to, -1);
    await insertReturn(tx, payout.id, { ...part, reason: `${part.code}: ${part.reason}` }, asOf);
    const isFirst = before.length === 0 && part === parts[0];
    if (to.length === 0 && !isFirst) continue;
    await notify(tx, [{
      eventId: isFirst ? `payout:${payout.id}:returned` : `payout:${payout.id}:returned:${part.part}`, userId: payout.userId, kind: 'payout_returned', at: asOf,
      facts: {
        payoutId: payout.id, amount: plain(sum(to.map(({ amount }) => amount))), currency: payout.currency, reason: `${part.code}: ${part.reason}`,
        cameBack: came.gte(payout.payAmount) ? 'in_full' : 'in_part', cameBackAmount: plain(came), paidAmount: plain(new Decimal(payout.payAmount)), paidCurrency: payout.payCurrency,
      },
    }]);
  }
}

/** The balances to which the USD from `given` up to `to` go back, where `given` went back before: each up to what was taken from it. */
function between(sources: readonly AvailableBalance[], given: string, to: string): AvailableBalance[] {
  const before = giveBack(sources, given);
  return giveBack(sources, to).flatMap((source) => {
    const had = before.find(({ brokerId, programme }) => brokerId === source.brokerId && programme === source.programme)?.amount ?? '0';
    const amount = new Decimal(source.amount).minus(had);
    return amount.isZero() ? [] : [{ ...source, amount: plain(amount) }];
  });
}
