import { child, list, type Node, readXml, textOf, texts } from './nodes.ts';
import { isDuplicate, reasonText } from './reasons.ts';
import { type BankEntry, codeAt, instantAt, type Reading } from './readings.ts';

/** What a status means for us. None of them is execution: only a booked debit is. Whatever is not listed is pending. */
const STATUS: Readonly<Record<string, BankEntry['kind']>> = {
  ACCP: 'accepted', ACSP: 'accepted', ACWC: 'accepted', ACWP: 'accepted', ACSC: 'accepted', ACCC: 'accepted', ACFC: 'accepted',
  RCVD: 'pending', ACTC: 'pending', PDNG: 'pending', PATC: 'pending', PART: 'pending', RJCT: 'rejected', CANC: 'rejected',
};

/**
 * A payment status report (pain.002.001.10) whose text was validated. A transfer's own status is an entry of its own; the file's, or its one batch's, where it names no transfers or is rejected, is
 * one about the whole file, after them. That the bank has seen file or transfer before (DUPL, AM05) says nothing about the first time: pending.
 */
export function readPain002(text: string): Reading {
  const report = child(readXml(text), 'CstmrPmtStsRpt');
  const group = child(report, 'OrgnlGrpInfAndSts');
  const messageId = textOf(group, 'OrgnlMsgId') ?? 'NOTPROVIDED';
  const at = instantAt(report, 'GrpHdr', 'CreDtTm') ?? new Date(0).toISOString();
  const reading: Reading = { entries: [], findings: [], statements: [] };
  const word = (endToEndId: string | null, status: string, from: Node | undefined): void => {
    const { code, says } = reasonOf(from);
    const kind = isDuplicate(code) ? 'pending' : STATUS[status] ?? 'pending';
    reading.entries.push({
      key: [kind, messageId, endToEndId ?? 'file', status, code ?? ''].join(':'), kind, endToEndId, messageId, reference: endToEndId ?? messageId, amount: null, currency: null, settledUsd: null, fee: null, at,
      code: code ?? status, reason: kind === 'rejected' ? reasonText(code ?? 'MS03', says) : isDuplicate(code) ? 'the bank has seen it before, and says nothing about the first time' : says,
    });
  };

  const batches = list(report, 'OrgnlPmtInfAndSts');
  const transfers = batches.flatMap((batch) => list(batch, 'TxInfAndSts'));
  for (const transfer of transfers) {
    const [endToEndId, status] = [textOf(transfer, 'OrgnlEndToEndId'), textOf(transfer, 'TxSts')];
    if (endToEndId !== undefined && status !== undefined) word(endToEndId, status, transfer);
  }
  // A file that is rejected may name only the transfers at fault; that of one that is not says nothing more than they do.
  const batch = batches.find((one) => STATUS[textOf(one, 'PmtInfSts') ?? ''] === 'rejected') ?? batches.find((one) => textOf(one, 'PmtInfSts') !== undefined);
  const statuses = [textOf(batch, 'PmtInfSts'), textOf(group, 'GrpSts')].filter((status) => status !== undefined);
  const status = statuses.find((one) => STATUS[one] === 'rejected') ?? statuses[0];
  if (status !== undefined && (transfers.length === 0 || STATUS[status] === 'rejected')) word(null, status, [batch, group].find((one) => isDuplicate(reasonOf(one).code)) ?? [batch, group].find((one) => reasonOf(one).code !== null));
  if (messageId === 'NOTPROVIDED') {
    const { code, says } = reasonOf(group);
    reading.findings.push({ code: 'BANK_FILE_REFUSED', detail: `The bank could not read a file, and does not say which: ${code ?? 'no code'}${says === null ? '' : ` ${says}`}.` });
    reading.entries.length = 0;
  }
  return reading;
}

function reasonOf(node: Node | undefined): { code: string | null; says: string | null } {
  const reasons = list(node, 'StsRsnInf');
  const codes = reasons.map((reason) => codeAt(reason, 'Rsn')).filter((code) => code !== null);
  const says = reasons.flatMap((reason) => texts(reason, 'AddtlInf')).join(' ');
  return { code: codes.find(isDuplicate) ?? codes[0] ?? null, says: says === '' ? null : says };
}
