/** The workflow bundle's only entry: every workflow type by the name in contracts.ts. */
export { accrual } from './accrual.ts';
export { changeExpiry } from './changeExpiry.ts';
export { outbox } from './outbox.ts';
export { ownershipVerification } from './ownershipVerification.ts';
export { payout } from './payout.ts';
export { payoutRun } from './payoutRun.ts';
export { railComparison } from './railComparison.ts';
export { railReconciliation } from './railReconciliation.ts';
export { railResume } from './railResume.ts';
export { reportCalendar } from './reportCalendar.ts';
export { reportPeriod } from './reportPeriod.ts';
export { reportPreview } from './reportPreview.ts';
export { screening } from './screening.ts';
export { sourceTest } from './sourceTest.ts';
export { sweep } from './sweep.ts';
export { verification } from './verification.ts';
export { webhookDelivery } from './webhookDelivery.ts';
