import { expect, test } from 'vitest';
import { compareRecord, type OwnPayout, type RecordMovement } from '../../../domain/payouts/compareRecord.ts';

const executed = (payoutId: string | null, amount = '20', railReference = 'r1'): RecordMovement => ({ kind: 'executed', payoutId, amount, railReference });
const returned = (payoutId: string, amount = '20'): RecordMovement => ({ kind: 'returned', payoutId, amount, railReference: 'r2' });
const own = (state: OwnPayout['state'], id = 'pay_1'): OwnPayout => ({ id, state, amount: '20' });

test.each<[string, OwnPayout[], RecordMovement[], string, string[]]>([
  ['agreement', [own('paid'), own('failed', 'pay_2'), own('unknown', 'pay_3'), own('returned', 'pay_4')], [executed('pay_1', '20.00'), executed('pay_4'), returned('pay_4')], '20', []],
  ['paid twice although the ledger balances', [own('paid')], [executed('pay_1'), executed('pay_1', '20', 'r9')], '20', ['PAID_TWICE', 'CLEARING_DIFFERS']],
  ['paid here only', [own('paid')], [], '20', ['PAID_NOT_EXECUTED', 'CLEARING_DIFFERS']],
  ['released and executed', [own('failed')], [executed('pay_1')], '0', ['FAILED_BUT_EXECUTED', 'CLEARING_DIFFERS']],
  ['executed, not yet known here', [own('unknown')], [executed('pay_1')], '0', ['EXECUTED_NOT_PAID', 'CLEARING_DIFFERS']],
  ['another amount', [own('paid')], [executed('pay_1', '19.99')], '19.99', ['AMOUNT_DIFFERS']],
  ['a return nobody told us of', [own('paid')], [executed('pay_1'), returned('pay_1')], '20', ['RETURN_NOT_POSTED', 'CLEARING_DIFFERS']],
  ['a return that the rail does not know', [own('returned')], [executed('pay_1')], '20', ['RETURN_NOT_ON_RECORD']],
  ['a payment that is not ours', [], [executed(null)], '20', ['PAYOUT_UNKNOWN']],
])('%s', (_name, payouts, record, clearing, codes) => {
  expect(compareRecord(payouts, record, clearing).map((finding) => finding.code)).toEqual(codes);
});
