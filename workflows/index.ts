/** The workflow bundle's only entry: every workflow type by the name in contracts.ts. */
export { accrual } from './accrual.ts';
export { reportPeriod } from './reportPeriod.ts';
export { sweep } from './sweep.ts';
