import { upsertMemo } from '@temporalio/workflow';
import * as product from '../../workflows/index.ts';

/** The product's workflows with a command in front that no history has: replaying any history on them must fail. */
const changed = <Args extends unknown[], Result>(workflow: (...args: Args) => Promise<Result>) => async (...args: Args): Promise<Result> => {
  upsertMemo({ changed: true });
  return workflow(...args);
};

export const accrual = changed(product.accrual);
export const changeExpiry = changed(product.changeExpiry);
export const outbox = changed(product.outbox);
export const ownershipVerification = changed(product.ownershipVerification);
export const payout = changed(product.payout);
export const payoutRun = changed(product.payoutRun);
export const railComparison = changed(product.railComparison);
export const railExchange = changed(product.railExchange);
export const railReconciliation = changed(product.railReconciliation);
export const railResume = changed(product.railResume);
export const reportPeriod = changed(product.reportPeriod);
export const sweep = changed(product.sweep);
export const webhookDelivery = changed(product.webhookDelivery);
export const screening = changed(product.screening);
export const verification = changed(product.verification);
export const reportCalendar = changed(product.reportCalendar);
export const reportPreview = changed(product.reportPreview);
export const sourceTest = changed(product.sourceTest);
