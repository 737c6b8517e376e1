import { child, list, moneyAt, readXml, textOf, texts } from './nodes.ts';
import { reasonText } from './reasons.ts';
import { codeAt, instantAt, type Reading } from './readings.ts';

/** Payment returns (pacs.004.001.09): each names the EndToEndId of the transfer that comes back. The text was validated. */
export function readPacs004(text: string): Reading {
  const message = child(readXml(text), 'PmtRtr');
  const day = instantAt(message, 'GrpHdr', 'IntrBkSttlmDt') ?? instantAt(message, 'GrpHdr', 'CreDtTm') ?? new Date(0).toISOString();
  const entries = list(message, 'TxInf').flatMap((one): Reading['entries'] => {
    const endToEndId = textOf(one, 'OrgnlEndToEndId');
    if (endToEndId === undefined || endToEndId === 'NOTPROVIDED') return [];
    const [instructed, settled] = [moneyAt(one, 'RtrdInstdAmt'), moneyAt(one, 'RtrdIntrBkSttlmAmt')];
    // What comes, without what was kept for the way back.
    const money = instructed === undefined || settled?.currency === instructed.currency ? settled : instructed;
    const reference = textOf(one, 'RtrId');
    const at = instantAt(one, 'IntrBkSttlmDt') ?? day;
    const [reason] = list(one, 'RtrRsnInf');
    const code = codeAt(reason, 'Rsn') ?? 'MS03';
    return [{
      key: `returned:${endToEndId}:pacs.004:${reference ?? `${at.slice(0, 10)}:${money?.amount}`}`, kind: 'returned', endToEndId, messageId: textOf(one, 'OrgnlGrpInf', 'OrgnlMsgId') ?? textOf(message, 'OrgnlGrpInf', 'OrgnlMsgId') ?? null, reference: reference ?? endToEndId,
      amount: money?.amount ?? null, currency: money?.currency ?? null, settledUsd: null, fee: null, at, code, reason: reasonText(code, texts(reason, 'AddtlInf').join(' ') || null),
    }];
  });
  return { entries, findings: [], statements: [] };
}
