import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validated } from '../../../../../activities/payouts/rails/bank/validate.ts';
import { openBytes } from '../../../../../db/stores/sealedFields.ts';
import { readPayout } from '../../../../../db/stores/payouts.ts';
import { Problem } from '../../../../../domain/problem.ts';
import { canRunBank } from '../../../../../scripts/sandbox-bank/install.ts';
import { COMPANY } from '../../../../../scripts/sandbox-bank/server.ts';
import { testPersonalData } from '../../../../support/personal.ts';

import { bankDesk, type Desk, type Ordered } from './desk.ts';

const doc = (message: string, root: string, body: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${message}"><${root}>${body}</${root}></Document>`;
const header = (id: string) => `<GrpHdr><MsgId>${id}</MsgId><CreDtTm>2026-11-24T10:00:00+01:00</CreDtTm></GrpHdr>`;
const booked = (endToEndId: string, reference: string) => doc('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn', `${header(reference)}<Ntfctn><Id>${reference}</Id><Acct><Id><IBAN>${COMPANY.iban}</IBAN></Id></Acct><Ntry><Amt Ccy="EUR">16.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt><AcctSvcrRef>${reference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>${endToEndId}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Ntfctn>`);
const rejected = (file: string, endToEndId: string) => doc('pain.002.001.10', 'CstmrPmtStsRpt', `${header(`P${file.slice(-20)}`)}<OrgnlGrpInfAndSts><OrgnlMsgId>${file}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>${file}</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>${endToEndId}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>`);

/** The bank's messages are left by hand, and it does not look into its folder. */
describe.skipIf(!canRunBank())('a bank that books what it had rejected (needs Python 3.10 with venv and pip)', () => {
  let desk: Desk;
  let rate: { rate: string; validUntil: string | null } | null = { rate: '0.8', validUntil: null };
  beforeAll(async () => {
    desk = await bankDesk({
      rail: {
        rate: async (currency) => {
          if (rate === null) throw new Problem('FX_UNAVAILABLE', 'no rate', { status: 503 });
          return { currency, source: 'test', ...rate };
        },
      },
    });
  });
  afterAll(() => desk?.close());

  let files = 0;
  async function told(xml: string): Promise<void> {
    validated('message', Buffer.from(xml));
    writeFileSync(join(desk.bank.incoming, `m${String(++files).padStart(4, '0')}.xml`), xml);
    desk.hinted.length = 0;
    await desk.call('fetchFromRail', { rail: 'bank', asOf: desk.now() });
  }
  const assembled = async (): Promise<string[]> => (await desk.call('assembleBatches', { rail: 'bank', asOf: desk.now() })).batchIds;
  const handedOver = (batchId: string) => desk.call('handOverBatch', { batchId, asOf: desk.now() });
  /** What its workflow does once it is woken while it waits for a file. */
  async function woken({ payoutId }: Ordered): Promise<void> {
    expect(await desk.call('takeUpPayout', { payoutId, asOf: desk.now() })).toMatchObject({ step: 'look_up_later', state: 'unknown', afterSeconds: 0 });
    await desk.look(payoutId);
  }
  const attempts = ({ payoutId }: Ordered) => desk.rows<{ state: string }>('SELECT state FROM payout_attempt WHERE payout_id = $1 ORDER BY no', [payoutId]);
  /** Handed over once, rejected as the account was empty, and prepared again. */
  async function again(): Promise<Ordered & { first: string }> {
    const payout = await desk.ordered();
    const first = await desk.endToEndId(payout);
    const [file] = await assembled();
    await handedOver(file!);
    await told(rejected(file!.replace('_', ''), first));
    expect(await desk.look(payout.payoutId)).toMatchObject({ step: 'new_attempt' });
    await desk.call('prepareAttempt', { payoutId: payout.payoutId, asOf: desk.now() });
    return { ...payout, first };
  }
  const paidOnce = async (payout: Ordered): Promise<void> => {
    expect(await desk.state(payout)).toMatchObject({ state: 'paid', available: '0', reserved: '0', paid: '20' });
    expect(await attempts(payout)).toEqual([{ state: 'executed' }, { state: 'abandoned' }]);
  };

  test('what waits for a file is not put into one, the payout is settled by what was booked, and operators are told at once', async () => {
    const payout = await again();
    await told(booked(payout.first, 'LATE1'));
    expect(desk.hinted).toContain(payout.payoutId);
    expect(await desk.rows('SELECT code FROM reconciliation_case WHERE payout_id = $1', [payout.payoutId])).toEqual([{ code: 'FAILED_BUT_EXECUTED' }]);
    expect(await assembled()).toEqual([]);
    await woken(payout);
    await paidOnce(payout);
    expect(await assembled()).toEqual([]);
  });

  test('what is in a file that has not left is taken out of it, also where he must not be paid any more: he was', async () => {
    const payout = await again();
    const [file] = await assembled();
    await told(booked(payout.first, 'LATE2'));
    await desk.rows(`UPDATE app_user SET status = 'suspended' WHERE id = $1`, [payout.userId]);
    expect(await handedOver(file!)).toMatchObject({ state: 'withdrawn' });
    expect(await desk.state(payout)).toMatchObject({ state: 'reserved', available: '0', reserved: '20' });
    await woken(payout);
    await paidOnce(payout);
  });

  test('what waits for a file at a rate that has run out leaves with it at the rate of now; without a rate it waits', async () => {
    rate = { rate: '0.8', validUntil: '2026-11-23T16:30:00.000Z' };
    const payout = await desk.ordered();
    const waits = await desk.ordered();
    await desk.pass(1);
    rate = null;
    desk.hinted.length = 0;
    expect(await assembled()).toEqual([]);
    expect(desk.hinted.toSorted()).toEqual([payout.payoutId, waits.payoutId].toSorted());
    expect(await desk.state(waits)).toMatchObject({ state: 'reserved', attempt: 'abandoned' });
    rate = { rate: '0.9', validUntil: '2026-11-24T16:00:30.000Z' };
    for (const { payoutId } of [payout, waits]) expect(await desk.call('prepareAttempt', { payoutId, asOf: desk.now() })).toMatchObject({ step: 'await_batch' });
    await desk.pass(1);
    rate = { rate: '0.7', validUntil: '2026-11-25T16:00:30.000Z' };
    expect(await assembled()).toHaveLength(1);
    const { payout: now, attempt } = await readPayout(desk.pool, payout.payoutId);
    expect([now.payAmount, attempt?.state, attempt?.no]).toEqual(['14', 'sent', 3]);
    expect(String(await openBytes(testPersonalData(), desk.pool, now.userId, attempt!.bytes))).toContain('14.00');
  });
});
