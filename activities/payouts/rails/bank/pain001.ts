import { Decimal, sum } from '../../../../domain/decimal.ts';
import { Problem } from '../../../../domain/problem.ts';
import { latin } from './latin.ts';
import { child, list, moneyAt, type Node, readXml, textOf } from './nodes.ts';
import { validated } from './validate.ts';

/** The company's account, from which is paid. */
export interface Debtor { name: string; iban: string; bic: string | null }

export interface Transfer {
  endToEndId: string;
  /** With the currency's own number of decimals. */
  amount: string;
  currency: string;
  holderName: string;
  iban: string;
  bic: string | null;
  remittance: string;
}

export interface TransferFile {
  messageId: string;
  /** ISO instant. */
  createdAt: string;
  currency: string;
  /** YYYY-MM-DD. */
  day: string;
  debtor: Debtor;
  /** Each one's element as `transferXml` wrote it, with what it pays. */
  transfers: readonly { xml: string; endToEndId: string; amount: string }[];
}

/** One transfer's element (CdtTrfTxInf): the part of the file that is the attempt's own, committed with it. */
export function transferXml({ endToEndId, amount, currency, holderName, iban, bic, remittance }: Transfer): string {
  const agent = bic === null ? '' : `<CdtrAgt><FinInstnId><BICFI>${escaped(bic)}</BICFI></FinInstnId></CdtrAgt>`;
  return `<CdtTrfTxInf><PmtId><EndToEndId>${escaped(endToEndId)}</EndToEndId></PmtId><Amt><InstdAmt Ccy="${escaped(currency)}">${escaped(amount)}</InstdAmt></Amt>${agent}`
    + `<Cdtr><Nm>${escaped(inLatin(holderName, 70))}</Nm></Cdtr><CdtrAcct><Id><IBAN>${escaped(iban)}</IBAN></Id></CdtrAcct><RmtInf><Ustrd>${escaped(inLatin(remittance, 140))}</Ustrd></RmtInf></CdtTrfTxInf>`;
}

/**
 * A whole pain.001.001.09: one PmtInf, each transfer booked by itself, count and control sum at both levels. What was written is read again and held against what was to be paid, and
 * checked by the schema: a file that differs is not made. Throws `Problem` BANK_FILE_DIFFERS or BANK_FILE_INVALID.
 */
export function transferFile(file: TransferFile): Buffer {
  const { messageId, createdAt, currency, day, debtor, transfers } = file;
  const controls = `<NbOfTxs>${transfers.length}</NbOfTxs><CtrlSum>${sum(transfers.map(({ amount }) => amount)).toFixed()}</CtrlSum>`;
  const name = `<Nm>${escaped(inLatin(debtor.name, 70))}</Nm>`;
  const agent = debtor.bic === null ? '<Othr><Id>NOTPROVIDED</Id></Othr>' : `<BICFI>${escaped(debtor.bic)}</BICFI>`;
  const level = currency === 'EUR' ? '<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>' : '';
  const bytes = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>\n`
    + `<GrpHdr><MsgId>${escaped(messageId)}</MsgId><CreDtTm>${escaped(createdAt)}</CreDtTm>${controls}<InitgPty>${name}</InitgPty></GrpHdr>\n`
    + `<PmtInf><PmtInfId>${escaped(messageId)}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>${controls}${level}<ReqdExctnDt><Dt>${escaped(day)}</Dt></ReqdExctnDt>`
    + `<Dbtr>${name}</Dbtr><DbtrAcct><Id><IBAN>${escaped(debtor.iban)}</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId>${agent}</FinInstnId></DbtrAgt><ChrgBr>${currency === 'EUR' ? 'SLEV' : 'SHAR'}</ChrgBr>\n`
    + `${transfers.map(({ xml }) => xml).join('\n')}\n</PmtInf></CstmrCdtTrfInitn></Document>\n`);
  const difference = differs(child(readXml(validated(messageId, bytes).text), 'CstmrCdtTrfInitn'), file);
  if (difference !== null) throw new Problem('BANK_FILE_DIFFERS', `The file ${messageId} is not what was committed: ${difference}. Nothing was handed over.`, { status: 500 });
  return bytes;
}

/** In what a file that was read again differs from what was to be paid; null: in nothing. */
function differs(written: Node | undefined, { transfers, currency }: TransferFile): string | null {
  const total = sum(transfers.map(({ amount }) => amount));
  const batch = child(written, 'PmtInf');
  for (const [level, at] of [['group', child(written, 'GrpHdr')], ['batch', batch]] as const) {
    if (textOf(at, 'NbOfTxs') !== String(transfers.length)) return `the count of the ${level} is not ${transfers.length}`;
    if (!new Decimal(textOf(at, 'CtrlSum') ?? '0').equals(total)) return `the control sum of the ${level} is not ${total.toFixed()}`;
  }
  const read = elements(batch);
  if (read.length !== transfers.length || new Set(transfers.map(({ endToEndId }) => endToEndId)).size !== transfers.length) return `it does not have ${transfers.length} different transfers`;
  const wrong = transfers.find(({ endToEndId, amount }, at) => {
    const money = moneyAt(read[at], 'Amt', 'InstdAmt');
    return textOf(read[at], 'PmtId', 'EndToEndId') !== endToEndId || money?.currency !== currency || !new Decimal(money.amount).equals(amount);
  });
  return wrong === undefined ? null : `transfer ${wrong.endToEndId} is another`;
}

const elements = (batch: Node | undefined): readonly Node[] => list(batch, 'CdtTrfTxInf');

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** Names were checked when they were entered; what banks do not take is never sent. */
function inLatin(text: string, longest: number): string {
  const written = latin(text);
  if (written === null || written === '') throw new Problem('BANK_TEXT_LETTERS', 'A name or text cannot be written in the letters that banks take.');
  return written.slice(0, longest).trim();
}
