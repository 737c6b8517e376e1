/** What a notification is about; a person may switch mails off by it, all but `security`. */
export const NOTIFICATION_CATEGORIES = ['security', 'money', 'account', 'operations'] as const;
export type NotificationCategory = (typeof NOTIFICATION_CATEGORIES)[number];

export type OperatorRole = 'support' | 'finance' | 'compliance' | 'admin';

export interface NotificationKind {
  /** `user`: everybody who signs in for the user; `person`: that one person; `operators`: those of `roles`. */
  audience: 'user' | 'operators' | 'person';
  category: NotificationCategory;
  /** Its event type for webhooks; null: it is not sent to any. */
  webhook: string | null;
  /** For `operators`: who of them is told. */
  roles?: readonly OperatorRole[];
}

const user = (category: NotificationCategory, webhook: string | null) => ({ audience: 'user', category, webhook }) as const;
const security = { audience: 'person', category: 'security', webhook: null } as const;
const operators = (...roles: OperatorRole[]) => ({ audience: 'operators', category: 'operations', webhook: null, roles }) as const;

/** Every kind of notification: what is told to whom, and as which webhook event. Each has a template in templates/. */
export const NOTIFICATION_KINDS = {
  sign_up: security,
  sign_up_known: security,
  mail_confirmation: security,
  mail_change_asked: security,
  mail_changed: security,
  password_reset: security,
  password_changed: security,
  sign_in_new_place: security,
  locked_out: security,
  second_factor_on: security,
  second_factor_off: security,
  recovery_codes_used: security,
  api_key_created: security,
  invited: security,

  link_verified: user('account', 'account_link.verified'),
  link_rejected: user('account', 'account_link.rejected'),
  link_ended: user('account', 'account_link.ended'),
  ownership_requested: user('account', 'ownership.requested'),
  ownership_reminder: user('account', null),
  ownership_confirmed: user('account', 'ownership.confirmed'),
  ownership_rejected: user('account', 'ownership.rejected'),
  ownership_expired: user('account', 'ownership.expired'),
  ownership_evidence_given: operators('compliance', 'admin'),
  verification_requested: user('account', 'verification.requested'),
  verification_reminder: user('account', null),
  verification_expired: user('account', 'verification.expired'),
  verification_approved: user('account', 'verification.approved'),
  verification_rejected: user('account', 'verification.rejected'),
  verification_again: user('account', 'verification.again'),
  verification_needs_review: operators('compliance', 'admin'),
  screening_hit: operators('compliance', 'admin'),

  cashback_available: user('money', 'cashback.available'),
  accrual_held: user('money', 'accrual.held'),
  accrual_released: user('money', 'accrual.released'),
  payout_sent: user('money', 'payout.sent'),
  payout_paid: user('money', 'payout.paid'),
  payout_failed: user('money', 'payout.failed'),
  payout_returned: user('money', 'payout.returned'),
  payout_blocked: user('money', 'payout.blocked'),
  destination_changed: user('security', 'payout_method.changed'),
  destination_added_before: security,
  destination_disowned: operators('support', 'compliance', 'admin'),

  report_delayed: user('money', 'report.delayed'),
  report_due: operators('support', 'finance'),
  report_overdue: operators('support', 'finance'),
  report_escalated: operators('finance', 'admin'),

  margin_lowered: operators('finance', 'admin'),
  payout_run_needs_approval: operators('finance', 'admin'),
  rail_condition: operators('finance', 'admin'),
  rail_switched: operators('support', 'finance', 'compliance', 'admin'),
  reconciliation_cases: operators('finance', 'admin'),
  change_requested: operators('finance', 'compliance', 'admin'),
  change_decided: operators('finance', 'compliance', 'admin'),
  change_expired: operators('finance', 'compliance', 'admin'),
  webhook_endpoint_disabled: user('operations', null),
  webhook_program_endpoint_disabled: operators('support', 'admin'),
} as const satisfies Record<string, NotificationKind>;

export type NotificationKindName = keyof typeof NOTIFICATION_KINDS;

/** The kind by its name; null for one that this build does not know (it was written by a newer one). */
export function notificationKind(name: string): NotificationKind | null {
  return Object.hasOwn(NOTIFICATION_KINDS, name) ? NOTIFICATION_KINDS[name as NotificationKindName] : null;
}
