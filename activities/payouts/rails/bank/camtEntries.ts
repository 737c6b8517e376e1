import { Decimal, plain, sum } from '../../../../domain/decimal.ts';
import { UNNAMED } from '../../../../db/stores/railMovements.ts';
import { child, list, type Money, moneyAt, type Node, textOf } from './nodes.ts';
import { reasonText, REVERSED } from './reasons.ts';
import { type BankEntry, type BankFinding, codeAt, instantAt } from './readings.ts';
import { batchOf } from './references.ts';

const USD = 'USD';
const RETURN_FAMILY = 'RRTN';
const PLACES = 2;

/** The booked entries of a notification or statement, as a sum with its sign (credit above zero). */
export function bookedSum(entries: readonly Node[]): Decimal {
  return sum(entries.filter(isBooked).map((entry) => {
    const amount = new Decimal(moneyAt(entry, 'Amt')?.amount ?? '0');
    return textOf(entry, 'CdtDbtInd') === 'DBIT' ? amount.negated() : amount;
  }));
}

/**
 * What entries (Ntry of camt.053 and camt.054) say about transfers. A booked debit (BOOK, DBIT) with its EndToEndId is the execution, and final; one that is only announced (PDNG, INFO)
 * is pending. A credit with return information, of the family of returns, or that reverses the debit, is a return, or a part of one; without an EndToEndId it is somebody's all the same, and so is a debit.
 * All other credits are not about payouts. `message`: which kind tells them.
 */
export function readEntries(entries: readonly Node[], message: Channel): { entries: BankEntry[]; findings: BankFinding[] } {
  const found: BankEntry[] = [];
  const findings: BankFinding[] = [];
  const seen = new Map<string, number>();
  for (const entry of entries) {
    for (const transfer of transfersOf(entry)) {
      const one = entryOf(entry, transfer, message);
      if (one === null) continue;
      if (one.endToEndId === null) {
        const file = transfer === undefined ? fileOf(entry) : null;
        findings.push(withoutReference(one, file));
        // A whole file of ours in one sum: its transfers are told elsewhere, each by its name.
        if (file !== null) continue;
      }
      // Two equal lines of one message about one transfer are two movements.
      const times = (seen.get(one.key) ?? 0) + 1;
      seen.set(one.key, times);
      found.push(times === 1 ? one : { ...one, key: `${one.key}#${times}` });
    }
  }
  return { entries: found, findings };
}

type Channel = 'camt.053' | 'camt.054';

const isBooked = (entry: Node): boolean => codeAt(entry, 'Sts') === 'BOOK';

function transfersOf(entry: Node): readonly (Node | undefined)[] {
  const transfers = list(entry, 'NtryDtls').flatMap((details) => list(details, 'TxDtls'));
  return transfers.length === 0 ? [undefined] : transfers;
}

/** The file of ours that an entry books as a whole; null: none. */
const fileOf = (entry: Node): string | null => list(entry, 'NtryDtls').flatMap((details) => [textOf(details, 'Btch', 'MsgId'), textOf(details, 'Btch', 'PmtInfId')]).find((id) => id !== undefined && batchOf(id) !== null) ?? null;

function withoutReference({ kind, amount, currency, at, reference }: BankEntry, file: string | null): BankFinding {
  const what = `${amount} ${currency} on ${at.slice(0, 10)} (${reference})`;
  if (file !== null) return { code: 'BANK_FILE_BOOKED_AS_ONE', detail: `The account was debited ${what} for the whole file ${file}: which of its transfers were executed is not said. Ask the bank to book or to notify each of them.` };
  if (kind === 'returned') return { code: 'BANK_RETURN_WITHOUT_REFERENCE', detail: `${what} came back without an EndToEndId: no payout can be matched with it. See the reconciliation, and ask the bank whose it is.` };
  return { code: 'BANK_DEBIT_WITHOUT_REFERENCE', detail: `The account was debited ${what}, without an EndToEndId: no payout can be matched with it.` };
}

function entryOf(entry: Node, transfer: Node | undefined, message: Channel): BankEntry | null {
  const debit = (textOf(transfer, 'CdtDbtInd') ?? textOf(entry, 'CdtDbtInd')) === 'DBIT';
  const reversal = textOf(entry, 'RvslInd') === 'true' || textOf(entry, 'RvslInd') === '1';
  const sentBack = child(transfer, 'RtrInf') !== undefined || textOf(transfer ?? entry, 'BkTxCd', 'Domn', 'Fmly', 'SubFmlyCd') === RETURN_FAMILY || textOf(entry, 'BkTxCd', 'Domn', 'Fmly', 'SubFmlyCd') === RETURN_FAMILY;
  const returned = !debit && (reversal || sentBack);
  // A debit that reverses a credit takes back what somebody paid us: no payout.
  if (debit ? reversal : !returned) return null;
  const named = textOf(transfer, 'Refs', 'EndToEndId');
  const endToEndId = named === undefined || named === UNNAMED ? null : named;
  if (endToEndId === null && !isBooked(entry)) return null;
  const at = instantAt(entry, 'BookgDt') ?? instantAt(entry, 'ValDt') ?? new Date(0).toISOString();
  const bankReference = textOf(transfer, 'Refs', 'AcctSvcrRef') ?? (transfersOf(entry).length === 1 ? textOf(entry, 'AcctSvcrRef') : undefined);
  const name = endToEndId ?? UNNAMED;
  const paid = returned ? cameBack(entry, transfer) : paidOf(entry, transfer);
  const kind = !isBooked(entry) ? 'pending' : debit ? 'executed' : 'returned';
  const code = returned ? codeAt(transfer, 'RtrInf', 'Rsn') ?? (sentBack ? 'MS03' : REVERSED) : codeAt(entry, 'Sts');
  return {
    // The bank's reference alone may be that of several transfers, or of each day anew. Each kind of message tells each movement once, and which of them are the same is found when they are kept.
    key: [kind, name, message, at.slice(0, 10), bankReference ?? paid.amount].join(':'),
    kind, endToEndId, messageId: textOf(transfer, 'Refs', 'MsgId') ?? null, reference: bankReference ?? name, ...paid, at, code,
    reason: returned ? (sentBack ? reasonText(code ?? 'MS03', textOf(transfer, 'RtrInf', 'AddtlInf') ?? null) : 'the bank took its debit back') : null,
  };
}

type Paid = Pick<BankEntry, 'amount' | 'currency' | 'settledUsd' | 'fee' | 'inAccount'>;

/** An account's own movement for an order in another currency, where neither is in USD. */
const foreign = (order: Money, amount: Decimal | null, currency: string): Pick<BankEntry, 'inAccount'> =>
  (amount === null || order.currency === currency || order.currency === USD || currency === USD ? {} : { inAccount: { amount: plain(amount), currency } });

interface Booked { own: Money; instructed: Money | undefined; transferred: Money | undefined; charges: Decimal; included: boolean }

/**
 * The account's own amount for a transfer, beside the instructed and the transferred one. Of several that were booked together the entry's sum is nobody's alone, and neither are its charges: without an amount of its own
 * such a transfer has the one that was transferred.
 */
function bookedFor(entry: Node, transfer: Node | undefined): Booked | null {
  const alone = transfersOf(entry).length === 1;
  const details = child(transfer, 'AmtDtls') ?? (alone ? child(entry, 'AmtDtls') : undefined);
  const [instructed, transferred] = [moneyAt(details, 'InstdAmt', 'Amt'), moneyAt(details, 'TxAmt', 'Amt')];
  const booked = moneyAt(transfer, 'Amt') ?? (alone ? moneyAt(entry, 'Amt') : undefined);
  const own = booked ?? transferred ?? instructed;
  if (own === undefined) return null;
  const { charges, included } = chargesOf(child(transfer, 'Chrgs') ?? (alone ? child(entry, 'Chrgs') : undefined), own.currency);
  return { own, instructed: instructed ?? (moneyAt(transfer, 'Amt') === undefined ? transferred : undefined), transferred, charges, included: included && booked !== undefined };
}

/**
 * What was transferred, in the order's currency, and what the account was debited for it where that is in USD: the instructed amount beside the account's own, and the charges, which
 * the entry's amount may include.
 */
function paidOf(entry: Node, transfer: Node | undefined): Paid {
  const booked = bookedFor(entry, transfer);
  if (booked === null) return { amount: null, currency: null, settledUsd: null, fee: null };
  const { own, instructed, transferred, charges, included } = booked;
  const debited = included ? new Decimal(own.amount).minus(charges) : new Decimal(own.amount);
  const order: Money = instructed ?? { amount: plain(debited), currency: own.currency };
  const inAccount = order.currency === own.currency ? null : transferred?.currency === own.currency ? new Decimal(transferred.amount) : debited;
  const settledUsd = order.currency === USD ? order.amount : own.currency === USD && inAccount !== null ? plain(inAccount) : null;
  const fee = inAccount === null || inAccount.isZero() ? charges : charges.times(order.amount).dividedBy(inAccount).toDecimalPlaces(8);
  return { amount: plain(new Decimal(order.amount)), currency: order.currency, settledUsd: settledUsd === null ? null : plain(new Decimal(settledUsd)), fee: plain(fee), ...foreign(order, inAccount, own.currency) };
}

/**
 * What came back, as it was credited: in the order's currency where the bank names it or the rate at which it exchanged it, without what it kept for the way back; and in USD where the account or
 * the order is in USD.
 */
function cameBack(entry: Node, transfer: Node | undefined): Paid {
  const booked = bookedFor(entry, transfer);
  if (booked === null) return { amount: null, currency: null, settledUsd: null, fee: null };
  const { own, charges, included } = booked;
  const details = child(transfer, 'AmtDtls') ?? (transfersOf(entry).length === 1 ? child(entry, 'AmtDtls') : undefined);
  const instructed = moneyAt(details, 'InstdAmt', 'Amt') ?? exchanged(details, own);
  const gross = new Decimal(own.amount).plus(included ? charges : 0);
  const order: Money = instructed === undefined || instructed.currency === own.currency || gross.isZero() ? own
    : { amount: plain(new Decimal(instructed.amount).times(own.amount).dividedBy(gross).toDecimalPlaces(PLACES)), currency: instructed.currency };
  const settledUsd = own.currency === USD ? own.amount : order.currency === USD ? order.amount : null;
  return { amount: plain(new Decimal(order.amount)), currency: order.currency, settledUsd: settledUsd === null ? null : plain(new Decimal(settledUsd)), fee: plain(charges), ...foreign(order, new Decimal(own.amount), own.currency) };
}

/** A credit's amount before it was exchanged into the account's currency, by the rate that the bank gives: units of the target's currency for one of the source's, or as `UnitCcy` says. */
function exchanged(details: Node | undefined, own: Money): Money | undefined {
  const exchange = child(child(details, 'TxAmt'), 'CcyXchg') ?? child(child(details, 'InstdAmt'), 'CcyXchg');
  const [source, target, rate] = [textOf(exchange, 'SrcCcy'), textOf(exchange, 'TrgtCcy'), textOf(exchange, 'XchgRate')];
  if (source === undefined || rate === undefined || (target !== undefined && target !== own.currency) || source === own.currency || new Decimal(rate).lte(0)) return undefined;
  const amount = textOf(exchange, 'UnitCcy') === own.currency ? new Decimal(own.amount).times(rate) : new Decimal(own.amount).dividedBy(rate);
  return { amount: plain(amount.toDecimalPlaces(PLACES, Decimal.ROUND_HALF_UP)), currency: source };
}

function chargesOf(charges: Node | undefined, currency: string): { charges: Decimal; included: boolean } {
  const records = list(charges, 'Rcrd').filter((record) => textOf(record, 'CdtDbtInd') !== 'CRDT' && moneyAt(record, 'Amt')?.currency === currency);
  const total = moneyAt(charges, 'TtlChrgsAndTaxAmt');
  return {
    charges: total?.currency === currency ? new Decimal(total.amount) : sum(records.map((record) => moneyAt(record, 'Amt')!.amount)),
    included: records.some((record) => ['true', '1'].includes(textOf(record, 'ChrgInclInd') ?? '')),
  };
}
