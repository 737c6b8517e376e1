import { amountText, type Block, fact, rows, type Template, type TemplateInput, when } from './template.ts';

const change = (input: TemplateInput): Block[] => [
  rows(input, { changeId: 'Change', kind: 'Kind', subjectType: 'Of', subjectId: 'Id', amount: 'Amount', state: 'State', requestedBy: 'Asked by' }),
  { link: input.link(`/v1/changes/${fact(input, 'changeId')}`), label: 'Look at the change' },
];
const lateReport = (subject: (broker: string) => string, sentence: string): Template => (input) => ({
  subject: subject(fact(input, 'brokerId')),
  blocks: [
    `The report of ${fact(input, 'brokerId')} for ${when(fact(input, 'from'))} to ${when(fact(input, 'to'))} was expected by ${when(fact(input, 'dueAt'))} and has not come. ${sentence}`,
    { link: input.link(`/v1/report-periods/${fact(input, 'periodId')}`), label: 'Look at the period' },
  ],
});
const railText = (input: TemplateInput): string => (fact(input, 'rail') === '*' ? 'every rail' : fact(input, 'rail'));
const disabled = (input: TemplateInput) => ({
  subject: 'A webhook endpoint was disabled',
  blocks: [
    `Nothing arrived at a webhook endpoint, and it was disabled on ${when(input.at)}. What happens meanwhile can be sent later by a replay.`, rows(input, { endpointId: 'Endpoint', reason: 'Reason', deliveryId: 'Last delivery' }),
    { link: input.link(`/v1/webhook-endpoints/${fact(input, 'endpointId')}`), label: 'Look at the endpoint' },
  ],
});

/** What operators, and owners of programs, have to look at. */
export const OPERATIONS = {
  ownership_evidence_given: (input) => ({
    subject: 'Proof of ownership waits for a decision',
    blocks: ['A user gave proof that a trading account is his.', rows(input, { userId: 'User', evidence: 'Kind' }), { link: input.link(`/v1/ownerships/${fact(input, 'ownershipId')}`), label: 'Look at the verification' }],
  }),
  verification_needs_review: (input) => ({ subject: 'A verification waits for a decision', blocks: ['A verification needs an operator.', rows(input, { userId: 'User', verificationId: 'Verification', reason: 'Reason' })] }),
  destination_disowned: (input) => ({
    subject: 'A user says that a payout method is not his',
    blocks: [
      'Somebody with access to a mail address of the user says that a payout method of his account was not added by him. It was removed; find out who signed in, and whether a payout is under way to it.',
      rows(input, { userId: 'User', methodId: 'Payout method', rail: 'Kind' }), { link: input.link(`/v1/users/${fact(input, 'userId')}`), label: 'Look at the user' },
    ],
  }),
  screening_hit: (input) => ({ subject: 'A screening found something', blocks: ['A screening found something about a user; his payouts wait.', rows(input, { userId: 'User', screeningId: 'Screening', reason: 'Finding' })] }),
  report_due: lateReport((broker) => `The report of ${broker} is due`, 'Ask the broker for it, upload it, or look at its sources.'),
  report_overdue: lateReport((broker) => `The report of ${broker} is overdue`, 'Its users are told that the broker delays their cashback; nothing is estimated.'),
  report_escalated: lateReport((broker) => `The report of ${broker} is long overdue`, 'Decide what is to be done; a period for which no report will come can be closed with a reason.'),
  margin_lowered: (input) => ({
    subject: `${fact(input, 'brokerId')} lowered its commission under cashback that was posted`,
    blocks: [
      'A re-issued report lowers the commission of lines whose cashback was posted before and still pends; the cashback exceeds it now. It clears at its time unless it is held.', rows(input, { reportId: 'Report', accrualId: 'For instance' }),
      { link: input.link(`/v1/accruals/${fact(input, 'accrualId')}`), label: 'Look at the cashback' },
    ],
  }),
  payout_run_needs_approval: (input) => ({
    subject: `Payout run ${fact(input, 'key')} waits for approval`,
    blocks: [
      `The payout run ${fact(input, 'key')} of ${amountText(fact(input, 'total'), 'USD')} is over the limit and needs a second operator.`,
      { link: input.link(`/v1/payout-runs/${fact(input, 'runId')}`), label: 'Look at the run' },
    ],
  }),
  rail_condition: (input) => ({
    subject: `The payout rail ${fact(input, 'rail')} needs attention: ${fact(input, 'code')}`,
    blocks: [
      `Since ${when(input.at)} the rail ${fact(input, 'rail')} reports ${fact(input, 'code')}. Payouts that it cannot pay wait; nothing has failed.`, rows(input, { detail: 'What it says' }),
      { link: input.link('/v1/rails'), label: 'Look at the rails' },
    ],
  }),
  rail_switched: (input) => ({
    subject: `Payouts by ${railText(input)} ${fact(input, 'stopped') === 'true' ? 'are stopped' : 'go on'}`,
    blocks: [
      fact(input, 'stopped') === 'true'
        ? `${fact(input, 'by').startsWith('system:') ? `Payouts by ${railText(input)} stopped by themselves on ${when(input.at)}: its own record has payments of ours that the database has not sent, as after a restored backup. The rail's switch and the cases LOST_PAYOUT say which` : `An operator stopped all payouts by ${railText(input)} on ${when(input.at)}`}. What was sent before is still looked up; nothing more is sent until two operators let it go on.`
        : `Two operators let payouts by ${railText(input)} go on, on ${when(input.at)}. Each goes on where it was.`,
      rows(input, { by: 'By' }), { link: input.link('/v1/rails'), label: 'Look at the rails' },
    ],
  }),
  reconciliation_cases: (input) => ({
    subject: `The record of the payout rail ${fact(input, 'rail')} differs from ours`,
    blocks: [
      `${fact(input, 'opened')} new ${fact(input, 'opened') === '1' ? 'difference' : 'differences'} between the record of ${fact(input, 'rail')} and our payouts and ledger.`, rows(input, { codes: 'Of the kinds' }),
      { link: input.link(`/v1/reconciliation-cases?rail=${encodeURIComponent(fact(input, 'rail'))}`), label: 'Look at the cases' },
    ],
  }),
  change_requested: (input) => ({
    subject: `${input.facts['reminder'] === undefined ? '' : 'Reminder: '}A change waits for a second operator`,
    blocks: [`An operator asked for a change that needs a second person${input.facts['expiresAt'] === undefined ? '' : `, until ${when(input.facts['expiresAt'])}`}.`, ...change(input)],
  }),
  change_decided: (input) => ({ subject: 'A change was decided', blocks: ['A change that needed a second person was decided.', ...change(input)] }),
  change_expired: (input) => ({ subject: 'A change has expired', blocks: ['A change that needed a second person was not decided in time and is not made.', ...change(input)] }),
  webhook_endpoint_disabled: disabled,
  webhook_program_endpoint_disabled: disabled,
} as const satisfies Record<string, Template>;
