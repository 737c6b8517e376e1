import { Decimal, plain } from '../../../../domain/decimal.ts';
import { bookedSum, readEntries } from './camtEntries.ts';
import { child, list, moneyAt, type Node, readXml, textOf } from './nodes.ts';
import { otherAccount, ownAccount } from './ownAccount.ts';
import { codeAt, instantAt, type Reading, type StatementFacts } from './readings.ts';

const OPENING = ['OPBD', 'PRCD'];
const CLOSING = ['CLBD'];

/** Account statements (camt.053.001.08) of one account; those of others are not read. Each must add up: opening + booked entries = closing. The text was validated. */
export function readCamt053(text: string, account: string): Reading {
  const reading: Reading = { entries: [], findings: [], statements: [] };
  for (const statement of list(child(readXml(text), 'BkToCstmrStmt'), 'Stmt')) {
    if (!ownAccount(statement, account)) {
      reading.findings.push(...otherAccount(statement, account));
      continue;
    }
    const entries = list(statement, 'Ntry');
    const read = readEntries(entries, 'camt.053');
    reading.entries.push(...read.entries);
    reading.findings.push(...read.findings);
    const facts = factsOf(statement, account);
    reading.statements.push(facts);
    if (facts.opening === null || facts.closing === null) continue;
    const missing = new Decimal(facts.closing).minus(facts.opening).minus(bookedSum(entries));
    if (!missing.isZero()) {
      reading.findings.push({
        code: 'STATEMENT_DOES_NOT_ADD_UP',
        detail: `Statement ${facts.sequence ?? textOf(statement, 'Id') ?? ''} of ${facts.day}: opening ${facts.opening} and its entries make ${plain(new Decimal(facts.closing).minus(missing))}, its closing balance is ${facts.closing} ${facts.currency}; ${plain(missing)} of entries are missing. Ask the bank for them.`,
      });
    }
  }
  return reading;
}

/** What the statement after `before` shows: none is missing between them, and it opens where that one closed. */
export function afterStatement(before: StatementFacts, next: StatementFacts): { code: string; detail: string } | null {
  const [was, is] = [before.sequence, next.sequence];
  if (was !== null && is !== null && new Decimal(is).minus(was).greaterThan(1)) return { code: 'STATEMENT_MISSING', detail: `Statement ${is} of ${next.day} follows ${was} of ${before.day}: those between were not received. Ask the bank for them.` };
  if (before.closing !== null && next.opening !== null && !new Decimal(before.closing).equals(next.opening)) return { code: 'STATEMENT_OPENS_ELSEWHERE', detail: `Statement ${is ?? ''} of ${next.day} opens with ${next.opening} ${next.currency}, the one before closed with ${before.closing}.` };
  return null;
}

function factsOf(statement: Node, account: string): StatementFacts {
  const balance = (codes: readonly string[]): { value: string; currency: string; day: string | undefined } | null => {
    const found = list(statement, 'Bal').find((one) => codes.includes(codeAt(one, 'Tp', 'CdOrPrtry') ?? ''));
    const money = moneyAt(found, 'Amt');
    if (money === undefined) return null;
    return { value: plain(textOf(found, 'CdtDbtInd') === 'DBIT' ? new Decimal(money.amount).negated() : new Decimal(money.amount)), currency: money.currency, day: instantAt(found, 'Dt')?.slice(0, 10) };
  };
  const [opening, closing] = [balance(OPENING), balance(CLOSING)];
  return {
    account, sequence: textOf(statement, 'ElctrncSeqNb') ?? textOf(statement, 'LglSeqNb') ?? null, opening: opening?.value ?? null, closing: closing?.value ?? null,
    day: closing?.day ?? instantAt(statement, 'CreDtTm')?.slice(0, 10) ?? '', currency: closing?.currency ?? textOf(statement, 'Acct', 'Ccy') ?? '',
  };
}
