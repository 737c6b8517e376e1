import type { Role } from '../db/stores/apiKeys.ts';

/** Who may call an operation. A role in `own` sees only what belongs to its key's user; one in `any` sees everybody's. */
export interface Access {
  scope: string;
  own: readonly Role[];
  any: readonly Role[];
  /** It moves money or decides about it: an Idempotency-Key is required. */
  money?: true;
  /** In a session it needs a second factor given in the last minutes; a key needs only its scope. */
  stepUp?: true;
  /** For people who have signed in, about themselves or other people: no key may. */
  session?: true;
  /** Also for an operator who has yet to enrol his second factor. */
  enrolling?: true;
}
/** Open to everybody: it checks a signature of its own or shows nothing. */
export type PublicAccess = 'public';

const USERS = ['trader', 'partner'] as const;
const OPERATORS = ['support', 'finance', 'compliance', 'admin'] as const;
const EVERYBODY = [...USERS, ...OPERATORS] as const;

const any = (scope: string, ...roles: Role[]): Access => ({ scope, own: [], any: roles });
const ownOr = (scope: string, ...roles: Role[]): Access => ({ scope, own: USERS, any: roles });
const money = (access: Access): Access => ({ ...access, money: true });
const stepUp = (access: Access): Access => ({ ...access, stepUp: true });
/** A person's own sign-in. */
const self = (more: Pick<Access, 'stepUp' | 'enrolling'> = {}): Access => ({ ...any('', ...EVERYBODY), session: true, ...more });

/** Every operation by its OpenAPI operationId. A route that is not here cannot be registered. */
export const ACCESS = {
  healthz: 'public', readyz: 'public',
  receiveRailEvent: 'public', receiveVerificationEvent: 'public',
  getMe: any('', ...EVERYBODY),

  createApiKey: stepUp(ownOr('keys:write', 'admin')), listApiKeys: ownOr('keys:read', 'admin'), revokeApiKey: ownOr('keys:write', 'admin'), rotateApiKey: stepUp(ownOr('keys:write', 'admin')),

  signUp: 'public', confirmSignUp: 'public', resendConfirmation: 'public', signIn: 'public', forgotPassword: 'public', resetPassword: 'public', confirmMailChange: 'public', acceptInvitation: 'public',
  getSession: self({ enrolling: true }), signOut: self({ enrolling: true }), stepUp: self(), listSessions: self(), revokeSession: self(), revokeOtherSessions: self(),
  changePassword: self({ stepUp: true }), changeMail: self({ stepUp: true }),
  startSecondFactor: self({ enrolling: true }), confirmSecondFactor: self({ enrolling: true }), disableSecondFactor: self({ stepUp: true }), renewRecoveryCodes: self({ stepUp: true }),
  inviteOperator: stepUp(any('operators:write', 'admin')), listOperators: any('operators:read', 'compliance', 'admin'), getOperator: any('operators:read', 'compliance', 'admin'),
  changeOperator: { ...stepUp(any('operators:write', 'admin')), session: true }, closeOperator: { ...stepUp(any('operators:write', 'admin')), session: true },
  resetOperatorSecondFactor: { ...stepUp(any('operators:write', 'admin')), session: true },

  createBroker: any('brokers:write', 'admin'), listBrokers: any('brokers:read', ...EVERYBODY), getBroker: any('brokers:read', ...EVERYBODY),
  addBrokerServers: any('brokers:write', 'admin'),
  createAgreement: any('brokers:write', 'admin'), listAgreements: any('brokers:read', ...OPERATORS), endAgreement: any('brokers:write', 'admin'),
  addTerms: any('brokers:write', 'admin'), listTerms: any('brokers:read', ...EVERYBODY),
  addRate: stepUp(money(any('rates:write', 'finance', 'admin'))), listRates: any('brokers:read', ...EVERYBODY),
  putSymbols: any('brokers:write', 'admin'), getSymbols: any('brokers:read', ...EVERYBODY),
  addProfile: any('brokers:write', 'admin'), listProfiles: any('brokers:read', ...OPERATORS), getProfile: any('brokers:read', ...OPERATORS),
  publishMethodology: stepUp(any('methodologies:write', 'admin')), listMethodologies: any('methodologies:read', ...EVERYBODY), getMethodology: any('methodologies:read', ...EVERYBODY),

  createUser: any('users:write', 'support', 'admin'), listUsers: any('users:read', ...OPERATORS), getUser: ownOr('users:read', ...OPERATORS),
  changeUser: stepUp(any('users:write', 'compliance', 'admin')),
  addPayoutMethod: stepUp(money(ownOr('payout-methods:write', 'support', 'admin'))), listPayoutMethods: ownOr('payout-methods:read', ...OPERATORS),
  // Who confirms gives a code or a mailed link with the request itself; renaming moves nothing.
  getPayoutMethod: ownOr('payout-methods:read', ...OPERATORS), confirmPayoutMethod: ownOr('payout-methods:write'), renamePayoutMethod: ownOr('payout-methods:write', 'support', 'admin'), disownPayoutMethod: 'public',
  removePayoutMethod: stepUp(ownOr('payout-methods:write', 'support', 'admin')),
  registerAccount: any('accounts:write', 'trader', 'support', 'admin'), listAccounts: any('accounts:read', ...OPERATORS), getAccount: ownOr('accounts:read', ...OPERATORS),
  requestLink: ownOr('links:write', 'support', 'admin'), listLinks: ownOr('links:read', ...OPERATORS), getLink: ownOr('links:read', ...OPERATORS),
  verifyLink: stepUp(any('links:decide', 'support', 'compliance', 'admin')), rejectLink: any('links:decide', 'support', 'compliance', 'admin'),
  endLink: ownOr('links:write', 'support', 'compliance', 'admin'),

  uploadReport: money(any('reports:write', 'support', 'finance', 'admin')), listReports: any('reports:read', ...OPERATORS), getReport: any('reports:read', ...OPERATORS),
  getReportProgress: any('reports:read', ...OPERATORS), listReportLines: any('reports:read', ...OPERATORS), getReportFile: any('reports:read', ...OPERATORS),
  createReportPreview: any('reports:write', 'support', 'finance', 'admin'), getReportPreview: any('reports:read', ...OPERATORS), suggestReportProfile: any('reports:write', 'support', 'finance', 'admin'), getReportProfileSuggestion: any('reports:read', ...OPERATORS),
  rereadReport: money(any('reports:write', 'support', 'finance', 'admin')),
  listAllReportLines: ownOr('reports:read', ...OPERATORS), listWorkQueue: any('reports:read', ...OPERATORS), listQuarantinedLines: any('reports:read', ...OPERATORS),
  listReportPeriods: any('reports:read', ...OPERATORS), getReportPeriod: any('reports:read', ...OPERATORS),
  closeReportPeriod: any('reports:write', 'finance', 'admin'), pullReportPeriod: any('reports:write', 'support', 'finance', 'admin'), listMissingDays: any('reports:read', ...OPERATORS),
  listReportDelays: ownOr('balances:read', ...OPERATORS),
  addReportCalendar: any('brokers:write', 'admin'), listReportCalendars: any('brokers:read', ...OPERATORS), getReportCalendar: any('brokers:read', ...OPERATORS),

  addReportSource: stepUp(any('report-sources:write', 'admin')), changeReportSource: stepUp(any('report-sources:write', 'admin')), listReportSources: any('report-sources:read', ...OPERATORS), getReportSource: any('report-sources:read', ...OPERATORS),
  listReportSourceItems: any('report-sources:read', ...OPERATORS), pauseReportSource: any('report-sources:write', 'support', 'admin'), resumeReportSource: any('report-sources:write', 'support', 'admin'),
  testReportSource: any('report-sources:write', 'support', 'admin'),

  typeDashboardFigures: stepUp(money(any('reports:write', 'support', 'finance', 'admin'))), listDashboardFigures: any('reports:read', ...OPERATORS), getDashboardFigures: any('reports:read', ...OPERATORS),
  getDashboardScreenshot: any('reports:read', ...OPERATORS),

  listAccruals: ownOr('accruals:read', ...OPERATORS), getAccrual: ownOr('accruals:read', ...OPERATORS), explainAccrual: ownOr('accruals:read', ...OPERATORS),
  listHolds: any('accruals:read', ...OPERATORS), placeHold: money(any('accruals:hold', 'finance', 'compliance', 'admin')), releaseHold: stepUp(money(any('accruals:hold', 'compliance', 'admin'))),
  getBalances: ownOr('balances:read', ...OPERATORS), getStatement: ownOr('balances:read', ...OPERATORS), getStatementCsv: ownOr('balances:read', ...OPERATORS), getStatementPdf: ownOr('balances:read', ...OPERATORS),
  getEarnings: ownOr('balances:read', ...OPERATORS), getEarningsCsv: ownOr('balances:read', ...OPERATORS), getEarningsPdf: ownOr('balances:read', ...OPERATORS),

  openOwnership: ownOr('ownership:write', 'support', 'compliance', 'admin'), listOwnerships: ownOr('ownership:read', ...OPERATORS), getOwnership: ownOr('ownership:read', ...OPERATORS),
  giveEvidence: ownOr('ownership:write', 'support', 'compliance', 'admin'), decideOwnership: stepUp(money(any('ownership:decide', 'compliance', 'admin'))),

  listChanges: any('changes:read', ...OPERATORS), getChange: any('changes:read', ...OPERATORS), approveChange: stepUp(money(any('changes:decide', ...OPERATORS))),
  rejectChange: stepUp(money(any('changes:decide', ...OPERATORS))), withdrawChange: money(any('changes:write', ...OPERATORS)),
  listApprovalPolicies: any('changes:read', ...OPERATORS), getApprovalPolicy: any('changes:read', ...OPERATORS), putApprovalPolicy: stepUp(any('approval-policies:write', 'admin')),

  putUserProfile: ownOr('verification:write', 'support', 'admin'), getUserProfile: ownOr('verification:personal', 'support', 'compliance', 'admin'), submitVerification: ownOr('verification:write', 'support', 'admin'),
  getUserVerification: ownOr('verification:read', ...OPERATORS), getPayoutReadiness: ownOr('verification:read', ...OPERATORS),
  listVerifications: any('verification:read', ...OPERATORS), getVerification: any('verification:read', ...OPERATORS), decideVerification: stepUp(any('verification:decide', 'compliance', 'admin')),
  listScreenings: any('screening:read', 'compliance', 'admin'), getScreening: any('screening:read', 'compliance', 'admin'), decideScreening: stepUp(any('screening:decide', 'compliance', 'admin')),
  erasePersonalData: stepUp(any('personal-data:erase', 'compliance', 'admin')),

  startPayoutRun: stepUp(money(any('payout-runs:write', 'finance', 'admin'))), listPayoutRuns: any('payout-runs:read', ...OPERATORS), getPayoutRun: any('payout-runs:read', ...OPERATORS),
  listRunMembers: any('payout-runs:read', ...OPERATORS), approvePayoutRun: stepUp(money(any('payout-runs:approve', 'finance', 'admin'))), refusePayoutRun: stepUp(money(any('payout-runs:approve', 'finance', 'admin'))),
  listRails: any('payouts:read', ...OPERATORS), stopRail: any('payouts:switch', ...OPERATORS), resumeRail: stepUp(money(any('payouts:switch', 'finance', 'compliance', 'admin'))),
  decidePayout: stepUp(money(any('payouts:decide', 'finance', 'compliance', 'admin'))), listPayoutDecisions: any('payouts:read', ...OPERATORS),
  listReconciliations: any('payouts:read', ...OPERATORS), listReconciliationCases: any('payouts:read', ...OPERATORS), getReconciliationCase: any('payouts:read', ...OPERATORS),
  closeReconciliationCase: stepUp(money(any('payouts:decide', 'finance', 'compliance', 'admin'))),
  listPayoutFiles: any('payouts:read', ...OPERATORS), getPayoutFile: any('payouts:read', ...OPERATORS), withdrawPayoutFile: stepUp(money(any('payouts:decide', 'finance', 'compliance', 'admin'))),
  listPayouts: ownOr('payouts:read', ...OPERATORS), getPayout: ownOr('payouts:read', ...OPERATORS),

  getReceivable: any('funding:read', ...OPERATORS), listReceivableEntries: any('funding:read', ...OPERATORS), listFunding: any('funding:read', ...OPERATORS), listExposure: any('funding:read', ...OPERATORS),
  recordBrokerPayment: stepUp(money(any('funding:write', 'finance', 'admin'))), listBrokerPayments: any('funding:read', ...OPERATORS), getBrokerPayment: any('funding:read', ...OPERATORS),
  matchBrokerPayment: money(any('funding:write', 'finance', 'admin')), unmatchBrokerPayment: money(any('funding:write', 'finance', 'admin')), reverseBrokerPayment: stepUp(money(any('funding:write', 'finance', 'admin'))),
  addFundingTerms: stepUp(money(any('funding:write', 'finance', 'admin'))), listFundingTerms: any('funding:read', ...OPERATORS),

  createWebhookEndpoint: stepUp(ownOr('webhooks:write', 'admin')), listWebhookEndpoints: ownOr('webhooks:read', 'admin'), getWebhookEndpoint: ownOr('webhooks:read', 'admin'),
  changeWebhookEndpoint: stepUp(ownOr('webhooks:write', 'admin')), enableWebhookEndpoint: ownOr('webhooks:write', 'admin'), disableWebhookEndpoint: ownOr('webhooks:write', 'admin'),
  deleteWebhookEndpoint: ownOr('webhooks:write', 'admin'), rotateWebhookSecret: stepUp(ownOr('webhooks:write', 'admin')), testWebhookEndpoint: ownOr('webhooks:write', 'admin'),
  listWebhookDeliveries: ownOr('webhooks:read', 'admin'), getWebhookDelivery: ownOr('webhooks:read', 'admin'),
  replayWebhookDelivery: ownOr('webhooks:write', 'admin'), replayWebhookEndpoint: ownOr('webhooks:write', 'admin'),

  getNotificationPreferences: self(), putNotificationPreferences: self(), listNotifications: ownOr('notifications:read', ...OPERATORS),
  listMails: any('mails:read', 'support', 'admin'), listMailBounces: any('mails:read', 'support', 'admin'), reportMailBounce: any('mails:write', 'support', 'admin'), removeMailBounce: any('mails:write', 'support', 'admin'),

  listAuditEntries: any('audit:read', 'compliance', 'admin'), getAuditEntry: any('audit:read', 'compliance', 'admin'),
  exportAuditCsv: any('audit:read', 'compliance', 'admin'), exportAuditNdjson: any('audit:read', 'compliance', 'admin'),
} as const satisfies Record<string, Access | PublicAccess>;

export type OperationId = keyof typeof ACCESS;

export function accessOf(operationId: string): Access | PublicAccess | undefined {
  return (ACCESS as Record<string, Access | PublicAccess>)[operationId];
}

/** Scopes that a role can use at all, sorted; `*` on a key means all of them. */
export function scopesOf(role: Role): string[] {
  const scopes = Object.values(ACCESS as Record<string, Access | PublicAccess>)
    .filter((access) => access !== 'public').filter((access) => access.scope !== '' && (access.own.includes(role) || access.any.includes(role)));
  return [...new Set(scopes.map((access) => access.scope))].sort();
}
