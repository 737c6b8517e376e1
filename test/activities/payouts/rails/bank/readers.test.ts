import { describe, expect, it, test } from 'vitest';
import { executionDay, isBankDay } from '../../../../../activities/payouts/rails/bank/bankDays.ts';
import { afterStatement, readCamt053 } from '../../../../../activities/payouts/rails/bank/camt053.ts';
import { readCamt054 } from '../../../../../activities/payouts/rails/bank/camt054.ts';
import { checkDestination } from '../../../../../activities/payouts/rails/bank/destination.ts';
import { latin } from '../../../../../activities/payouts/rails/bank/latin.ts';
import { transferFile, transferXml } from '../../../../../activities/payouts/rails/bank/pain001.ts';
import { readPain002 } from '../../../../../activities/payouts/rails/bank/pain002.ts';
import { batchOf, endToEndIdOf, keyOf, messageIdOf } from '../../../../../activities/payouts/rails/bank/references.ts';
import { validated } from '../../../../../activities/payouts/rails/bank/validate.ts';
import { valued } from '../../../../../activities/payouts/rails/bank/valued.ts';
import { Problem } from '../../../../../domain/problem.ts';
import { newId } from '../../../../../domain/ids.ts';

const OURS = 'NL41MOCK0000000001';
const document = (message: string, root: string, body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${message}"><${root}>${body}</${root}></Document>`;
const header = '<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-24T10:00:00+01:00</CreDtTm></GrpHdr>';
const code = '<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>';
interface Entry { amount?: string; currency?: string; side?: string; status?: string; ref?: string; reversal?: boolean; before?: string; transfer?: string; account?: string }
const entry = ({ amount = '16.00', currency = 'EUR', side = 'DBIT', status = 'BOOK', ref = 'R1', reversal = false, before = '', transfer = '<TxDtls><Refs><EndToEndId>e-1</EndToEndId></Refs></TxDtls>' }: Entry): string =>
  `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd>${reversal ? '<RvslInd>true</RvslInd>' : ''}<Sts><Cd>${status}</Cd></Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt>${ref === '' ? '' : `<AcctSvcrRef>${ref}</AcctSvcrRef>`}${code}${before}<NtryDtls>${transfer}</NtryDtls></Ntry>`;
const notified = (entries: string, account = OURS) => {
  const { message, text } = validated('n.xml', Buffer.from(document('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn', `${header}<Ntfctn><Id>N1</Id><Acct><Id><IBAN>${account}</IBAN></Id></Acct>${entries}</Ntfctn>`)));
  expect(message).toBe('camt.054.001.08');
  return readCamt054(text, OURS);
};

describe('notifications', () => {
  it('takes a booked debit for the execution, and one that is announced for pending', () => {
    expect(notified(entry({}) + entry({ status: 'PDNG', ref: 'R2' })).entries).toMatchObject([
      { kind: 'executed', endToEndId: 'e-1', key: 'executed:e-1:camt.054:2026-11-24:R1', reference: 'R1', amount: '16', currency: 'EUR', settledUsd: null, fee: '0', at: '2026-11-24T00:00:00.000Z' }, { kind: 'pending', endToEndId: 'e-1' },
    ]);
  });
  it('reads each transfer of an entry that was booked as a sum', () => {
    const two = ['e-1', 'e-2'].map((id, at) => `<TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs><Amt Ccy="EUR">${at + 1}.50</Amt></TxDtls>`).join('');
    expect(notified(entry({ amount: '4.00', transfer: two })).entries.map(({ kind, endToEndId, amount }) => [kind, endToEndId, amount])).toEqual([['executed', 'e-1', '1.5'], ['executed', 'e-2', '2.5']]);
  });
  it('counts what was charged for a sum of transfers as none of theirs alone', () => {
    const two = ['e-1', 'e-2'].map((id) => `<TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs><Amt Ccy="EUR">2.00</Amt></TxDtls>`).join('');
    const before = '<Chrgs><Rcrd><Amt Ccy="EUR">0.35</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>';
    expect(notified(entry({ amount: '4.35', before, transfer: two })).entries.map(({ amount, fee }) => [amount, fee])).toEqual([['2', '0'], ['2', '0']]);
    expect(notified(entry({ amount: '16.35', before })).entries).toMatchObject([{ amount: '16', fee: '0.35' }]);
  });
  it('knows what a dollar account was debited for euros, without the charges that the entry includes', () => {
    const fx = '<TxDtls><Refs><EndToEndId>e-1</EndToEndId></Refs><Amt Ccy="USD">21.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><AmtDtls><InstdAmt><Amt Ccy="EUR">16.00</Amt></InstdAmt><TxAmt><Amt Ccy="USD">20.00</Amt><CcyXchg><SrcCcy>EUR</SrcCcy><TrgtCcy>USD</TrgtCcy><XchgRate>1.25</XchgRate></CcyXchg></TxAmt></AmtDtls>'
      + '<Chrgs><Rcrd><Amt Ccy="USD">1.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs></TxDtls>';
    expect(notified(entry({ amount: '21.50', currency: 'USD', transfer: fx })).entries).toMatchObject([{ amount: '16', currency: 'EUR', settledUsd: '20', fee: '1.2' }]);
  });
  it('knows what an account in another currency than the order and the dollar was moved by, and what that is worth', async () => {
    const pounds = (side: string, inner = ''): string => entry({ side, amount: '16.65', transfer: `<TxDtls><Refs><EndToEndId>e-1</EndToEndId></Refs><Amt Ccy="EUR">16.65</Amt><CdtDbtInd>${side}</CdtDbtInd><AmtDtls><InstdAmt><Amt Ccy="GBP">14.00</Amt></InstdAmt></AmtDtls>${inner}</TxDtls>` });
    const charges = '<Chrgs><Rcrd><Amt Ccy="EUR">0.35</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>';
    const read = notified(pounds('DBIT', charges) + pounds('CRDT', '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>') + entry({ ref: 'R2' })).entries;
    expect(read).toMatchObject([{ currency: 'GBP', settledUsd: null, inAccount: { amount: '16.3', currency: 'EUR' } }, { kind: 'returned', amount: '14', inAccount: { amount: '16.65', currency: 'EUR' } }, { currency: 'EUR', settledUsd: null }]);
    let asked = 0;
    const worth = await valued(read, async (currency) => { asked += 1; return { currency, rate: '0.8', source: 'test', validUntil: null }; });
    expect([worth.map(({ settledUsd }) => settledUsd), asked]).toEqual([['20.375', '20.8125', null], 1]);
    const nobody = await valued(read, () => Promise.reject(new Problem('FX_UNAVAILABLE', 'away', { status: 503 })));
    expect(nobody.map(({ settledUsd }) => settledUsd)).toEqual([null, null, null]);
    await expect(valued(read, () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
  });
  it('takes off charges that the entry includes in the same currency', () => {
    const charged = '<TxDtls><Refs><EndToEndId>e-1</EndToEndId></Refs><Amt Ccy="EUR">16.35</Amt><CdtDbtInd>DBIT</CdtDbtInd><Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0.35</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">0.35</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs></TxDtls>';
    expect(notified(entry({ amount: '16.35', transfer: charged })).entries).toMatchObject([{ amount: '16', fee: '0.35' }]);
  });
  it('takes a credit with return information, or a reversed debit, for the return; no other credit', () => {
    const back = '<TxDtls><Refs><EndToEndId>e-1</EndToEndId></Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></RtrInf></TxDtls>';
    expect(notified(entry({ side: 'CRDT', transfer: back })).entries).toMatchObject([{ kind: 'returned', key: 'returned:e-1:camt.054:2026-11-24:R1', code: 'AC04', reason: expect.stringMatching(/the account is closed/) }]);
    expect(notified(entry({ side: 'CRDT', reversal: true })).entries).toMatchObject([{ kind: 'returned', code: 'RVSL' }]);
    expect(notified(entry({ side: 'CRDT' }) + entry({ reversal: true }))).toEqual({ entries: [], findings: [], statements: [] });
  });
  it('takes what was credited for what came back: in the order\'s currency by the bank\'s word or rate, without what it kept', () => {
    const back = (inner: string): string => `<TxDtls><Refs><EndToEndId>e-1</EndToEndId></Refs><Amt Ccy="USD">19.50</Amt><CdtDbtInd>CRDT</CdtDbtInd>${inner}<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>`;
    const credited = (inner: string) => notified(entry({ side: 'CRDT', amount: '19.50', currency: 'USD', transfer: back(inner) })).entries;
    expect(credited('<AmtDtls><InstdAmt><Amt Ccy="EUR">16.00</Amt></InstdAmt></AmtDtls>')).toMatchObject([{ amount: '16', currency: 'EUR', settledUsd: '19.5' }]);
    expect(credited('<AmtDtls><InstdAmt><Amt Ccy="EUR">16.00</Amt></InstdAmt></AmtDtls><Chrgs><Rcrd><Amt Ccy="USD">0.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>')).toMatchObject([{ amount: '15.6', currency: 'EUR', settledUsd: '19.5' }]);
    expect(credited('<AmtDtls><TxAmt><Amt Ccy="USD">19.50</Amt><CcyXchg><SrcCcy>EUR</SrcCcy><TrgtCcy>USD</TrgtCcy><XchgRate>1.2188</XchgRate></CcyXchg></TxAmt></AmtDtls>')).toMatchObject([{ amount: '16', currency: 'EUR', settledUsd: '19.5' }]);
    expect(credited('')).toMatchObject([{ amount: '19.5', currency: 'USD', settledUsd: '19.5' }]);
    const two = '<TxDtls><Refs><EndToEndId>e-1</EndToEndId></Refs><Amt Ccy="EUR">8.00</Amt><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>';
    expect(notified(entry({ side: 'CRDT', ref: '', transfer: two + two })).entries.map(({ key }) => key)).toEqual(['returned:e-1:camt.054:2026-11-24:8', 'returned:e-1:camt.054:2026-11-24:8#2']);
  });
  it('keeps two equal debits of which the bank names neither, and one without any reference', () => {
    expect(notified(entry({ ref: '' }) + entry({ ref: '' })).entries.map(({ key }) => key)).toEqual(['executed:e-1:camt.054:2026-11-24:16', 'executed:e-1:camt.054:2026-11-24:16#2']);
    expect(notified(entry({ transfer: '<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls>' }))).toMatchObject({ entries: [{ kind: 'executed', key: 'executed:NOTPROVIDED:camt.054:2026-11-24:R1', endToEndId: null, amount: '16' }], findings: [{ code: 'BANK_DEBIT_WITHOUT_REFERENCE' }] });
  });
  it('keeps a return that names nobody, and no sum of a whole file', () => {
    const back = '<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>';
    expect(notified(entry({ side: 'CRDT', transfer: back }))).toMatchObject({ entries: [{ kind: 'returned', key: 'returned:NOTPROVIDED:camt.054:2026-11-24:R1', endToEndId: null, amount: '16', reference: 'R1' }], findings: [{ code: 'BANK_RETURN_WITHOUT_REFERENCE' }] });
    const file = messageIdOf(newId('payoutBatch'));
    expect(notified(entry({ transfer: `<Btch><PmtInfId>${file}</PmtInfId></Btch>` }))).toMatchObject({ entries: [], findings: [{ code: 'BANK_FILE_BOOKED_AS_ONE', detail: expect.stringContaining(file) }] });
    expect(notified(entry({ transfer: '<Btch><PmtInfId>PAYROLL</PmtInfId></Btch>' }))).toMatchObject({ entries: [{ kind: 'executed', endToEndId: null }] });
  });
  it('tells apart two transfers to which the bank gave one reference, and a return of one from a reversal', () => {
    const two = ['e-1', 'e-2'].map((id) => `<TxDtls><Refs><AcctSvcrRef>BATCH7</AcctSvcrRef><EndToEndId>${id}</EndToEndId></Refs><Amt Ccy="EUR">2.00</Amt></TxDtls>`).join('');
    expect(notified(entry({ amount: '4.00', transfer: two })).entries.map(({ key }) => key)).toEqual(['executed:e-1:camt.054:2026-11-24:BATCH7', 'executed:e-2:camt.054:2026-11-24:BATCH7']);
    const back = '<TxDtls><Refs><EndToEndId>e-1</EndToEndId></Refs><RtrInf><AddtlInf>closed</AddtlInf></RtrInf></TxDtls>';
    expect(notified(entry({ side: 'CRDT', reversal: true, transfer: back })).entries).toMatchObject([{ code: 'MS03' }]);
  });
  it('never takes the sum of several transfers for the amount of one', () => {
    const of = (inner: string[]) => notified(entry({ amount: '50.00', transfer: inner.map((one, at) => `<TxDtls><Refs><EndToEndId>e-${at}</EndToEndId></Refs>${one}</TxDtls>`).join('') })).entries.map(({ amount, currency }) => [amount, currency]);
    expect(of(['<AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls>', '<AmtDtls><TxAmt><Amt Ccy="EUR">30.00</Amt></TxAmt></AmtDtls>'])).toEqual([['20', 'EUR'], ['30', 'EUR']]);
    expect(of(['<AmtDtls><InstdAmt><Amt Ccy="EUR">20.00</Amt></InstdAmt></AmtDtls>', ''])).toEqual([['20', 'EUR'], [null, null]]);
  });
  it('reads an account that is named by its number, and says where nobody can tell whose it is', () => {
    const named = (id: string) => readCamt054(validated('n.xml', Buffer.from(document('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn', `${header}<Ntfctn><Id>N1</Id><Acct><Id><Othr><Id>${id}</Id></Othr></Id></Acct>${entry({})}</Ntfctn>`))).text, OURS);
    expect(named('MOCK 0000000001')).toMatchObject({ entries: [{ endToEndId: 'e-1' }], findings: [] });
    expect(named('0532013000')).toMatchObject({ entries: [], findings: [{ code: 'BANK_ACCOUNT_UNKNOWN' }] });
    expect(notified(entry({}), 'NL14MOCK0000000002')).toMatchObject({ entries: [], findings: [] });
  });
  it('reads no account but ours', () => expect(notified(entry({}), 'NL14MOCK0000000002').entries).toEqual([]));
});

describe('statements', () => {
  const balance = (kind: string, amount: string, side = 'CRDT'): string => `<Bal><Tp><CdOrPrtry><Cd>${kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>`;
  const statement = (balances: string, entries: string) => readCamt053(validated('s.xml', Buffer.from(document('camt.053.001.08', 'BkToCstmrStmt', `${header}<Stmt><Id>S7</Id><ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><IBAN>${OURS}</IBAN></Id></Acct>${balances}${entries}</Stmt>`))).text, OURS);
  it('adds up below zero and above', () => {
    expect(statement(balance('OPBD', '10.00') + balance('CLBD', '6.00', 'DBIT'), entry({})).findings).toEqual([]);
    expect(statement(balance('OPBD', '10.00') + balance('CLBD', '6.01', 'DBIT'), entry({ status: 'BOOK' })).findings).toMatchObject([{ code: 'STATEMENT_DOES_NOT_ADD_UP', detail: expect.stringMatching(/-0\.01 of entries are missing/) }]);
    expect(statement(balance('OPBD', '10.00') + balance('CLBD', '10.00'), entry({ status: 'PDNG' })).findings).toEqual([]);
  });
  it('is compared with the one before', () => {
    const facts = (sequence: string, opening: string, closing: string) => ({ account: OURS, day: '2026-11-24', sequence, opening, closing, currency: 'EUR' });
    expect(afterStatement(facts('6', '0', '10'), facts('7', '10.00', '3'))).toBeNull();
    expect(afterStatement(facts('5', '0', '10'), facts('7', '10', '3'))).toMatchObject({ code: 'STATEMENT_MISSING' });
    expect(afterStatement(facts('6', '0', '10'), facts('7', '11', '3'))).toMatchObject({ code: 'STATEMENT_OPENS_ELSEWHERE' });
  });
});

describe('status reports', () => {
  const report = (body: string) => readPain002(validated('p.xml', Buffer.from(document('pain.002.001.10', 'CstmrPmtStsRpt', `${header}<OrgnlGrpInfAndSts><OrgnlMsgId>bat1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${body}`))).text).entries.map(({ kind, endToEndId, code }) => [kind, endToEndId, code]);
  const transfer = (status: string, reason = ''): string => `</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>bat1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>e-1</OrgnlEndToEndId><TxSts>${status}</TxSts>${reason}</TxInfAndSts></OrgnlPmtInfAndSts>`;
  const because = (reason: string): string => `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>`;
  test.each([['ACCP', 'accepted'], ['ACSP', 'accepted'], ['ACSC', 'accepted'], ['ACTC', 'pending'], ['PDNG', 'pending'], ['RCVD', 'pending'], ['RJCT', 'rejected'], ['WHAT', 'pending']])('%s of a transfer is %s', (status, kind) => {
    expect(report(transfer(status))).toEqual([[kind, 'e-1', status]]);
  });
  it('takes no word that something was seen before for a rejection', () => {
    expect(report(transfer('RJCT', because('AM05')))).toEqual([['pending', 'e-1', 'AM05']]);
    for (const repeated of ['DUPL', 'DU01', 'DU02', 'RF01']) expect(report(`<GrpSts>RJCT</GrpSts>${because(repeated)}</OrgnlGrpInfAndSts>`)).toEqual([['pending', null, repeated]]);
    for (const repeated of ['DU03', 'DU04', 'DU05']) expect(report(transfer('RJCT', because(repeated)))).toEqual([['pending', 'e-1', repeated]]);
    expect(report(`<GrpSts>RJCT</GrpSts>${because('AM18')}</OrgnlGrpInfAndSts>`)).toEqual([['rejected', null, 'AM18']]);
  });
  it('keeps that a file is rejected beside the transfers that it is rejected for, after them', () => {
    const listed = (group: string, batch: string): string => `${group}</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>bat1</OrgnlPmtInfId>${batch}<TxInfAndSts><OrgnlEndToEndId>e-1</OrgnlEndToEndId><TxSts>RJCT</TxSts>${because('AC01')}</TxInfAndSts></OrgnlPmtInfAndSts>`;
    expect(report(listed(`<GrpSts>RJCT</GrpSts>${because('NARR')}`, '<PmtInfSts>RJCT</PmtInfSts>'))).toEqual([['rejected', 'e-1', 'AC01'], ['rejected', null, 'NARR']]);
    expect(report(listed(`<GrpSts>RJCT</GrpSts>${because('DU01')}`, `<PmtInfSts>RJCT</PmtInfSts>${because('AM10')}`))).toEqual([['rejected', 'e-1', 'AC01'], ['pending', null, 'DU01']]);
    expect(report(listed('<GrpSts>PART</GrpSts>', '<PmtInfSts>PART</PmtInfSts>'))).toEqual([['rejected', 'e-1', 'AC01']]);
  });
  it('takes the status of the one batch for that of the file', () => expect(report(`</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>bat1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>${because('AC02')}</OrgnlPmtInfAndSts>`)).toEqual([['rejected', null, 'AC02']]));
});

describe('payment files', () => {
  const transfer = (endToEndId: string, amount: string) => ({ endToEndId, amount, xml: transferXml({ endToEndId, amount, currency: 'EUR', holderName: 'A & B', iban: 'DE89370400440532013000', bic: 'COBADEFFXXX', remittance: 'Cashback pay-1' }) });
  const file = (transfers: ReturnType<typeof transfer>[]) => () => transferFile({ messageId: 'bat1', createdAt: '2026-11-23T09:00:00.000Z', currency: 'EUR', day: '2026-11-24', debtor: { name: 'Acme', iban: OURS, bic: null }, transfers });
  it('hold what they were made of', () => expect(file([transfer('a', '0.10'), transfer('b', '0.20')])().toString()).toMatch(/<NbOfTxs>2<\/NbOfTxs><CtrlSum>0.3<\/CtrlSum>/));
  it('are not made where an element is not what is to be paid, or twice the same', () => {
    expect(file([{ ...transfer('a', '0.10'), amount: '0.20' }])).toThrow(expect.objectContaining({ code: 'BANK_FILE_DIFFERS' }));
    expect(file([transfer('a', '0.10'), transfer('a', '0.10')])).toThrow(expect.objectContaining({ code: 'BANK_FILE_DIFFERS' }));
    expect(file([{ ...transfer('a', '0.10'), xml: '<x/>' }])).toThrow(expect.objectContaining({ code: 'BANK_FILE_INVALID' }));
  });
});

test('references are short enough, read back, and different for different keys', () => {
  const [payout, attempt, batch] = [`${newId('payout')}-12`, newId('payoutAttempt'), newId('payoutBatch')];
  for (const key of [payout, attempt, 'any other key of any length whatsoever, for sure']) expect(endToEndIdOf(key).length).toBeLessThanOrEqual(35);
  expect([keyOf(endToEndIdOf(payout)), keyOf(endToEndIdOf(attempt)), keyOf('SALARY-1')]).toEqual([payout, attempt, null]);
  expect([messageIdOf(batch).length, batchOf(messageIdOf(batch)), batchOf('PAYROLL-1')]).toEqual([35, batch, null]);
  expect(endToEndIdOf('a')).not.toBe(endToEndIdOf('b'));
});

test.each([['Zoë Nuñez', 'Zoe Nunez'], ['Łukasz Größe', 'Lukasz Grosse'], ['Søren Ærø & Co', 'Soren AEro + Co'], ["O’Brien  (jr)", "O'Brien (jr)"], ['Θάνος', null], ['Иван', null], ['李', null]])('%s is written %s', (name, written) => {
  expect(latin(name)).toBe(written);
});

test.each([
  ['DE8937040044053201300', 'IBAN_LENGTH'], ['XX89370400440532013000', 'IBAN_COUNTRY'], ['DE89370400440532013001', 'IBAN_CHECKSUM'], ['', 'IBAN_MISSING'], ['NL41ABCD00000000AB', 'IBAN_FORMAT'], [OURS, 'IBAN_OURS'], ['BR1800360305000010009795493C1', 'IBAN_NOT_SEPA'],
])('the IBAN %s is refused as %s', (iban, refusal) => {
  expect(checkDestination({ iban, holderName: 'A' }, { own: OURS, currencies: ['EUR'] })).toMatchObject({ ok: false, field: 'iban', code: refusal });
});
test('an account is normalised, and shown by its ends', () => {
  expect(checkDestination({ iban: 'de89 3704 0044 0532 0130 00', bic: 'cobadeff', holderName: '  Łucja  Müller ' }, { own: OURS, currencies: ['EUR'] })).toEqual({ ok: true, destination: { iban: 'DE89370400440532013000', bic: 'COBADEFF', holderName: 'Łucja Müller' }, shown: 'DE89 … 3000' });
});

test.each([
  ['2026-11-23T13:59:00Z', '2026-11-23'], ['2026-11-23T14:00:00Z', '2026-11-24'], ['2026-11-20T16:00:00Z', '2026-11-24'], ['2026-12-24T16:00:00Z', '2026-12-28'], ['2027-03-25T16:00:00Z', '2027-03-30'], ['2026-11-21T09:00:00Z', '2026-11-24'],
])('a file of %s is executed on %s', (asOf, day) => {
  // Berlin in winter is an hour ahead of UTC; the bank is closed on Monday the 23rd but for the test's first two lines.
  const holidays = asOf.startsWith('2026-11-23') ? [] : ['2026-11-23'];
  expect(executionDay({ cutOff: '15:00', timeZone: 'Europe/Berlin', holidays }, asOf)).toBe(day);
});
test('Good Friday and Easter Monday are no bank days', () => {
  expect(['2026-04-03', '2026-04-06', '2027-03-26', '2027-03-29', '2028-04-14', '2028-04-17', '2026-05-01', '2026-04-02'].map(isBankDay)).toEqual([false, false, false, false, false, false, false, true]);
});
