import { amountOf, amountText, fact, rows, type Template, type TemplateInput, when } from './template.ts';

const payout = (input: TemplateInput) => ({ link: input.link(`/v1/payouts/${fact(input, 'payoutId')}`), label: 'Look at the payout' });
const accrual = (input: TemplateInput) => ({ link: input.link(`/v1/accruals/${fact(input, 'accrualId')}`), label: 'Look at the cashback' });
const reason = (input: TemplateInput) => rows(input, { reason: 'Reason' });

/** Cashback and payouts. Amounts are the ledger's own decimal texts. */
export const MONEY = {
  cashback_available: (input) => ({
    subject: `${amountOf(input)} of cashback is available`,
    blocks: [`${amountOf(input)} of your cashback became available and counts for the next payout.`, { link: input.link(`/v1/users/${fact(input, 'userId')}/balances`), label: 'Look at your balance' }],
  }),
  accrual_held: (input) => ({
    subject: 'Cashback of yours is on hold',
    blocks: ['Cashback of yours was put on hold and is not paid out until that is lifted. You can ask support why, and object.', reason(input), accrual(input)],
  }),
  accrual_released: (input) => ({ subject: 'Cashback of yours is no longer on hold', blocks: ['The hold on cashback of yours was lifted.', accrual(input)] }),
  report_delayed: (input) => ({
    subject: `Cashback of ${fact(input, 'brokerId')} is delayed by the broker`,
    blocks: [
      `${fact(input, 'brokerId')} has not yet sent its report for ${when(fact(input, 'from'))} to ${when(fact(input, 'to'))}, which was expected by ${when(fact(input, 'dueAt'))}. Your cashback of these days is credited when it has come; nothing is lost, and nothing is estimated.`,
      { link: input.link(`/v1/users/${fact(input, 'userId')}/report-delays`), label: 'Look at what is delayed' },
    ],
  }),
  payout_sent: (input) => ({ subject: `Your payout of ${amountOf(input)} was sent`, blocks: [`Your payout of ${amountOf(input)} was sent on ${when(input.at)}. You hear from us when it has arrived.`, payout(input)] }),
  payout_paid: (input) => ({ subject: `Your payout of ${amountOf(input)} was paid`, blocks: [`Your payout of ${amountOf(input)} was paid.`, payout(input)] }),
  payout_failed: (input) => ({
    subject: `Your payout of ${amountOf(input)} failed`,
    blocks: [`Your payout of ${amountOf(input)} could not be made. The whole amount is available again.`, 'Please look whether your payout method is still right.', payout(input)],
  }),
  payout_returned: (input) => ({
    subject: input.facts['cameBack'] === 'in_part' ? 'A part of your payout was returned' : 'Your payout was returned',
    blocks: [
      input.facts['cameBack'] === 'in_part' ? `A part of your payout came back: so far ${amountText(fact(input, 'cameBackAmount'), fact(input, 'paidCurrency'))} of ${amountText(fact(input, 'paidAmount'), fact(input, 'paidCurrency'))}. ${amountOf(input)} is available again.`
        : `Your payout came back. ${amountOf(input)} is available again.`,
      'Please look whether your payout method is still right.', payout(input),
    ],
  }),
  payout_blocked: (input) => ({
    subject: 'Your payout is waiting', blocks: ['Your payout was not made: something must be settled first. Your money stays available.', reason(input)],
  }),
} as const satisfies Record<string, Template>;
