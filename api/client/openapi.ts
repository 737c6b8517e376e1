/* oxlint-disable */
/** Made from the OpenAPI document by `npm run client:generate`; never edited by hand. */

export interface paths {
  "/healthz": {
    /** The process answers */
    get: operations["healthz"];
  };
  "/readyz": {
    /** Postgres and Temporal can be reached */
    get: operations["readyz"];
  };
  "/v1/accounts": {
    /**
     * Trading accounts, oldest first
     * @description Roles – all: support, finance, compliance, admin. Scope `accounts:read`.
     */
    get: operations["listAccounts"];
    /**
     * Register a broker login, or find it
     * @description The same login again answers the registered account; whose it is, a link says.
     *
     * Roles – all: trader, support, admin. Scope `accounts:write`.
     */
    post: operations["registerAccount"];
  };
  "/v1/accounts/{accountId}": {
    /**
     * A trading account
     * @description A user sees the accounts that he has asked to link.
     *
     * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `accounts:read`.
     */
    get: operations["getAccount"];
  };
  "/v1/accruals": {
    /**
     * Accruals, newest first
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `accruals:read`.
     */
    get: operations["listAccruals"];
  };
  "/v1/accruals/{accrualId}": {
    /**
     * An accrual
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `accruals:read`.
     */
    get: operations["getAccrual"];
  };
  "/v1/accruals/{accrualId}/explanation": {
    /**
     * Every line behind it, worked out anew
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `accruals:read`.
     */
    get: operations["explainAccrual"];
  };
  "/v1/accruals/{accrualId}/hold": {
    /**
     * Hold an accrual
     * @description Pending money does not clear; of available money, what is still there moves to held.
     *
     * Roles – all: finance, compliance, admin. Scope `accruals:hold`.
     */
    post: operations["placeHold"];
  };
  "/v1/accruals/{accrualId}/holds": {
    /**
     * Its holds, oldest first
     * @description Roles – all: support, finance, compliance, admin. Scope `accruals:read`.
     */
    get: operations["listHolds"];
  };
  "/v1/accruals/{accrualId}/release": {
    /**
     * Lift a hold
     * @description After the last one the accrual clears at its time, or held money is available again.
     *
     * Roles – all: compliance, admin. Scope `accruals:hold`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["releaseHold"];
  };
  "/v1/agreements/{agreementId}/end": {
    /**
     * Say when an agreement ends (exclusive)
     * @description Roles – all: admin. Scope `brokers:write`.
     */
    post: operations["endAgreement"];
  };
  "/v1/api-keys": {
    /**
     * Keys, oldest first
     * @description Roles – own objects: trader, partner; all: admin. Scope `keys:read`.
     */
    get: operations["listApiKeys"];
    /**
     * Make a key; it is shown once
     * @description An admin for anybody; a trader or partner for himself. Nobody gives a key more than he has.
     *
     * Roles – own objects: trader, partner; all: admin. Scope `keys:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["createApiKey"];
  };
  "/v1/api-keys/{keyId}/revoke": {
    /**
     * Revoke a key at once
     * @description Roles – own objects: trader, partner; all: admin. Scope `keys:write`.
     */
    post: operations["revokeApiKey"];
  };
  "/v1/api-keys/{keyId}/rotate": {
    /**
     * Make a successor with the same rights
     * @description The old key goes on working for a while, so that programs can change over. The successor of a key that expires lives as long as that one was given.
     *
     * Roles – own objects: trader, partner; all: admin. Scope `keys:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["rotateApiKey"];
  };
  "/v1/approval-policies": {
    /**
     * The policy of each kind of change
     * @description Roles – all: support, finance, compliance, admin. Scope `changes:read`.
     */
    get: operations["listApprovalPolicies"];
  };
  "/v1/approval-policies/{kind}": {
    /**
     * The policy of one kind of change
     * @description Roles – all: support, finance, compliance, admin. Scope `changes:read`.
     */
    get: operations["getApprovalPolicy"];
    /**
     * Set a policy whole
     * @description Itself a change that a second operator agrees to. Changes that wait already keep their expiry.
     *
     * Roles – all: admin. Scope `approval-policies:write`. In a session: with a second factor of the last ten minutes.
     */
    put: operations["putApprovalPolicy"];
  };
  "/v1/audit": {
    /**
     * Entries, newest first
     * @description Roles – all: compliance, admin. Scope `audit:read`.
     */
    get: operations["listAuditEntries"];
  };
  "/v1/audit.csv": {
    /**
     * All entries for a spreadsheet, oldest first
     * @description CSV in UTF-8 with a byte order mark; a cell that a spreadsheet would run as a formula begins with an apostrophe. The export itself is an entry.
     *
     * Roles – all: compliance, admin. Scope `audit:read`.
     */
    get: operations["exportAuditCsv"];
  };
  "/v1/audit.ndjson": {
    /**
     * All entries for programs, oldest first
     * @description One JSON object a line. The export itself is an entry.
     *
     * Roles – all: compliance, admin. Scope `audit:read`.
     */
    get: operations["exportAuditNdjson"];
  };
  "/v1/audit/{entryId}": {
    /**
     * An entry
     * @description Roles – all: compliance, admin. Scope `audit:read`.
     */
    get: operations["getAuditEntry"];
  };
  "/v1/broker-payments": {
    /**
     * Brokers' payments in the order in which they were recorded
     * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
     */
    get: operations["listBrokerPayments"];
  };
  "/v1/broker-payments/{paymentId}": {
    /**
     * A payment with what it is matched to
     * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
     */
    get: operations["getBrokerPayment"];
  };
  "/v1/broker-payments/{paymentId}/matches": {
    /**
     * Match what is left of a payment to months of commission
     * @description Parts that are named, or without any the oldest month that is owed first. What is left after that stays unmatched.
     *
     * Roles – all: finance, admin. Scope `funding:write`.
     */
    post: operations["matchBrokerPayment"];
  };
  "/v1/broker-payments/{paymentId}/reverse": {
    /**
     * A payment bounced: take it back, as a new entry
     * @description Its matches are taken back with it. It only stops money, so one operator may.
     *
     * Roles – all: finance, admin. Scope `funding:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["reverseBrokerPayment"];
  };
  "/v1/broker-payments/{paymentId}/unmatch": {
    /**
     * Take a match back, as a new entry
     * @description Roles – all: finance, admin. Scope `funding:write`.
     */
    post: operations["unmatchBrokerPayment"];
  };
  "/v1/brokers": {
    /**
     * Brokers by id
     * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["listBrokers"];
    /**
     * Add a broker
     * @description Roles – all: admin. Scope `brokers:write`.
     */
    post: operations["createBroker"];
  };
  "/v1/brokers/{brokerId}": {
    /**
     * A broker
     * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["getBroker"];
  };
  "/v1/brokers/{brokerId}/agreements": {
    /**
     * Agreements, oldest first
     * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["listAgreements"];
    /**
     * Add an agreement
     * @description Roles – all: admin. Scope `brokers:write`.
     */
    post: operations["createAgreement"];
  };
  "/v1/brokers/{brokerId}/dashboard-figures": {
    /**
     * Type figures from the broker's dashboard
     * @description For a broker that hands out no file. They become a report when a second operator has compared them with the screenshot and approved the change; nothing is earned by them before.
     *
     * Roles – all: support, finance, admin. Scope `reports:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["typeDashboardFigures"];
  };
  "/v1/brokers/{brokerId}/funding-terms": {
    /**
     * Every version, in their order
     * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
     */
    get: operations["listFundingTerms"];
    /**
     * Add the next version of a broker's funding terms
     * @description Roles – all: finance, admin. Scope `funding:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["addFundingTerms"];
  };
  "/v1/brokers/{brokerId}/payments": {
    /**
     * Record that a broker has paid
     * @description It is matched to the oldest months that are owed.
     *
     * Roles – all: finance, admin. Scope `funding:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["recordBrokerPayment"];
  };
  "/v1/brokers/{brokerId}/profiles": {
    /**
     * Profile versions, newest first
     * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["listProfiles"];
    /**
     * Add the next version; reports received under its name from now on are read by it
     * @description Roles – all: admin. Scope `brokers:write`.
     */
    post: operations["addProfile"];
  };
  "/v1/brokers/{brokerId}/rates": {
    /**
     * Every rate, oldest first
     * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["listRates"];
    /**
     * Add the next version of a class's rate
     * @description Roles – all: finance, admin. Scope `rates:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["addRate"];
  };
  "/v1/brokers/{brokerId}/receivable": {
    /**
     * What a broker has reported, paid and still owes
     * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
     */
    get: operations["getReceivable"];
  };
  "/v1/brokers/{brokerId}/receivable/entries": {
    /**
     * A broker's statement: what each report and payment changed, in the order in which it was posted
     * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
     */
    get: operations["listReceivableEntries"];
  };
  "/v1/brokers/{brokerId}/report-calendar": {
    /**
     * The calendar in force, and the period that runs
     * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["getReportCalendar"];
  };
  "/v1/brokers/{brokerId}/report-calendars": {
    /**
     * Every version, in their order
     * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["listReportCalendars"];
    /**
     * Add the next version of a broker's report calendar
     * @description From its instant on it counts, and the version before ends there. Periods that were opened stay as they are, so it cannot begin before the last of them has ended. Only periods in which an agreement was in force are expected.
     *
     * Roles – all: admin. Scope `brokers:write`.
     */
    post: operations["addReportCalendar"];
  };
  "/v1/brokers/{brokerId}/report-previews": {
    /**
     * See what would become of a report, without handing it in
     * @description As a form (fields first, the file last) or as the raw body, at most 20 MiB. It is read and judged as a report of it would be, by the profile that is given or one of the broker's, and nothing is posted. 202: it takes longer, fetch it by its id. It is forgotten after 7 days.
     *
     * Roles – all: support, finance, admin. Scope `reports:write`.
     */
    post: operations["createReportPreview"];
  };
  "/v1/brokers/{brokerId}/report-sources": {
    /**
     * A broker's sources, oldest first
     * @description Roles – all: support, finance, compliance, admin. Scope `report-sources:read`.
     */
    get: operations["listReportSources"];
    /**
     * Add a source that reports are fetched from
     * @description A second operator agrees first: what it brings becomes money. The secret is sealed at once and never shown.
     *
     * Roles – all: admin. Scope `report-sources:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["addReportSource"];
  };
  "/v1/brokers/{brokerId}/servers": {
    /**
     * Add servers; known ones stay
     * @description Roles – all: admin. Scope `brokers:write`.
     */
    post: operations["addBrokerServers"];
  };
  "/v1/brokers/{brokerId}/symbols": {
    /**
     * The symbol map
     * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["getSymbols"];
    /**
     * Add or re-map symbols
     * @description Symbols that are not named stay as they are. Giving a symbol another class than it has needs If-Match (428 without it); adding new ones does not.
     *
     * Roles – all: admin. Scope `brokers:write`.
     */
    put: operations["putSymbols"];
  };
  "/v1/brokers/{brokerId}/terms": {
    /**
     * Every version, in their order
     * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["listTerms"];
    /**
     * Add the next version of the terms
     * @description Roles – all: admin. Scope `brokers:write`.
     */
    post: operations["addTerms"];
  };
  "/v1/changes": {
    /**
     * Changes that needed a second operator, newest first
     * @description Roles – all: support, finance, compliance, admin. Scope `changes:read`.
     */
    get: operations["listChanges"];
  };
  "/v1/changes/{changeId}": {
    /**
     * A change, with what it would change, for review
     * @description Roles – all: support, finance, compliance, admin. Scope `changes:read`.
     */
    get: operations["getChange"];
  };
  "/v1/changes/{changeId}/approve": {
    /**
     * Agree to a change, as a second operator
     * @description It is applied at once, against the state of now. One that cannot be applied any more becomes `failed`, and the answer says why.
     *
     * Roles – all: support, finance, compliance, admin. Scope `changes:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["approveChange"];
  };
  "/v1/changes/{changeId}/reject": {
    /**
     * Say no to a change, as a second operator
     * @description Roles – all: support, finance, compliance, admin. Scope `changes:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["rejectChange"];
  };
  "/v1/changes/{changeId}/withdraw": {
    /**
     * Take back what you have asked for
     * @description Roles – all: support, finance, compliance, admin. Scope `changes:write`.
     */
    post: operations["withdrawChange"];
  };
  "/v1/dashboard-figures": {
    /**
     * Typed figures, newest first
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["listDashboardFigures"];
  };
  "/v1/dashboard-figures/{figuresId}": {
    /**
     * Typed figures with their rows
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["getDashboardFigures"];
  };
  "/v1/dashboard-figures/{figuresId}/screenshot": {
    /**
     * The picture they were read from
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["getDashboardScreenshot"];
  };
  "/v1/exposure": {
    /**
     * Per broker: what is paid out before it has paid us, its limit, and whose money waits
     * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
     */
    get: operations["listExposure"];
  };
  "/v1/funding": {
    /**
     * Reported, received, matched, paid out, reserved, owed and accrued per broker and month
     * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
     */
    get: operations["listFunding"];
  };
  "/v1/links": {
    /**
     * Links, oldest first
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `links:read`.
     */
    get: operations["listLinks"];
    /**
     * Ask to link a user with a trading account
     * @description The link counts, once verified, from this request on.
     *
     * Roles – own objects: trader, partner; all: support, admin. Scope `links:write`.
     */
    post: operations["requestLink"];
  };
  "/v1/links/{linkId}": {
    /**
     * A link
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `links:read`.
     */
    get: operations["getLink"];
  };
  "/v1/links/{linkId}/end": {
    /**
     * End a link now
     * @description Roles – own objects: trader, partner; all: support, compliance, admin. Scope `links:write`.
     */
    post: operations["endLink"];
  };
  "/v1/links/{linkId}/reject": {
    /**
     * Reject a claim
     * @description Roles – all: support, compliance, admin. Scope `links:decide`.
     */
    post: operations["rejectLink"];
  };
  "/v1/links/{linkId}/verify": {
    /**
     * Verify a claim
     * @description Lines that waited for it since its request are judged again, as new entries.
     *
     * Roles – all: support, compliance, admin. Scope `links:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["verifyLink"];
  };
  "/v1/mail-address": {
    /**
     * Ask for another mail address
     * @description It counts once the link mailed to it is used; the present one is told at once. Answers the same for an address that somebody has.
     *
     * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
     */
    post: operations["changeMail"];
  };
  "/v1/mail-address/confirm": {
    /** Confirm the new address by the mailed link */
    post: operations["confirmMailChange"];
  };
  "/v1/mail-bounces": {
    /**
     * Addresses that sent mails back
     * @description Roles – all: support, admin. Scope `mails:read`.
     */
    get: operations["listMailBounces"];
    /**
     * Report a mail that came back
     * @description For a program that reads the bounces of your mail provider, and for operators. After a hard one nothing more is sent to the address.
     *
     * Roles – all: support, admin. Scope `mails:write`.
     */
    post: operations["reportMailBounce"];
  };
  "/v1/mail-bounces/{bounceId}": {
    /**
     * Send mails to an address again
     * @description Roles – all: support, admin. Scope `mails:write`.
     */
    delete: operations["removeMailBounce"];
  };
  "/v1/mails": {
    /**
     * Mails with their state, newest first
     * @description Roles – all: support, admin. Scope `mails:read`.
     */
    get: operations["listMails"];
  };
  "/v1/me": {
    /**
     * Who the caller is and what he may do
     * @description Roles – all: trader, partner, support, finance, compliance, admin.
     */
    get: operations["getMe"];
  };
  "/v1/me/notification-preferences": {
    /**
     * Of what you want mails
     * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    get: operations["getNotificationPreferences"];
    /**
     * Say of what you want mails
     * @description What is not named stays. Mails about security cannot be switched off.
     *
     * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    put: operations["putNotificationPreferences"];
  };
  "/v1/methodologies": {
    /**
     * Every version, newest first
     * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `methodologies:read`.
     */
    get: operations["listMethodologies"];
    /**
     * Publish the next version
     * @description Roles – all: admin. Scope `methodologies:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["publishMethodology"];
  };
  "/v1/methodologies/{methodologyId}": {
    /**
     * A version
     * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `methodologies:read`.
     */
    get: operations["getMethodology"];
  };
  "/v1/notifications": {
    /**
     * What happened, newest first
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `notifications:read`.
     */
    get: operations["listNotifications"];
  };
  "/v1/operators": {
    /**
     * Operators, oldest first; also closed ones
     * @description Roles – all: compliance, admin. Scope `operators:read`.
     */
    get: operations["listOperators"];
    /**
     * Invite an operator by mail
     * @description The link in the mail sets the password; the first sign-in enrols the second factor. A second operator agrees before the mail is sent, once there is one. Inviting an address again that has not accepted sends a new link. An API key may invite the first admin only.
     *
     * Roles – all: admin. Scope `operators:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["inviteOperator"];
  };
  "/v1/operators/{personId}": {
    /**
     * An operator
     * @description Roles – all: compliance, admin. Scope `operators:read`.
     */
    get: operations["getOperator"];
    /**
     * Change an operator's role
     * @description A second operator agrees, once there is one. Counts from his next request; keys he made keep the role they have.
     *
     * Roles – all: admin. Scope `operators:write`. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
     */
    patch: operations["changeOperator"];
  };
  "/v1/operators/{personId}/close": {
    /**
     * Close an operator's account
     * @description Ends his sessions and, unless they are to be kept, the keys he made.
     *
     * Roles – all: admin. Scope `operators:write`. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
     */
    post: operations["closeOperator"];
  };
  "/v1/operators/{personId}/reset-second-factor": {
    /**
     * Take away a second factor that was lost
     * @description Ends his sessions; he enrols a new one when he signs in next. Not for oneself.
     *
     * Roles – all: admin. Scope `operators:write`. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
     */
    post: operations["resetOperatorSecondFactor"];
  };
  "/v1/operators/accept": {
    /** Accept an invitation by setting a password */
    post: operations["acceptInvitation"];
  };
  "/v1/ownerships": {
    /**
     * Verifications, oldest first
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `ownership:read`.
     */
    get: operations["listOwnerships"];
    /**
     * Begin to verify the ownership of a linked account
     * @description Roles – own objects: trader, partner; all: support, compliance, admin. Scope `ownership:write`.
     */
    post: operations["openOwnership"];
  };
  "/v1/ownerships/{ownershipId}": {
    /**
     * A verification with its evidence
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `ownership:read`.
     */
    get: operations["getOwnership"];
  };
  "/v1/ownerships/{ownershipId}/decide": {
    /**
     * Confirm or reject
     * @description Roles – all: compliance, admin. Scope `ownership:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["decideOwnership"];
  };
  "/v1/ownerships/{ownershipId}/evidence": {
    /**
     * Give evidence
     * @description Roles – own objects: trader, partner; all: support, compliance, admin. Scope `ownership:write`.
     */
    post: operations["giveEvidence"];
  };
  "/v1/passwords/change": {
    /**
     * Change my password
     * @description Ends my other sessions.
     *
     * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
     */
    post: operations["changePassword"];
  };
  "/v1/passwords/forgot": {
    /** Have a link mailed that sets a new password */
    post: operations["forgotPassword"];
  };
  "/v1/passwords/reset": {
    /**
     * Set a new password by the mailed link
     * @description Ends every session and lifts a lock. Sign in again, with the second factor if there is one.
     */
    post: operations["resetPassword"];
  };
  "/v1/payout-files": {
    /**
     * Files of payments, newest first
     * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["listPayoutFiles"];
  };
  "/v1/payout-files/{fileId}": {
    /**
     * A file with its payouts
     * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["getPayoutFile"];
  };
  "/v1/payout-files/{fileId}/withdraw": {
    /**
     * Withdraw a file that was never handed over
     * @description A second operator agrees. Only of a file of which handing over was never begun (`mayWithdraw`), also while its rail is away, stopped or no longer configured. Nobody can hand it over any more; its payouts are prepared again, and go with the next file of their rail.
     *
     * Roles – all: finance, compliance, admin. Scope `payouts:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["withdrawPayoutFile"];
  };
  "/v1/payout-methods/{methodId}": {
    /**
     * A method
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `payout-methods:read`.
     */
    get: operations["getPayoutMethod"];
    /**
     * Stop using a method
     * @description A payout that was planned with it keeps it.
     *
     * Roles – own objects: trader, partner; all: support, admin. Scope `payout-methods:write`. In a session: with a second factor of the last ten minutes.
     */
    delete: operations["removePayoutMethod"];
    /**
     * Name a method
     * @description Nothing else of it can be changed: add another one instead.
     *
     * Roles – own objects: trader, partner; all: support, admin. Scope `payout-methods:write`.
     */
    patch: operations["renamePayoutMethod"];
  };
  "/v1/payout-methods/{methodId}/confirm": {
    /**
     * Confirm a method
     * @description By the link that was mailed, or with a code of the second factor. It is used once the cool-down is over; confirming it again changes nothing.
     *
     * Roles – own objects: trader, partner. Scope `payout-methods:write`.
     */
    post: operations["confirmPayoutMethod"];
  };
  "/v1/payout-methods/disown": {
    /**
     * Say by the mailed link that a method is not mine
     * @description It is removed at once, what was planned for it and has not left is given back instead, and operators are told. Works without signing in, for whoever reads the mail box.
     */
    post: operations["disownPayoutMethod"];
  };
  "/v1/payout-runs": {
    /**
     * Runs, newest first
     * @description Roles – all: support, finance, compliance, admin. Scope `payout-runs:read`.
     */
    get: operations["listPayoutRuns"];
    /**
     * Start a week's run by hand
     * @description Of a week that has a run already, that run is answered.
     *
     * Roles – all: finance, admin. Scope `payout-runs:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["startPayoutRun"];
  };
  "/v1/payout-runs/{runId}": {
    /**
     * A run with its members by decision
     * @description Roles – all: support, finance, compliance, admin. Scope `payout-runs:read`.
     */
    get: operations["getPayoutRun"];
  };
  "/v1/payout-runs/{runId}/approve": {
    /**
     * Approve a run over the limit, as a second operator
     * @description The same as approving the change that it waits for.
     *
     * Roles – all: finance, admin. Scope `payout-runs:approve`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["approvePayoutRun"];
  };
  "/v1/payout-runs/{runId}/members": {
    /**
     * Who was looked at and what was decided
     * @description Roles – all: support, finance, compliance, admin. Scope `payout-runs:read`.
     */
    get: operations["listRunMembers"];
  };
  "/v1/payout-runs/{runId}/refuse": {
    /**
     * Refuse a run that waits for approval
     * @description It ends; nothing was reserved, and its members keep their money for the next run. Whoever started it may, too.
     *
     * Roles – all: finance, admin. Scope `payout-runs:approve`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["refusePayoutRun"];
  };
  "/v1/payouts": {
    /**
     * Payouts, oldest first
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["listPayouts"];
  };
  "/v1/payouts/{payoutId}": {
    /**
     * A payout with its attempts
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["getPayout"];
  };
  "/v1/payouts/{payoutId}/decision": {
    /**
     * Say, with proof, what became of a payout of unknown outcome
     * @description A second operator agrees. The rail is asked first: what it says itself is never overruled. `not_executed` only where what was sent can no longer be executed by what the rail guarantees.
     *
     * Roles – all: finance, compliance, admin. Scope `payouts:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["decidePayout"];
  };
  "/v1/payouts/{payoutId}/decisions": {
    /**
     * What operators decided about a payout
     * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["listPayoutDecisions"];
  };
  "/v1/profiles/{profileId}": {
    /**
     * A profile version
     * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
     */
    get: operations["getProfile"];
  };
  "/v1/quarantined-lines": {
    /**
     * Lines that wait, by report and row, the oldest report first
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["listQuarantinedLines"];
  };
  "/v1/rails": {
    /**
     * Each rail: what it guarantees, whether it is stopped, what stands in its way, its open payouts and its last reconciliation
     * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["listRails"];
  };
  "/v1/rails/{rail}/resume": {
    /**
     * Let payouts by a rail, or by all, go on
     * @description A second operator agrees. Every payout goes on where it was. A rail that is stopped by itself stays so when all are let go on, and the other way round.
     *
     * Roles – all: finance, compliance, admin. Scope `payouts:switch`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["resumeRail"];
  };
  "/v1/rails/{rail}/stop": {
    /**
     * Stop all payouts by a rail, or by all, at once
     * @description No send begins any more once this is answered: each looks at it right before its bytes leave, each file right before it gets its name. What had passed that look may still arrive: `mayStillArrive` counts it. What was sent is still looked up and posted. One operator may do it; letting payouts go on needs two.
     *
     * Roles – all: support, finance, compliance, admin. Scope `payouts:switch`.
     */
    post: operations["stopRail"];
  };
  "/v1/reconciliation-cases": {
    /**
     * Differences that wait for somebody: unknown outcomes first, then the oldest, each with what is known and what an operator may do
     * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["listReconciliationCases"];
  };
  "/v1/reconciliation-cases/{caseId}": {
    /**
     * One difference
     * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["getReconciliationCase"];
  };
  "/v1/reconciliation-cases/{caseId}/close": {
    /**
     * Close a difference with a reason
     * @description It posts nothing. Found again, it is a new case.
     *
     * Roles – all: finance, compliance, admin. Scope `payouts:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["closeReconciliationCase"];
  };
  "/v1/reconciliations": {
    /**
     * Each rail's own record against ours, newest day first
     * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
     */
    get: operations["listReconciliations"];
  };
  "/v1/report-lines": {
    /**
     * Lines of all reports, the newest report first, each with every outcome it has had and what it earned
     * @description By ticket or account it is quick over any number of lines; a search that would read too many is refused with `SEARCH_TOO_WIDE`. A trader sees the lines of his own verified accounts, from the time of his link (and from before it, where nobody else had the account), that could be read.
     *
     * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["listAllReportLines"];
  };
  "/v1/report-periods": {
    /**
     * Report periods, oldest first
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["listReportPeriods"];
  };
  "/v1/report-periods/{periodId}": {
    /**
     * A report period
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["getReportPeriod"];
  };
  "/v1/report-periods/{periodId}/close": {
    /**
     * Close a period without a report
     * @description Nobody waits for its report any more; nothing is credited and nothing estimated. A report that comes all the same is worked on and reopens it. Closing it again changes nothing.
     *
     * Roles – all: finance, admin. Scope `reports:write`.
     */
    post: operations["closeReportPeriod"];
  };
  "/v1/report-periods/{periodId}/pull": {
    /**
     * Look at the broker's sources now
     * @description Each active source is looked at once for this period, whatever its turn, also where the report was posted already: what is new becomes its next version.
     *
     * Roles – all: support, finance, admin. Scope `reports:write`.
     */
    post: operations["pullReportPeriod"];
  };
  "/v1/report-previews/{previewId}": {
    /**
     * What would become of a report
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["getReportPreview"];
  };
  "/v1/report-profile-suggestions": {
    /**
     * A profile for a file of which nothing is known
     * @description As a form or as the raw body, at most 20 MiB. Looks for how the file can be read: what it is sure of, why, and what a person must say. 202: it takes longer, fetch it by its id. It is forgotten after 7 days.
     *
     * Roles – all: support, finance, admin. Scope `reports:write`.
     */
    post: operations["suggestReportProfile"];
  };
  "/v1/report-profile-suggestions/{previewId}": {
    /**
     * A suggested profile
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["getReportProfileSuggestion"];
  };
  "/v1/report-sources/{sourceId}": {
    /**
     * A source, when it was looked at, and what was wrong then
     * @description Roles – all: support, finance, compliance, admin. Scope `report-sources:read`.
     */
    get: operations["getReportSource"];
    /**
     * Change its settings, secret, profile or pace
     * @description For all but its pace a second operator agrees first.
     *
     * Roles – all: admin. Scope `report-sources:write`. In a session: with a second factor of the last ten minutes.
     */
    patch: operations["changeReportSource"];
  };
  "/v1/report-sources/{sourceId}/items": {
    /**
     * What was found there, newest first
     * @description Roles – all: support, finance, compliance, admin. Scope `report-sources:read`.
     */
    get: operations["listReportSourceItems"];
  };
  "/v1/report-sources/{sourceId}/pause": {
    /**
     * Look at it no more for now
     * @description Roles – all: support, admin. Scope `report-sources:write`.
     */
    post: operations["pauseReportSource"];
  };
  "/v1/report-sources/{sourceId}/resume": {
    /**
     * Look at it again
     * @description Roles – all: support, admin. Scope `report-sources:write`.
     */
    post: operations["resumeReportSource"];
  };
  "/v1/report-sources/{sourceId}/test": {
    /**
     * Try it without taking anything
     * @description A worker does it; what it found stands in `test` of the source as soon as that is `done`.
     *
     * Roles – all: support, admin. Scope `report-sources:write`.
     */
    post: operations["testReportSource"];
  };
  "/v1/reports": {
    /**
     * Reports, newest first
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["listReports"];
    /**
     * Hand in a broker's report
     * @description As a form (fields first, the file last) or as the raw body. It is kept byte for byte with its SHA-256; the same file again changes nothing, another file for the same period is its next version.
     *
     * Roles – all: support, finance, admin. Scope `reports:write`.
     */
    post: operations["uploadReport"];
  };
  "/v1/reports/{reportId}": {
    /**
     * A report with its lines and lots by outcome and reason
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["getReport"];
  };
  "/v1/reports/{reportId}/file": {
    /**
     * The file, byte for byte as received
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["getReportFile"];
  };
  "/v1/reports/{reportId}/lines": {
    /**
     * Lines in file order, each with its outcome
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["listReportLines"];
  };
  "/v1/reports/{reportId}/missing-days": {
    /**
     * Business days on which a posted report says nothing, of all accounts and of single ones
     * @description Only a hint: nothing is estimated. Days without a trade of any account come first; then, for each account that is linked and verified for the whole day and traded on another day of this report or in the report before, the days without one. A report of monthly sums has none.
     *
     * Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["listMissingDays"];
  };
  "/v1/reports/{reportId}/progress": {
    /**
     * How far the work on it is
     * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["getReportProgress"];
  };
  "/v1/reports/{reportId}/reread": {
    /**
     * Read its kept file again by a newer profile version
     * @description It becomes the next version of its period: only the difference is posted, as new entries, and what the earlier reading gave and this one does not is taken back. For a refused report, or the one that its period stands on.
     *
     * Roles – all: support, finance, admin. Scope `reports:write`.
     */
    post: operations["rereadReport"];
  };
  "/v1/screenings": {
    /**
     * Screenings, oldest first
     * @description Roles – all: compliance, admin. Scope `screening:read`.
     */
    get: operations["listScreenings"];
  };
  "/v1/screenings/{screeningId}": {
    /**
     * A screening
     * @description Roles – all: compliance, admin. Scope `screening:read`.
     */
    get: operations["getScreening"];
  };
  "/v1/screenings/{screeningId}/decide": {
    /**
     * Decide about a hit
     * @description The reason is kept encrypted under the user.
     *
     * Roles – all: compliance, admin. Scope `screening:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["decideScreening"];
  };
  "/v1/second-factor": {
    /**
     * Get the secret of a new second factor
     * @description It counts once a code of it was sent to `/v1/second-factor/confirm`. Who has one already must have stepped up.
     *
     * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    post: operations["startSecondFactor"];
  };
  "/v1/second-factor/confirm": {
    /**
     * Enrol the second factor by its first code
     * @description Answers the recovery codes, once. Ends my other sessions; this one has stepped up.
     *
     * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    post: operations["confirmSecondFactor"];
  };
  "/v1/second-factor/disable": {
    /**
     * Do without a second factor
     * @description Not for operators. Sensitive acts need one again.
     *
     * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
     */
    post: operations["disableSecondFactor"];
  };
  "/v1/second-factor/recovery-codes": {
    /**
     * Get new recovery codes
     * @description Those before do not work any more.
     *
     * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
     */
    post: operations["renewRecoveryCodes"];
  };
  "/v1/session": {
    /**
     * The session of this request
     * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    get: operations["getSession"];
  };
  "/v1/session/sign-out": {
    /**
     * End this session
     * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    post: operations["signOut"];
  };
  "/v1/session/step-up": {
    /**
     * Give the second factor once more, for sensitive acts
     * @description Counts for ten minutes.
     *
     * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    post: operations["stepUp"];
  };
  "/v1/sessions": {
    /**
     * My open sessions, latest first
     * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    get: operations["listSessions"];
  };
  "/v1/sessions/{sessionId}": {
    /**
     * End one of my sessions
     * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    delete: operations["revokeSession"];
  };
  "/v1/sessions/revoke-others": {
    /**
     * End all my sessions but this one
     * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
     */
    post: operations["revokeOtherSessions"];
  };
  "/v1/sign-in": {
    /**
     * Open a session
     * @description Sets the cookie `__Host-cashback`. Where the person has a second factor and no `code` is sent, the answer is 401 SECOND_FACTOR_NEEDED: send all again with it. An operator without one gets a session that can only enrol it.
     */
    post: operations["signIn"];
  };
  "/v1/sign-up": {
    /**
     * Sign up as a trader or partner
     * @description The link in the mail confirms the address; then the password works. Answers the same for an address that is known: its owner gets a mail instead.
     */
    post: operations["signUp"];
  };
  "/v1/sign-up/confirm": {
    /** Confirm the address by the mailed link */
    post: operations["confirmSignUp"];
  };
  "/v1/sign-up/resend": {
    /** Send the link of a sign-up again */
    post: operations["resendConfirmation"];
  };
  "/v1/users": {
    /**
     * Users, oldest first
     * @description Roles – all: support, finance, compliance, admin. Scope `users:read`.
     */
    get: operations["listUsers"];
    /**
     * Add a user
     * @description Roles – all: support, admin. Scope `users:write`.
     */
    post: operations["createUser"];
  };
  "/v1/users/{userId}": {
    /**
     * A user
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `users:read`.
     */
    get: operations["getUser"];
    /**
     * Suspend, reactivate or pin a tier
     * @description A suspended user is not paid; accruals go on.
     *
     * Roles – all: compliance, admin. Scope `users:write`. In a session: with a second factor of the last ten minutes.
     */
    patch: operations["changeUser"];
  };
  "/v1/users/{userId}/balances": {
    /**
     * Pending, available, held, reserved and paid
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
     */
    get: operations["getBalances"];
  };
  "/v1/users/{userId}/earnings/{year}": {
    /**
     * Earnings of a year by month, broker and programme
     * @description Months are in UTC and count what was posted in them.
     *
     * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
     */
    get: operations["getEarnings"];
  };
  "/v1/users/{userId}/earnings/{year}.csv": {
    /**
     * The same for a spreadsheet
     * @description CSV in UTF-8 with a byte order mark: rows `month`, `part` (the year of one broker and programme) and `total`.
     *
     * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
     */
    get: operations["getEarningsCsv"];
  };
  "/v1/users/{userId}/earnings/{year}.pdf": {
    /**
     * The same to print and file
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
     */
    get: operations["getEarningsPdf"];
  };
  "/v1/users/{userId}/erase": {
    /**
     * Erase a user's personal data
     * @description For ever. Not while a payout is open, nor while money is owed unless said. The ledger is not touched; the answer lists what remains.
     *
     * Roles – all: compliance, admin. Scope `personal-data:erase`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["erasePersonalData"];
  };
  "/v1/users/{userId}/payout-methods": {
    /**
     * Methods, newest first
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `payout-methods:read`.
     */
    get: operations["listPayoutMethods"];
    /**
     * Add a payout method
     * @description The user is told by mail, also at an address that was changed within the cool-down. It is used once he has confirmed it and the cool-down after that is over; until then the one before it is. For one that an operator adds, a second operator agrees first, instead of the confirmation.
     *
     * Roles – own objects: trader, partner; all: support, admin. Scope `payout-methods:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["addPayoutMethod"];
  };
  "/v1/users/{userId}/payout-readiness": {
    /**
     * Why a user would not be paid, and what to do
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `verification:read`.
     */
    get: operations["getPayoutReadiness"];
  };
  "/v1/users/{userId}/profile": {
    /**
     * Who a user is
     * @description Roles – own objects: trader, partner; all: support, compliance, admin. Scope `verification:personal`.
     */
    get: operations["getUserProfile"];
    /**
     * Say who a user is
     * @description Kept encrypted. A change ends what was verified: the next payout waits for a new verification.
     *
     * Roles – own objects: trader, partner; all: support, admin. Scope `verification:write`.
     */
    put: operations["putUserProfile"];
  };
  "/v1/users/{userId}/report-delays": {
    /**
     * Reports that delay a user's cashback
     * @description Reports that a broker of his was expected to send and has not sent.
     *
     * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
     */
    get: operations["listReportDelays"];
  };
  "/v1/users/{userId}/statement": {
    /**
     * Opening, entries with their causes, closing
     * @description As JSON; entries come page by page, the sums are those of the whole period on each page. Opening, entries and closing by the instant at which they count (from ≤ instant < to), so one period's closing is the next one's opening. Without from and to it covers everything, and its closing is what the balances say. An entry can be recorded later than it counts; `asKnownOn` gives what was known at an instant, and every answer says its own.
     *
     * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
     */
    get: operations["getStatement"];
  };
  "/v1/users/{userId}/statement.csv": {
    /**
     * The statement for a spreadsheet
     * @description CSV in UTF-8 with a byte order mark: rows `opening`, `entry`, `closing`; a cell that a spreadsheet would run as a formula begins with an apostrophe, amounts are numbers. Opening, entries and closing by the instant at which they count (from ≤ instant < to), so one period's closing is the next one's opening. Without from and to it covers everything, and its closing is what the balances say. An entry can be recorded later than it counts; `asKnownOn` gives what was known at an instant, and every answer says its own.
     *
     * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
     */
    get: operations["getStatementCsv"];
  };
  "/v1/users/{userId}/statement.pdf": {
    /**
     * The statement to print and file
     * @description PDF, of at most 2000 entries. Opening, entries and closing by the instant at which they count (from ≤ instant < to), so one period's closing is the next one's opening. Without from and to it covers everything, and its closing is what the balances say. An entry can be recorded later than it counts; `asKnownOn` gives what was known at an instant, and every answer says its own.
     *
     * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
     */
    get: operations["getStatementPdf"];
  };
  "/v1/users/{userId}/verification": {
    /**
     * A user's newest verification
     * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `verification:read`.
     */
    get: operations["getUserVerification"];
    /**
     * Submit documents
     * @description Roles – own objects: trader, partner; all: support, admin. Scope `verification:write`.
     */
    post: operations["submitVerification"];
  };
  "/v1/verifications": {
    /**
     * Verifications, oldest first
     * @description Roles – all: support, finance, compliance, admin. Scope `verification:read`.
     */
    get: operations["listVerifications"];
  };
  "/v1/verifications/{verificationId}": {
    /**
     * A verification
     * @description Roles – all: support, finance, compliance, admin. Scope `verification:read`.
     */
    get: operations["getVerification"];
  };
  "/v1/verifications/{verificationId}/decide": {
    /**
     * Approve or reject by hand
     * @description A second operator agrees to an approval; rejecting counts at once, also of an approved one. The reason is kept encrypted under the user.
     *
     * Roles – all: compliance, admin. Scope `verification:decide`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["decideVerification"];
  };
  "/v1/webhook-deliveries/{deliveryId}": {
    /**
     * A delivery with its payload and every try
     * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:read`.
     */
    get: operations["getWebhookDelivery"];
  };
  "/v1/webhook-deliveries/{deliveryId}/replay": {
    /**
     * Send it again
     * @description From the first try on, with the same `webhook-id` and body.
     *
     * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
     */
    post: operations["replayWebhookDelivery"];
  };
  "/v1/webhook-endpoints": {
    /**
     * Endpoints, oldest first
     * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:read`.
     */
    get: operations["listWebhookEndpoints"];
    /**
     * Add an endpoint; its secret is shown once
     * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["createWebhookEndpoint"];
  };
  "/v1/webhook-endpoints/{endpointId}": {
    /**
     * An endpoint
     * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:read`.
     */
    get: operations["getWebhookEndpoint"];
    /**
     * Delete it for good
     * @description Its log is kept, its secrets are erased.
     *
     * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
     */
    delete: operations["deleteWebhookEndpoint"];
    /**
     * Change its url, event types or description
     * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`. In a session: with a second factor of the last ten minutes.
     */
    patch: operations["changeWebhookEndpoint"];
  };
  "/v1/webhook-endpoints/{endpointId}/deliveries": {
    /**
     * Deliveries to an endpoint, oldest first
     * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:read`.
     */
    get: operations["listWebhookDeliveries"];
  };
  "/v1/webhook-endpoints/{endpointId}/disable": {
    /**
     * Send nothing to it for now
     * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
     */
    post: operations["disableWebhookEndpoint"];
  };
  "/v1/webhook-endpoints/{endpointId}/enable": {
    /**
     * Send to it again
     * @description What was not delivered meanwhile is sent when it is replayed.
     *
     * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
     */
    post: operations["enableWebhookEndpoint"];
  };
  "/v1/webhook-endpoints/{endpointId}/replay": {
    /**
     * Send again what has not arrived since an instant
     * @description What failed or was stopped, and what happened while the endpoint was disabled; at most 500 a call.
     *
     * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
     */
    post: operations["replayWebhookEndpoint"];
  };
  "/v1/webhook-endpoints/{endpointId}/rotate-secret": {
    /**
     * Make a new secret; it is shown once
     * @description Until the old one expires, deliveries carry a signature by each.
     *
     * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`. In a session: with a second factor of the last ten minutes.
     */
    post: operations["rotateWebhookSecret"];
  };
  "/v1/webhook-endpoints/{endpointId}/test": {
    /**
     * Send a test event
     * @description Type `webhook_endpoint.test`, tried once.
     *
     * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
     */
    post: operations["testWebhookEndpoint"];
  };
  "/v1/webhooks/rails/{rail}": {
    /**
     * A rail's event
     * @description Standard Webhooks: signed headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. Kept once by its id; a hint to look the payment up.
     */
    post: operations["receiveRailEvent"];
  };
  "/v1/webhooks/verification/{provider}": {
    /**
     * A verification provider's event
     * @description Standard Webhooks, like a rail's. Nothing of it is kept: it is a hint to look the case up.
     */
    post: operations["receiveVerificationEvent"];
  };
  "/v1/work-queue": {
    /**
     * What waits for an operator: waiting lines by what they wait for, those that wait longest first, and counts of everything else
     * @description A waiting line is never paid as zero or dropped. Once what is unknown is known it is judged again by itself, at the rate and terms of its trade, as a new entry.
     *
     * Roles – all: support, finance, compliance, admin. Scope `reports:read`.
     */
    get: operations["listWorkQueue"];
  };
}
/** OneOf type helpers */
type Without<T, U> = { [P in Exclude<keyof T, keyof U>]?: never };
type XOR<T, U> = (T | U) extends object ? (Without<T, U> & U) | (Without<U, T> & T) : T | U;
type OneOf<T extends any[]> = T extends [infer Only] ? Only : T extends [infer A, infer B, ...infer Rest] ? OneOf<[XOR<A, B>, ...Rest]> : never;


export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    /** @description A verified link counts since its request. */
    AccountLink: {
      decidedAt: string | null;
      /** @description Exclusive. */
      endedAt: string | null;
      id: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      requestedAt: string;
      /** @enum {string} */
      status: "requested" | "verified" | "rejected" | "ended";
      tradingAccountId: string;
      userId: string;
    };
    Accrual: {
      /** @description Only where `expand` names it. */
      account?: components["schemas"]["TradingAccount"] | null;
      accountLinkId: string;
      /** @description USD as posted. */
      amount: string;
      /** @description Only where `expand` names it. */
      broker?: components["schemas"]["Broker"] | null;
      brokerId: string;
      clearedAt: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      clearsAt: string;
      /** @description Exact decimal text. */
      heldAmount: string;
      /** @description Only where `expand` names it. */
      holds?: components["schemas"]["Hold"][];
      id: string;
      /** @description Only where `expand` names it. */
      link?: components["schemas"]["AccountLink"] | null;
      onHold: boolean;
      periodId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      postedAt: string;
      /** @description Only where `expand` names it. */
      report?: components["schemas"]["Report"] | null;
      reportId: string;
      /** @enum {string} */
      state: "pending" | "available" | "held" | "reversed";
      /** @description Exact decimal text. */
      takenBack: string;
      tradingAccountId: string;
      /** @description Only where `expand` names it. */
      user?: components["schemas"]["User"] | null;
      userId: string;
    };
    Agreement: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      activeFrom: string;
      activeTo: string | null;
      brokerId: string;
      id: string;
    };
    ApiKey: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      expiresAt: string | null;
      id: string;
      /** @description To the minute. */
      lastUsedAt: string | null;
      name: string;
      /** @description Who made it, where a person did. */
      personId: string | null;
      prefix: string;
      /** @description The key that took its place; this one works until it expires. */
      replacedBy: string | null;
      revokedAt: string | null;
      /** @enum {string} */
      role: "trader" | "partner" | "support" | "finance" | "compliance" | "admin";
      scopes: string[];
      userId: string | null;
    };
    ApiKeyRotation: {
      /**
       * @description How long the old key goes on working.
       * @default 24
       */
      overlapHours?: number;
    };
    ApprovalPolicy: {
      deciders: ("support" | "finance" | "compliance" | "admin")[];
      /** @description An undecided change ends after them. */
      expiryHours: number;
      /** @enum {string} */
      kind: "rate" | "terms" | "agreement" | "agreement_end" | "symbols" | "profile" | "report_source" | "methodology" | "user_suspension" | "user_tier" | "verification_override" | "payout_method" | "broker_payment" | "funding_terms" | "operator_role" | "approval_policy" | "report_over_limit" | "payout_run_over_limit" | "payout_over_limit" | "payout_day_over_limit" | "dashboard_figures" | "unaligned_mail" | "payout_outcome" | "payout_file_withdrawal" | "payouts_resume" | "overlapping_lots" | "repeated_rows" | "moved_tickets";
      needsSecondOperator: boolean;
      overAmount: string | null;
    };
    AuditEntry: {
      actor: {
        /** @description The key, session or program that acted. */
        id: string;
        /** @enum {string} */
        kind: "api_key" | "session" | "system" | "nobody";
        /** @description The person behind it; of a key without one the key itself. */
        principalId: string;
        role: string | null;
      };
      /** @description What of the subject mattered; personal and secret values are `•`. */
      after: unknown;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      at: string;
      /** @description What of the subject mattered; personal and secret values are `•`. */
      before: unknown;
      id: string;
      /** @description The caller's network, not his address. */
      network: string | null;
      /** @description The API's operationId, or what a workflow or program did. */
      operation: string;
      /**
       * @description `asked`: it was sent to whoever decides, or waits for a second operator; `refused`: it was asked for and not allowed.
       * @enum {string}
       */
      outcome: "done" | "asked" | "refused";
      reason: string | null;
      requestId: string | null;
      subject: {
        id: string;
        type: string;
      };
      /** @description Whose affairs it concerns. */
      userId: string | null;
    };
    Balances: {
      parts: ({
          /** @description Exact decimal text. */
          available: string;
          brokerId: string;
          currency: string;
          /** @description Exact decimal text. */
          held: string;
          /** @description Exact decimal text. */
          paid: string;
          /** @description Exact decimal text. */
          pending: string;
          /** @enum {string} */
          programme: "cashback" | "partner";
          /** @description Exact decimal text. */
          reserved: string;
        })[];
      /** @description USD over all brokers and programmes. */
      total: {
        /** @description Exact decimal text. */
        available: string;
        /** @description Exact decimal text. */
        held: string;
        /** @description Exact decimal text. */
        paid: string;
        /** @description Exact decimal text. */
        pending: string;
        /** @description Exact decimal text. */
        reserved: string;
      };
      userId: string;
    };
    Broker: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      id: string;
      name: string;
      servers: string[];
    };
    BrokerPayment: {
      /** @description Exact decimal text. */
      amount: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      at: string;
      brokerId: string;
      id: string;
      /** @description Exact decimal text. */
      matched: string;
      matches: {
          /** @description Exact decimal text. */
          amount: string;
          month: string;
        }[];
      months: string[];
      note: string | null;
      receivedOn: string;
      recordedBy: string;
      reference: string;
      reversal: {
        /** @description ISO 8601 instant in UTC with milliseconds. */
        at: string;
        reason: string;
        reversedBy: string;
        reversedOn: string;
      } | null;
      /** @enum {string} */
      state: "booked" | "reversed";
      /** @description What is matched to no month: paid too much, or ahead. */
      unmatched: string;
    };
    Change: {
      /** @description USD, of kinds with a limit. */
      amount: string | null;
      /** @description What was there when it was asked for; null: nothing. */
      before: {
        [key: string]: unknown;
      } | null;
      decidedAt: string | null;
      decidedBy: string | null;
      decisionReason: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      expiresAt: string;
      id: string;
      /** @enum {string} */
      kind: "rate" | "terms" | "agreement" | "agreement_end" | "symbols" | "profile" | "report_source" | "methodology" | "user_suspension" | "user_tier" | "verification_override" | "payout_method" | "broker_payment" | "funding_terms" | "operator_role" | "approval_policy" | "report_over_limit" | "payout_run_over_limit" | "payout_over_limit" | "payout_day_over_limit" | "dashboard_figures" | "unaligned_mail" | "payout_outcome" | "payout_file_withdrawal" | "payouts_resume" | "overlapping_lots" | "repeated_rows" | "moved_tickets";
      /** @description What is to be, as it was sent. */
      payload: {
        [key: string]: unknown;
      };
      /** @description ISO 8601 instant in UTC with milliseconds. */
      requestedAt: string;
      /** @description The person, or the key of a program. */
      requestedBy: string;
      /** @description What applying it led to. */
      result: {
        [key: string]: unknown;
      } | null;
      /** @enum {string} */
      state: "requested" | "approved" | "rejected" | "expired" | "withdrawn" | "failed";
      /** @description What would be changed. */
      subject: {
        id: string;
        type: string;
      };
    };
    ChangeReason: {
      reason: string;
    };
    ChangeToReview: {
      /** @description USD, of kinds with a limit. */
      amount: string | null;
      /** @description What was there when it was asked for; null: nothing. */
      before: {
        [key: string]: unknown;
      } | null;
      decidedAt: string | null;
      decidedBy: string | null;
      /** @description Roles of those who may decide. */
      deciders: ("support" | "finance" | "compliance" | "admin")[];
      decisionReason: string | null;
      /** @description Each value that it sets, beside the one that was there. */
      difference: {
          after: unknown;
          before: unknown;
          path: string;
        }[];
      /** @description ISO 8601 instant in UTC with milliseconds. */
      expiresAt: string;
      id: string;
      /** @enum {string} */
      kind: "rate" | "terms" | "agreement" | "agreement_end" | "symbols" | "profile" | "report_source" | "methodology" | "user_suspension" | "user_tier" | "verification_override" | "payout_method" | "broker_payment" | "funding_terms" | "operator_role" | "approval_policy" | "report_over_limit" | "payout_run_over_limit" | "payout_over_limit" | "payout_day_over_limit" | "dashboard_figures" | "unaligned_mail" | "payout_outcome" | "payout_file_withdrawal" | "payouts_resume" | "overlapping_lots" | "repeated_rows" | "moved_tickets";
      /** @description Whether you may. */
      mayDecide: boolean;
      /** @description What is to be, as it was sent. */
      payload: {
        [key: string]: unknown;
      };
      /** @description ISO 8601 instant in UTC with milliseconds. */
      requestedAt: string;
      /** @description The person, or the key of a program. */
      requestedBy: string;
      /** @description What applying it led to. */
      result: {
        [key: string]: unknown;
      } | null;
      /** @enum {string} */
      state: "requested" | "approved" | "rejected" | "expired" | "withdrawn" | "failed";
      /** @description What would be changed. */
      subject: {
        id: string;
        type: string;
      };
    };
    ClosedOperator: {
      /** @description Rotate these: the operator may know them. */
      keptKeys: string[];
      operator: components["schemas"]["Operator"];
      revokedKeys: string[];
    };
    Code: {
      /** @description Six digits of the authenticator app, or a recovery code. */
      code: string;
    };
    DashboardFigures: {
      brokerId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      lines: number;
      /** @description Exact decimal text. */
      lots: string;
      note: string | null;
      /** @description Once they are confirmed. */
      reportId: string | null;
      screenshotSha256: string;
      screenshotType: string;
      /** @description Of the file that they become. */
      sha256: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      typedAt: string;
      typedBy: string;
    };
    DashboardFiguresInFull: {
      brokerId: string;
      /** @description The figures as typed, one row a line: the report, byte for byte. */
      file: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      lines: number;
      /** @description Exact decimal text. */
      lots: string;
      note: string | null;
      /** @description How it is read. */
      profile: {
        [key: string]: unknown;
      };
      /** @description Once they are confirmed. */
      reportId: string | null;
      screenshotSha256: string;
      screenshotType: string;
      /** @description Of the file that they become. */
      sha256: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      typedAt: string;
      typedBy: string;
    };
    DisownedPayoutMethod: {
      id: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      removedAt: string;
    };
    /** @description What happened in a time. With what the user has (pending, available, held, reserved): before + net − paidOut + returned − fees = after. */
    EarningsFigures: {
      /** @description Posted by reports. */
      earned: string;
      /** @description Fees of payouts that the user bore; positive. */
      fees: string;
      /** @description Earned less taken back. */
      net: string;
      /** @description Exact decimal text. */
      paidOut: string;
      /** @description Payouts that came back after they had been paid. */
      returned: string;
      /** @description By corrections, clawbacks and negative adjustments; positive. */
      takenBack: string;
    };
    EndedSessions: {
      /** @description How many sessions. */
      ended: number;
    };
    Erasure: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      erasedAt: string;
      payoutMethodsRemoved: number;
      personsErased: string[];
      /** @description What can still be read, and why. */
      remains: {
          what: string;
          why: string;
        }[];
      userId: string;
    };
    ExpandedAccountLink: {
      /** @description Only where `expand` names it. */
      account?: components["schemas"]["TradingAccount"] | null;
      decidedAt: string | null;
      /** @description Exclusive. */
      endedAt: string | null;
      id: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      requestedAt: string;
      /** @enum {string} */
      status: "requested" | "verified" | "rejected" | "ended";
      tradingAccountId: string;
      /** @description Only where `expand` names it. */
      user?: components["schemas"]["User"] | null;
      userId: string;
    };
    ExpandedOwnership: {
      accountLinkId: string;
      decidedAt: string | null;
      decidedBy: string | null;
      decisionReason: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      expiresAt: string;
      id: string;
      /** @description Only where `expand` names it. */
      link?: components["schemas"]["AccountLink"] | null;
      remindersSent: number;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      requestedAt: string;
      /** @enum {string} */
      state: "requested" | "evidence_given" | "confirmed" | "rejected" | "expired";
      /** @description Only where `expand` names it. */
      user?: components["schemas"]["User"] | null;
      userId: string;
    };
    ExpandedReport: {
      /** @description Only where `expand` names it. */
      broker?: components["schemas"]["Broker"] | null;
      brokerId: string;
      declaredVersion: number | null;
      /** @description How it came, e.g. path or Message-ID; `dkim` of a mail: `verdict` (`aligned`, `unaligned`, `none`, `failed`, `unknown`), domains, and why. */
      facts: {
        [key: string]: unknown;
      } | null;
      fileName: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      lines: number | null;
      lots: string | null;
      /** @description What to look at although its lines are judged as any other. Null until it is staged. */
      notices: (({
          /** @enum {string} */
          code: "CLOSES_AFTER_ARRIVAL" | "OUTSIDE_PERIOD" | "OTHER_CURRENCY" | "REPEATED_ROWS" | "MOVED_TICKETS" | "OVERLAPPING_LOTS" | "REPLACES_FIGURES";
          /** @description Physical line of the file. */
          firstLine: number;
          lines: number;
          message: string;
        })[]) | null;
      /** @enum {string} */
      origin: "upload" | "api" | "mailbox" | "sftp" | "s3" | "dashboard";
      /** @description Only where `expand` names it. */
      period?: components["schemas"]["ReportPeriod"] | null;
      periodId: string;
      postedAt: string | null;
      profileId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      receivedAt: string;
      receivedBy: string;
      refusal: ({
        at?: {
          [key: string]: string | number;
        };
        code: string;
        facts?: {
          [key: string]: unknown;
        };
        message: string;
      }) | null;
      /** @description The report whose file it reads again by another profile version. */
      rereads: string | null;
      sha256: string;
      /** @description Bytes. */
      size: string;
      sourceId: string | null;
      /** @enum {string} */
      state: "received" | "staged" | "judging" | "judged" | "awaiting_approval" | "tied_out" | "posting" | "settling" | "posted" | "refused" | "unchanged";
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
    };
    ExpandedTradingAccount: {
      /** @description Only where `expand` names it. */
      broker?: components["schemas"]["Broker"] | null;
      brokerId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      id: string;
      login: string;
      server: string;
      type: string;
    };
    Explanation: {
      accrualId: string;
      /** @description Whether lines and sum recompute to what was posted. */
      agrees: boolean;
      /** @description Exact decimal text. */
      amount: string;
      entries: ({
          /** @description USD that this entry moved on the accrual. */
          amount: string;
          class: string | null;
          /** @description Given before for the same ticket. */
          earnedBefore: string;
          fileName: string;
          fileSha256: string;
          journalKey: string;
          kind: string | null;
          /** @description USD that the line earns in all. */
          lineAmount: string;
          lineNumber: number;
          lotFactor: string | null;
          lots: string | null;
          methodologyVersion: number | null;
          multiplier: string | null;
          outcome: string;
          perLot: string | null;
          rateId: string | null;
          rateVersion: number | null;
          raw: string;
          reason: string | null;
          /** @description lots × lot factor × rate × multiplier, worked out anew. */
          recomputed?: string | null;
          reportId: string;
          rowNumber: number;
          ticket: string | null;
          tier: string | null;
        })[];
      /** @description Exact decimal text. */
      recomputedSum: string;
      /** @description Exact decimal text. */
      takenBack: string;
    };
    Exposure: {
      /** @description Users whose balance at this broker does not fit into the room. */
      blocked: {
        /** @description Exact decimal text. */
        amount: string;
        users: number;
      };
      brokerId: string;
      /** @description paidOut + reserved − funded, over all time; below zero: the broker has paid ahead. */
      exposure: string;
      /** @description Exact decimal text. */
      funded: string;
      /** @description What the newest payout run left out. */
      leftOut: {
        /** @description Exact decimal text. */
        amount: string;
        runId: string;
        users: number;
      } | null;
      limit: string | null;
      /** @description Exact decimal text. */
      paidOut: string;
      /** @description Exact decimal text. */
      reported: string;
      /** @description Exact decimal text. */
      reserved: string;
      room: string | null;
    };
    FoundReportLine: {
      account: string;
      amount: string | null;
      brokerId: string;
      class: string | null;
      closeTime: string | null;
      /** @description It is what counts now of its ticket, day or adjustment; null with `asKnownOn`. */
      counts: boolean | null;
      detail: string | null;
      /** @description The money that it moved; `/v1/accruals/{accrualId}/explanation` works it out. */
      entries: ({
          /** @description Null: taken from available money. */
          accrualId: string | null;
          /** @description Exact decimal text. */
          amount: string;
          /** @description ISO 8601 instant in UTC with milliseconds. */
          at: string;
          journalId: string;
        })[];
      fileName: string;
      kind: string | null;
      /** @description Physical line of the file. */
      lineNumber: number;
      lots: string | null;
      outcome: string | null;
      periodId: string;
      postedAt: string | null;
      /** @description The profile version that read it. */
      profileId: string;
      profileVersion: number;
      /** @description As the broker wrote it. */
      raw: string;
      reason: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      receivedAt: string;
      reportedLots: string | null;
      reportId: string;
      /** @description Every outcome that it has had, oldest first. */
      revisions: ({
          /** @description Exact decimal text. */
          amount: string;
          detail: string | null;
          /** @description Null: its report is judged and not posted yet. */
          knownAt: string | null;
          /** @description Exact decimal text. */
          lots: string;
          outcome: string;
          reason: string | null;
          revision: number;
        })[];
      rowNumber: number;
      server: string;
      symbol: string | null;
      ticket: string | null;
    };
    FundingMonth: {
      /** @description Cashback posted in the month, less what was taken back. */
      accrued: string;
      brokerId: string;
      /** @description Of the commission, paid by matched payments. */
      matched: string;
      month: string;
      /** @description reported − matched; below zero after a re-issue: matched too much. */
      owed: string;
      /** @description Paid to users in the month, less what came back. */
      paidOut: string;
      /** @description Payments that came in the month, less those that bounced in it. */
      received: string;
      /** @description Commission of the month's report periods, as it stands. */
      reported: string;
      /** @description Payouts planned in the month that are under way. */
      reserved: string;
    };
    FundingTerms: {
      brokerId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      effectiveFrom: string;
      exposureLimit: string | null;
      version: number;
    };
    Hold: {
      accrualId: string;
      id: string;
      note: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      placedAt: string;
      placedBy: string;
      reason: string;
      releasedAt: string | null;
      releasedBy: string | null;
    };
    LinkToken: {
      /** @description What the link in the mail carries after `token=`. */
      token: string;
    };
    LinkVerification: {
      /** @description What the account is, as you found it at the broker: it decides the lot factor. The type named on registering is only a claim and is corrected. */
      accountType: string;
    };
    /** @description Neither address nor text is kept. */
    Mail: {
      attempts: number;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      eventId: string;
      id: string;
      kind: string;
      /** @description Of the message, made from event and person. */
      messageId: string;
      nextAttemptAt: string | null;
      notificationId: string;
      personId: string;
      /** @description Why it was not, or not yet, sent. */
      reason: string | null;
      settledAt: string | null;
      /** @enum {string} */
      state: "queued" | "sending" | "sent" | "suppressed" | "failed" | "bounced";
      userId: string | null;
    };
    MailAddress: {
      mail: string;
    };
    /** @description An address that sent mails back; the address itself is not kept. */
    MailBounce: {
      /** @description Since when nothing is sent to the address; null: mails are sent. */
      blockedAt: string | null;
      id: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      lastAt: string;
      personId: string | null;
      reason: string;
      /** @description How often it took nothing for the moment, since the last mail that it took. */
      softBounces: number;
    };
    Mailed: {
      /**
       * @description A mail is on its way to that address, if there is something to tell it.
       * @constant
       */
      mailed: true;
    };
    Me: {
      allowedScopes: string[];
      apiKey: components["schemas"]["ApiKey"] | null;
      person: components["schemas"]["Person"] | null;
      /** @enum {string} */
      role: "trader" | "partner" | "support" | "finance" | "compliance" | "admin";
      session: components["schemas"]["Session"] | null;
      user: components["schemas"]["User"] | null;
    };
    Methodology: {
      changelog: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      effectiveFrom: string;
      id: string;
      /** @description Exact decimal text. */
      payoutMinimum: string;
      pendingPeriod: string;
      tiers: ({
          /** @description Exact decimal text. */
          fromLots: string;
          /** @description Exact decimal text. */
          multiplier: string;
          name: string;
          toLots?: string | null;
        })[];
      tierWindowDays: number;
      version: number;
    };
    MissingDay: {
      /** @description Local day of the calendar's zone, else the profile's. */
      day: string;
      login: string | null;
      no: number;
      server: string | null;
      tradingAccountId: string | null;
      userId: string | null;
      /** @description No account at all has a trade. */
      wholeDay: boolean;
    };
    NewAccountLink: {
      tradingAccountId: string;
      /** @description For operators; a trader's key always asks for its own user. */
      userId?: string;
    };
    NewAgreement: {
      /** @description ISO 8601 instant with an offset. */
      activeFrom: string;
      /**
       * @description Exclusive; null: open-ended.
       * @default null
       */
      activeTo?: string | null;
    };
    NewApiKey: {
      /** @description ISO 8601 instant with an offset. */
      expiresAt?: string;
      name: string;
      /** @enum {string} */
      role: "trader" | "partner" | "support" | "finance" | "compliance" | "admin";
      /** @description `*` for everything that the role may do. */
      scopes: string[];
      /** @description Required for trader and partner: whose objects the key sees. */
      userId?: string;
    };
    NewApprovalPolicy: {
      deciders: ("support" | "finance" | "compliance" | "admin")[];
      /** @description An undecided change ends after them. */
      expiryHours: number;
      needsSecondOperator: boolean;
      /** @description USD: only above it; null: always. */
      overAmount: string | null;
    };
    NewBroker: {
      /** @description Your own short name for the broker; it stays. */
      id: string;
      name: string;
      /** @default [] */
      servers?: string[];
    };
    NewBrokerPayment: {
      /** @description USD. */
      amount: string;
      /**
       * @description What it is for; then it is matched to these months only. Empty: to the oldest that is owed.
       * @default []
       */
      months?: string[];
      /** @default null */
      note?: string | null;
      /** @description The day on which the money was booked; not in the future. */
      receivedOn: string;
      /** @description The transfer's own reference: a broker's payment is recorded once by it. */
      reference: string;
    };
    NewDashboardFigures: {
      /** @description Start of the report period. */
      from: string;
      /** @description Whether the dashboard shows the whole period, so that what is missing has been taken back. */
      full: boolean;
      /** @enum {string} */
      level: "account-day" | "account-month";
      note?: string;
      rows: {
          account: string;
          /** @description The day, or at the level account-month the month. */
          at: string;
          class?: string;
          /** @description USD, where the dashboard shows it. */
          commission?: string;
          /** @description Plain decimal text. */
          lots: string;
          server: string;
          symbol?: string;
        }[];
      /** @description The picture that they were read from. */
      screenshot: {
        /** Format: base64 */
        base64: string;
        /** @enum {string} */
        type: "image/png" | "image/jpeg" | "application/pdf";
      };
      /** @description The zone of the days and months. */
      timeZone: string;
      /** @description Its end, exclusive. */
      to: string;
      /** @description The sum of the lots as the dashboard itself shows it: the rows must add up to it. */
      totalLots: string;
    };
    NewErasure: {
      /**
       * @description Also where money is owed to the user.
       * @default false
       */
      evenIfOwed?: boolean;
      reason: string;
    };
    NewEvidence: {
      /** @description The kind's own fields. */
      content: {
        [key: string]: string;
      };
      /** @enum {string} */
      kind: "broker_confirmation" | "document" | "terminal_code";
    };
    NewFundingTerms: {
      /** @description ISO 8601 instant with an offset. */
      effectiveFrom: string;
      /** @description USD of the broker's cashback that may be paid before the broker has paid us; null: any. */
      exposureLimit: string | null;
    };
    NewHold: {
      /** @description For the operator who reads it later. */
      note: string;
      reason: string;
    };
    NewMailBounce: {
      /**
       * @description `hard`: there is no such address, nothing more is sent to it; `soft`: not now.
       * @enum {string}
       */
      kind: "hard" | "soft";
      messageId: string;
      /** @description A code such as `5.1.1`; no address. */
      reason?: string;
    };
    NewMatches: {
      /** @description Left out: by the rule, to the oldest month that is owed first. */
      matches?: {
          /** @description USD, more than 0. */
          amount: string;
          /** @description A month in UTC. */
          month: string;
        }[];
    };
    NewMethodology: {
      changelog: string;
      /** @description ISO 8601 instant with an offset. */
      effectiveFrom: string;
      /** @description USD. */
      payoutMinimum: string;
      /** @description ISO 8601 duration; a day is 24 h. */
      pendingPeriod: string;
      /** @description Contiguous from 0. */
      tiers: ({
          /** @description Plain decimal text. */
          fromLots: string;
          /** @description Plain decimal text. */
          multiplier: string;
          name: string;
          toLots?: string | null;
        })[];
      tierWindowDays: number;
    };
    NewOperator: {
      mail: string;
      /** @enum {string} */
      role: "support" | "finance" | "compliance" | "admin";
    };
    NewOwnershipDecision: {
      /** @enum {string} */
      decision: "confirmed" | "rejected";
      reason: string;
    };
    NewPassword: {
      /** @description At least 12 characters; a few unrelated words make a good one. */
      password: string;
      /** @description What the link in the mail carries after `token=`. */
      token: string;
    };
    NewPaymentReversal: {
      reason: string;
      /** @description The day on which the money went back. */
      reversedOn: string;
    };
    NewPayoutDecision: {
      /**
       * @description Of the document that proves it.
       * @default null
       */
      documentSha256?: string | null;
      /**
       * @description When the rail executed it; needed for `executed`, and only for that.
       * @default null
       */
      executedAt?: string | null;
      /** @enum {string} */
      outcome: "executed" | "not_executed";
      /** @description What proves it and who said so; nothing personal. */
      proof: string;
      /** @description The rail's name for the payment; of one that was not executed, of what proves it. */
      reference: string;
    };
    NewPayoutMethod: {
      /** @description The rail's own fields. */
      destination: {
        [key: string]: string;
      };
      /**
       * @description The user's own name for it.
       * @default null
       */
      name?: string | null;
      rail: string;
    };
    NewPayoutRun: {
      /** @description Default: the week of now (UTC). A later week is refused. */
      week?: string;
    };
    NewRate: {
      /**
       * @description All links, or only links requested from `effectiveFrom` on.
       * @default all
       * @enum {string}
       */
      appliesTo?: "all" | "new";
      class: string;
      /** @description ISO 8601 instant with an offset. */
      effectiveFrom: string;
      /** @description USD per standardised lot. */
      perLot: string;
    };
    NewReportSource: OneOf<[{
      /** @constant */
      kind: "api";
      name: string;
      /**
       * @description Seconds between two looks while a report is expected.
       * @default 900
       */
      pollSeconds?: number;
      /**
       * @description What it brings is read by the newest of the broker's profiles of this name.
       * @default default
       */
      profileName?: string;
      /** @description Password, token, signing key or private key. Kept sealed, and never shown again. */
      secret?: string;
      settings: {
        /**
         * @default {
         *   "kind": "none"
         * }
         */
        auth?: OneOf<[{
          /** @constant */
          kind: "none";
        }, {
          /** @constant */
          kind: "bearer";
        }, {
          /** @constant */
          kind: "basic";
          user: string;
        }, {
          /** @constant */
          kind: "header";
          name: string;
          /** @default */
          prefix?: string;
        }, {
          /**
           * @description What is signed (HMAC-SHA256 by the secret). `{path}`: with its query; `{bodyHash}`: SHA-256 in hexadecimal.
           * @default {method}
           * {path}
           * {timestamp}
           * {bodyHash}
           */
          canonical?: string;
          /**
           * @default hex
           * @enum {string}
           */
          encoding?: "hex" | "base64";
          headers: {
            keyId?: string;
            signature: string;
            timestamp?: string;
          };
          /** @default */
          keyId?: string;
          /** @constant */
          kind: "signed";
          /**
           * @description Before the signature in its header.
           * @default
           */
          prefix?: string;
          /**
           * @default text
           * @enum {string}
           */
          secretEncoding?: "text" | "hex" | "base64";
          /**
           * @default epochSeconds
           * @enum {string}
           */
          timestamp?: "iso" | "epochSeconds" | "epochMillis";
        }]>;
        /** @description Of a POST. */
        body?: string;
        /**
         * @description An answer without rows.
         * @default notReady
         * @enum {string}
         */
        emptyMeans?: "notReady" | "noTrades";
        /**
         * @description Further headers, none of them secret.
         * @default {}
         */
        headers?: {
          [key: string]: string;
        };
        /**
         * @default GET
         * @enum {string}
         */
        method?: "GET" | "POST";
        /**
         * @default {
         *   "kind": "none"
         * }
         */
        paging?: OneOf<[{
          /** @constant */
          kind: "none";
        }, {
          /**
           * @description Without a total: the last page is the first empty one; `short` only where the server always fills its pages.
           * @default empty
           * @enum {string}
           */
          end?: "empty" | "short";
          /** @constant */
          kind: "offset";
          /** @default 1000 */
          limit?: number;
          /** @default 0 */
          start?: number;
          /** @description Where an answer says how many rows there are in all. */
          total?: string;
        }, {
          /** @constant */
          kind: "cursor";
          /** @default 1000 */
          limit?: number;
          /** @description Where a page names the next: a path, to a cursor or an address, or its Link header. */
          next: string | {
            /** @constant */
            link: true;
          };
        }]>;
        /** @description The report is not ready until the text at `path` is `value`. Without it the API is asked only from when the report is due: half-booked figures would pass for the whole. */
        ready?: {
          /** @description Keys joined by dots. */
          path: string;
          value: string;
        };
        /** @description Where the rows are; default the profile's `rowsPath`. */
        rows?: string;
        /**
         * @description How {from} {to} {fromDate} {toDate} are written.
         * @default {
         *   "format": "iso",
         *   "dateFormat": "yyyy-MM-dd",
         *   "zone": "UTC",
         *   "toDate": "last"
         * }
         */
        times?: {
          /** @default yyyy-MM-dd */
          dateFormat?: string;
          /** @default iso */
          format?: string;
          /**
           * @description {toDate} is the last day of the period, or the day after it.
           * @default last
           * @enum {string}
           */
          toDate?: "last" | "after";
          /**
           * @description IANA name or an offset as `+02:00`.
           * @default UTC
           */
          zone?: string;
        };
        /** @description Where an answer says how many rows there are in all: nothing is taken where the pages have another number. */
        totals?: {
          /** @description Keys joined by dots. */
          count: string;
        };
        /** @description With {from} {to} {fromDate} {toDate} {cursor} {offset} {limit}. */
        url: string;
      };
    }, {
      /** @constant */
      kind: "mailbox";
      name: string;
      /**
       * @description Seconds between two looks while a report is expected.
       * @default 900
       */
      pollSeconds?: number;
      /**
       * @description What it brings is read by the newest of the broker's profiles of this name.
       * @default default
       */
      profileName?: string;
      /** @description Password, token, signing key or private key. Kept sealed, and never shown again. */
      secret?: string;
      settings: {
        /** @description Certificate that the server's must be signed by, where that is none of the public ones. */
        ca?: string;
        /** @default Done */
        doneFolder?: string;
        /** @default Failed */
        failedFolder?: string;
        /**
         * @description A folder of its own for each broker.
         * @default INBOX
         */
        folder?: string;
        host: string;
        /** @description Tried on the subject, then on the attachment's name. Without it a mail is taken only while exactly one period that had ended when it came waits for its report, none was closed without one lately, and only one such mail is there; otherwise it stays, with the problem PERIOD_UNCLEAR. */
        period?: {
          dateFormat?: string;
          /** @description Regular expression with the named groups `year`, `month` and `day` (without `day`: a month), or `date`, which `dateFormat` reads. */
          pattern: string;
          /** @description IANA name or an offset as `+02:00`. */
          zone: string;
        };
        /** @default 993 */
        port?: number;
        /**
         * @description `none` is for development: it is refused wherever addresses of private networks are.
         * @default tls
         * @enum {string}
         */
        secure?: "tls" | "starttls" | "none";
        user: string;
      };
    }, {
      /** @constant */
      kind: "sftp";
      name: string;
      /**
       * @description Seconds between two looks while a report is expected.
       * @default 900
       */
      pollSeconds?: number;
      /**
       * @description What it brings is read by the newest of the broker's profiles of this name.
       * @default default
       */
      profileName?: string;
      /** @description Password, token, signing key or private key. Kept sealed, and never shown again. */
      secret?: string;
      settings: {
        /**
         * @description What the secret is.
         * @enum {string}
         */
        auth: "password" | "key";
        /** @description Folder into which a file is moved once it is taken. */
        done?: string;
        /** @description Folder for files that cannot be taken. */
        failed?: string;
        /**
         * @description Which files are taken: `*` stands for any characters, `?` for one.
         * @default *
         */
        files?: string;
        /** @default . */
        folder?: string;
        host: string;
        /** @description Fingerprint of the server's key, as `ssh-keygen -lf` prints it: another server gets nothing. */
        hostKey: string;
        /** @description A file is whole once one of its name and this ending stands beside it; then nothing has to settle. */
        marker?: string;
        /** @description Which period a file is about. Without it a file is taken only while exactly one period that had ended when it came waits for its report, none was closed without one lately, and only one such file is there; otherwise it stays, with the problem PERIOD_UNCLEAR. */
        period?: {
          dateFormat?: string;
          /** @description Regular expression with the named groups `year`, `month` and `day` (without `day`: a month), or `date`, which `dateFormat` reads. */
          pattern: string;
          /** @description IANA name or an offset as `+02:00`. */
          zone: string;
        };
        /** @default 22 */
        port?: number;
        /**
         * @description A file whose size and time are the same after so long is whole.
         * @default 10
         */
        settleSeconds?: number;
        user: string;
      };
    }, {
      /** @constant */
      kind: "s3";
      name: string;
      /**
       * @description Seconds between two looks while a report is expected.
       * @default 900
       */
      pollSeconds?: number;
      /**
       * @description What it brings is read by the newest of the broker's profiles of this name.
       * @default default
       */
      profileName?: string;
      /** @description Password, token, signing key or private key. Kept sealed, and never shown again. */
      secret?: string;
      settings: {
        accessKeyId: string;
        bucket: string;
        /** @description Prefix to which an object is moved (copied and deleted) once it is taken; missing: it stays. */
        donePrefix?: string;
        endpoint: string;
        failedPrefix?: string;
        /**
         * @description Which files are taken: `*` stands for any characters, `?` for one.
         * @default *
         */
        files?: string;
        /**
         * @description The bucket stands in the path, not in the host's name.
         * @default false
         */
        pathStyle?: boolean;
        /** @description Which period a file is about. Without it a file is taken only while exactly one period that had ended when it came waits for its report, none was closed without one lately, and only one such file is there; otherwise it stays, with the problem PERIOD_UNCLEAR. */
        period?: {
          dateFormat?: string;
          /** @description Regular expression with the named groups `year`, `month` and `day` (without `day`: a month), or `date`, which `dateFormat` reads. */
          pattern: string;
          /** @description IANA name or an offset as `+02:00`. */
          zone: string;
        };
        /**
         * @description Objects right under it are looked at.
         * @default
         */
        prefix?: "" | string;
        region: string;
      };
    }]>;
    NewScreeningDecision: {
      /**
       * @description `cleared`: another person of that name.
       * @enum {string}
       */
      decision: "cleared" | "confirmed";
      reason: string;
    };
    NewTerms: {
      accountTypes: {
        [key: string]: {
          eligible: boolean;
          /** @description Standard lots in one lot of this type. */
          lotFactor: string;
        };
      };
      /** @description ISO 8601 instant with an offset. */
      effectiveFrom: string;
      /** @default [] */
      excludedClasses?: string[];
      /** @default null */
      minDurationSeconds?: number | null;
      /** @default null */
      minMovePoints?: string | null;
      /**
       * @description Stripped, longest first, when the whole symbol is unknown.
       * @default []
       */
      symbolSuffixes?: string[];
    };
    NewTradingAccount: {
      brokerId: string;
      /** @description Login at the broker, as text. */
      login: string;
      server: string;
      /** @description A claim; the operator who verifies a link says what it is. */
      type: string;
    };
    NewUnmatch: {
      /**
       * @description USD; null: all that is matched to the month.
       * @default null
       */
      amount?: string | null;
      /** @description A month in UTC. */
      month: string;
      reason: string;
    };
    NewUser: {
      /** @description Your own name for the user; unique. */
      externalId: string;
      /**
       * @description A tier fixed by an operator; null: by lots.
       * @default null
       */
      pinnedTier?: string | null;
    };
    NewUserProfile: {
      /** @description Residence, ISO 3166-1 alpha-2. */
      country: string;
      dateOfBirth: string;
      /** @description As on the document, in Latin letters where the bank writes it so. */
      fullName: string;
    };
    NewVerificationDecision: {
      /** @enum {string} */
      decision: "approved" | "rejected";
      reason: string;
    };
    NewVerificationSubmission: {
      documents: ({
          /** @enum {string} */
          kind: "passport" | "identity_card" | "driving_licence" | "residence_permit" | "proof_of_address";
          number: string;
          /** @description SHA-256 of the picture, as it was given to the provider. */
          sha256?: string;
        })[];
    };
    NewWebhookEndpoint: {
      /** @default */
      description?: "" | string;
      /**
       * @description null: all of them, also those that are to come.
       * @default null
       */
      eventTypes?: (("account_link.ended" | "account_link.rejected" | "account_link.verified" | "accrual.held" | "accrual.released" | "cashback.available" | "ownership.confirmed" | "ownership.expired" | "ownership.rejected" | "ownership.requested" | "payout.blocked" | "payout.failed" | "payout.paid" | "payout.returned" | "payout.sent" | "payout_method.changed" | "report.delayed" | "verification.again" | "verification.approved" | "verification.expired" | "verification.rejected" | "verification.requested")[]) | null;
      /** @description https, a public host name, port 443 or 8443. */
      url: string;
      /** @description For operators: whose events; without it everybody's. A trader's or partner's is always for his own. */
      userId?: string;
    };
    Notification: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      at: string;
      /** @description The same as the `webhook-id` of its webhooks. */
      eventId: string;
      facts: {
        [key: string]: string;
      };
      id: string;
      kind: string;
      userId: string | null;
    };
    /** @description Whether mails of each kind are wanted. */
    NotificationPreferences: {
      /** @description Trading accounts, ownership and verification. */
      account: boolean;
      /** @description Cashback and payouts. */
      money: boolean;
      /** @description What operators have to look at, and webhook endpoints. */
      operations: boolean;
      /** @description Sign-in, passwords, second factor, payout methods: always true. */
      security: boolean;
    };
    NotificationPreferencesChange: {
      /** @description Trading accounts, ownership and verification. */
      account?: boolean;
      /** @description Cashback and payouts. */
      money?: boolean;
      /** @description What operators have to look at, and webhook endpoints. */
      operations?: boolean;
      /** @description Sign-in, passwords, second factor, payout methods: always true. */
      security?: boolean;
    };
    Operator: {
      closedAt: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      id: string;
      /** @description Signing in is locked after too many wrong attempts. */
      lockedUntil: string | null;
      /** @description Null once erased, and where a request is repeated with its Idempotency-Key. */
      mail: string | null;
      /** @enum {string} */
      role: "trader" | "partner" | "support" | "finance" | "compliance" | "admin";
      secondFactor: boolean;
      /** @enum {string} */
      state: "unconfirmed" | "active" | "closed";
      userId: string | null;
    };
    OperatorChange: {
      /** @enum {string} */
      role: "support" | "finance" | "compliance" | "admin";
    };
    OperatorClosing: {
      /**
       * @description The keys this operator made: he may know them.
       * @default revoke
       * @enum {string}
       */
      keys?: "revoke" | "keep";
    };
    Ownership: {
      accountLinkId: string;
      decidedAt: string | null;
      decidedBy: string | null;
      decisionReason: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      expiresAt: string;
      id: string;
      remindersSent: number;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      requestedAt: string;
      /** @enum {string} */
      state: "requested" | "evidence_given" | "confirmed" | "rejected" | "expired";
      userId: string;
    };
    OwnershipEvidence: {
      content: {
        [key: string]: string;
      };
      /** @description ISO 8601 instant in UTC with milliseconds. */
      givenAt: string;
      id: string;
      kind: string;
    };
    OwnershipWithEvidence: {
      accountLinkId: string;
      decidedAt: string | null;
      decidedBy: string | null;
      decisionReason: string | null;
      evidence: components["schemas"]["OwnershipEvidence"][];
      /** @description ISO 8601 instant in UTC with milliseconds. */
      expiresAt: string;
      id: string;
      remindersSent: number;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      requestedAt: string;
      /** @enum {string} */
      state: "requested" | "evidence_given" | "confirmed" | "rejected" | "expired";
      userId: string;
    };
    Password: {
      password: string;
    };
    PasswordChange: {
      /** @description At least 12 characters; a few unrelated words make a good one. */
      newPassword: string;
      password: string;
    };
    Payout: {
      /** @description Exact decimal text. */
      amount: string;
      /** @description Only where `expand` names it. */
      attempts?: components["schemas"]["PayoutAttempt"][];
      currency: string;
      destination: {
        [key: string]: string;
      };
      detail: string | null;
      executedAt: string | null;
      /** @description Usually by then; null: not sent yet, or settled. */
      expectedArrival: string | null;
      id: string;
      network: string | null;
      /** @description In the coin of the network. */
      networkFee: string | null;
      /** @description What arrives, in `payCurrency`. */
      payAmount: string;
      payCurrency: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      plannedAt: string;
      quote: ({
        /** @description USD that it takes. */
        amount: string;
        /** @description In `payCurrency`. */
        fee: string;
        /** @enum {string} */
        feeBearer: "company" | "payee";
        /** @description ISO 8601 instant in UTC with milliseconds. */
        quotedAt: string;
        /** @description Units of `payCurrency` for 1 USD. */
        rate: string;
        rateSource: string;
        validUntil: string | null;
      }) | null;
      rail: string;
      railReference: string | null;
      /** @description What the rail calls the payment. */
      reference: ({
        /** @description Where anybody can look at it. */
        explorer: string | null;
        name: string;
        value: string;
      }) | null;
      /** @description What came back of it; null: nothing. */
      returned: {
        /** @description What came back so far, in `payCurrency`. */
        amount: string;
        inFull: boolean;
        /** @description Each part that came back, in the order in which they were posted. */
        parts: {
            /** @description Exact decimal text. */
            amount: string;
            /** @description ISO 8601 instant in UTC with milliseconds. */
            at: string;
            reason: string;
            /** @description Exact decimal text. */
            usd: string;
          }[];
        /** @description USD that are back on the balance. */
        usd: string;
      } | null;
      /** @description Only where `expand` names it. */
      run?: components["schemas"]["PayoutRun"] | null;
      runId: string;
      settled: {
        /** @description USD that the rail took more (above zero) or less than quoted; it is ours, not the payee's. */
        difference: string;
        /** @description Exact decimal text. */
        rate: string;
        /** @description Exact decimal text. */
        usd: string;
      } | null;
      settledAt: string | null;
      /** @description Only where `expand` names it. */
      sources?: {
          /** @description Exact decimal text. */
          amount: string;
          brokerId: string;
          programme: string;
        }[];
      /** @enum {string} */
      state: "reserved" | "submitting" | "submitted" | "unknown" | "paid" | "failed" | "returned";
      /** @description The state in words. */
      status: string;
      /** @description Only where `expand` names it. */
      user?: components["schemas"]["User"] | null;
      userId: string;
    };
    PayoutAttempt: {
      closedAt: string | null;
      detail: string | null;
      firstSentAt: string | null;
      id: string;
      lastSentAt: string | null;
      looks: number;
      no: number;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      preparedAt: string;
      railReference: string | null;
      sends: number;
      /** @enum {string} */
      state: "prepared" | "sent" | "accepted" | "unknown" | "executed" | "returned" | "rejected" | "not_executed" | "abandoned";
    };
    PayoutDecision: {
      approvedBy: string | null;
      attemptId: string;
      by: string;
      changeId: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      decidedAt: string;
      executedAt: string | null;
      id: string;
      /** @enum {string} */
      outcome: "executed" | "not_executed";
      payoutId: string;
      /** @description What proves it and who said so; nothing personal. */
      proof: string;
      proofSha256: string | null;
      /** @description The rail's name for the payment; of one that was not executed, of what proves it. */
      reference: string;
    };
    /** @description Payouts that leave together in one file. */
    PayoutFile: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      assembledAt: string;
      /** @description Sum of its payments, in its currency. */
      controlSum: string;
      currency: string;
      /** @description On which the rail shall execute it. */
      day: string;
      /** @description Why it waits, what the rail said of it, or why it was withdrawn. */
      detail: string | null;
      id: string;
      /** @description Whether it can be withdrawn: it was provably never handed over. */
      mayWithdraw: boolean;
      /** @description Payouts in it. */
      members: number;
      rail: string;
      railReference: string | null;
      /** @description How often handing it over was begun; 0: the rail certainly has not seen it. */
      sends: number;
      sentAt: string | null;
      /**
       * @description `assembled`: committed, and not settled whether it was handed over; `withdrawn`: it never was, and never will be.
       * @enum {string}
       */
      state: "assembled" | "sent" | "accepted" | "rejected" | "unknown" | "withdrawn";
      withdrawnAt: string | null;
      withdrawnBy: string | null;
    };
    PayoutFileReason: {
      reason: string;
    };
    PayoutFileWithPayouts: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      assembledAt: string;
      /** @description Sum of its payments, in its currency. */
      controlSum: string;
      currency: string;
      /** @description On which the rail shall execute it. */
      day: string;
      /** @description Why it waits, what the rail said of it, or why it was withdrawn. */
      detail: string | null;
      id: string;
      /** @description Whether it can be withdrawn: it was provably never handed over. */
      mayWithdraw: boolean;
      /** @description Payouts in it. */
      members: number;
      /** @description In the order of the file. */
      payoutIds: string[];
      rail: string;
      railReference: string | null;
      /** @description How often handing it over was begun; 0: the rail certainly has not seen it. */
      sends: number;
      sentAt: string | null;
      /**
       * @description `assembled`: committed, and not settled whether it was handed over; `withdrawn`: it never was, and never will be.
       * @enum {string}
       */
      state: "assembled" | "sent" | "accepted" | "rejected" | "unknown" | "withdrawn";
      withdrawnAt: string | null;
      withdrawnBy: string | null;
    };
    PayoutMethod: {
      confirmedAt: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      destination: {
        [key: string]: string;
      };
      id: string;
      /** @description Whether the next payout goes there. */
      inUse: boolean;
      name: string | null;
      /**
       * @description Whether the payee that it names is the verified person; `unjudged`: the profile is missing.
       * @enum {string}
       */
      payee: "not_asked" | "matches" | "differs" | "unjudged";
      rail: string;
      removedAt: string | null;
      /**
       * @description `unconfirmed`: never used before it is confirmed; `cooling_down`: used from `usableFrom`; until then the one before it is.
       * @enum {string}
       */
      state: "unconfirmed" | "cooling_down" | "usable" | "removed";
      /** @description Where it is a trading account: the user's own. */
      tradingAccountId: string | null;
      usableFrom: string | null;
      userId: string;
    };
    /** @description One of the two. Neither: by a key, for a user who does not sign in here himself. */
    PayoutMethodConfirmation: {
      /** @description Of your authenticator app, or a recovery code; in a session. */
      code?: string;
      /** @description Of the link that was mailed when it was added. */
      token?: string;
    };
    PayoutMethodRenaming: {
      /** @description The user's own name for it. */
      name: string | null;
    };
    PayoutReadiness: {
      /** @description Whether a payout run would pay the user now; who has nothing to be paid is ready where nothing else stands in the way. */
      ready: boolean;
      reasons: ({
          /** @enum {string} */
          code: "suspended" | "no_method" | "destination_unconfirmed" | "destination_cooling_down" | "verification_missing" | "verification_pending" | "verification_rejected" | "screening_hit" | "screening_due" | "payee_name_differs" | "destination_not_own" | "ownership_missing" | "rail_unavailable" | "rate_unavailable" | "payouts_stopped" | "broker_funding" | "below_minimum" | "changed_since";
          /** @description USD. */
          minimum?: string;
          /** @description USD, of an amount that is too small. */
          missing?: string;
          nextStep: string;
          /** @description Of a cool-down. */
          until?: string;
          why: string;
        })[];
      userId: string;
    };
    PayoutRun: {
      approvedBy: string | null;
      frozenAt: string | null;
      id: string;
      key: string;
      refusalReason: string | null;
      refusedBy: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      scheduledAt: string;
      startedBy: string | null;
      /** @enum {string} */
      state: "open" | "frozen" | "awaiting_approval" | "approved" | "done" | "refused";
      /** @description USD, frozen; null while open. */
      total: string | null;
      workflowId: string;
    };
    PayoutRunMember: {
      /** @description Exact decimal text. */
      available: string;
      /** @enum {string} */
      decision: "to_pay" | "planned" | "below_minimum" | "suspended" | "no_method" | "destination_unconfirmed" | "destination_cooling_down" | "rail_unavailable" | "rate_unavailable" | "verification_missing" | "verification_pending" | "verification_rejected" | "screening_hit" | "screening_due" | "payee_name_differs" | "destination_not_own" | "ownership_missing" | "broker_funding" | "changed_since";
      /** @description Why he is not paid, and what can be done; null: he is. */
      reason: ({
        /** @enum {string} */
        code: "suspended" | "no_method" | "destination_unconfirmed" | "destination_cooling_down" | "verification_missing" | "verification_pending" | "verification_rejected" | "screening_hit" | "screening_due" | "payee_name_differs" | "destination_not_own" | "ownership_missing" | "rail_unavailable" | "rate_unavailable" | "payouts_stopped" | "broker_funding" | "below_minimum" | "changed_since";
        /** @description USD. */
        minimum?: string;
        /** @description USD, of an amount that is too small. */
        missing?: string;
        nextStep: string;
        /** @description Of a cool-down. */
        until?: string;
        why: string;
      }) | null;
      /** @description Only where `expand` names it. */
      user?: components["schemas"]["User"] | null;
      userId: string;
      /** @description USD that waits until the broker has paid us; `broker_funding`: so much that the rest is below the minimum. */
      withheld: {
          /** @description Exact decimal text. */
          amount: string;
          brokerId: string;
        }[];
    };
    PayoutRunRefusal: {
      reason: string;
    };
    PayoutRunWithMembers: {
      /** @description Why a second operator is asked, and how that stands; null: nobody is. */
      approval: ({
        changeId: string;
        limits: ({
            /** @description USD. */
            amount: string;
            /** @enum {string} */
            limit: "run" | "payout" | "day";
            /** @description How far over it, USD. */
            over: string;
            /** @description The limit, USD. */
            overAmount: string;
            reason: string;
          })[];
        /** @enum {string} */
        state: "requested" | "approved" | "rejected" | "expired" | "withdrawn" | "failed";
      }) | null;
      approvedBy: string | null;
      byDecision: {
        [key: string]: number;
      };
      frozenAt: string | null;
      id: string;
      key: string;
      members: number;
      refusalReason: string | null;
      refusedBy: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      scheduledAt: string;
      startedBy: string | null;
      /** @enum {string} */
      state: "open" | "frozen" | "awaiting_approval" | "approved" | "done" | "refused";
      /** @description USD, frozen; null while open. */
      total: string | null;
      workflowId: string;
    };
    PayoutWithAttempts: {
      /** @description Exact decimal text. */
      amount: string;
      attempts: components["schemas"]["PayoutAttempt"][];
      currency: string;
      destination: {
        [key: string]: string;
      };
      detail: string | null;
      executedAt: string | null;
      /** @description Usually by then; null: not sent yet, or settled. */
      expectedArrival: string | null;
      id: string;
      network: string | null;
      /** @description In the coin of the network. */
      networkFee: string | null;
      /** @description What arrives, in `payCurrency`. */
      payAmount: string;
      payCurrency: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      plannedAt: string;
      quote: ({
        /** @description USD that it takes. */
        amount: string;
        /** @description In `payCurrency`. */
        fee: string;
        /** @enum {string} */
        feeBearer: "company" | "payee";
        /** @description ISO 8601 instant in UTC with milliseconds. */
        quotedAt: string;
        /** @description Units of `payCurrency` for 1 USD. */
        rate: string;
        rateSource: string;
        validUntil: string | null;
      }) | null;
      rail: string;
      railReference: string | null;
      /** @description What the rail calls the payment. */
      reference: ({
        /** @description Where anybody can look at it. */
        explorer: string | null;
        name: string;
        value: string;
      }) | null;
      /** @description What came back of it; null: nothing. */
      returned: {
        /** @description What came back so far, in `payCurrency`. */
        amount: string;
        inFull: boolean;
        /** @description Each part that came back, in the order in which they were posted. */
        parts: {
            /** @description Exact decimal text. */
            amount: string;
            /** @description ISO 8601 instant in UTC with milliseconds. */
            at: string;
            reason: string;
            /** @description Exact decimal text. */
            usd: string;
          }[];
        /** @description USD that are back on the balance. */
        usd: string;
      } | null;
      /** @description Only where `expand` names it. */
      run?: components["schemas"]["PayoutRun"] | null;
      runId: string;
      settled: {
        /** @description USD that the rail took more (above zero) or less than quoted; it is ours, not the payee's. */
        difference: string;
        /** @description Exact decimal text. */
        rate: string;
        /** @description Exact decimal text. */
        usd: string;
      } | null;
      settledAt: string | null;
      sources: {
          /** @description Exact decimal text. */
          amount: string;
          brokerId: string;
          programme: string;
        }[];
      /** @enum {string} */
      state: "reserved" | "submitting" | "submitted" | "unknown" | "paid" | "failed" | "returned";
      /** @description The state in words. */
      status: string;
      /** @description Only where `expand` names it. */
      user?: components["schemas"]["User"] | null;
      userId: string;
    };
    Person: {
      closedAt: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      id: string;
      /** @description Null once erased, and where a request is repeated with its Idempotency-Key. */
      mail: string | null;
      /** @enum {string} */
      role: "trader" | "partner" | "support" | "finance" | "compliance" | "admin";
      secondFactor: boolean;
      /** @enum {string} */
      state: "unconfirmed" | "active" | "closed";
      userId: string | null;
    };
    /** @description application/problem+json */
    Problem: {
      /** @description Where: field, or file, line and column. */
      at?: {
        [key: string]: string | number;
      };
      /** @description Stable: decide by this. */
      code: string;
      /** @description What is wrong and what to do, for people. */
      detail: string;
      errors?: {
          in: string;
          message: string;
          path: string;
        }[];
      facts?: {
        [key: string]: unknown;
      };
      /** @description Id of the request, as in our logs. */
      instance: string;
      status: number;
      title: string;
      type: string;
    };
    ProfileVersion: {
      brokerId: string;
      id: string;
      /** @description Of several layouts that the broker has. */
      name: string;
      profile: {
        [key: string]: unknown;
      };
      version: number;
    };
    QuarantinedLine: {
      account: string;
      brokerId: string;
      classText: string | null;
      closeTime: string | null;
      /** @description Of a malformed line, what is wrong with which column. It is read again with its report: POST /v1/reports/{reportId}/reread, after a new profile version. */
      detail: string | null;
      fileName: string;
      /** @description Physical line of the file. */
      lineNumber: number;
      lots: string | null;
      periodId: string;
      raw: string;
      reason: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      receivedAt: string;
      reportId: string;
      rowNumber: number;
      server: string;
      symbol: string | null;
      ticket: string | null;
      unknown: string;
    };
    /** @description What the rail declares; payouts decide from it alone. */
    RailGuarantees: {
      arrivesWithinSeconds?: number;
      callsPerSecond?: number;
      canReturn: boolean;
      currencies: string[];
      currencyPrecision?: {
        [key: string]: number;
      };
      /** @description Exact decimal text. */
      fee: string;
      /** @enum {string} */
      feeBearer: "company" | "payee";
      /** @enum {string} */
      finalOn: "executed" | "accepted";
      /** @description For how long the same key executes at most once. */
      honoursKeysForSeconds: number | "forever";
      maximum: string | null;
      /** @description Exact decimal text. */
      minimum: string;
      /** @enum {string} */
      mode: "single" | "batch";
      network?: string;
      peg?: {
        currency: string;
        rule: string;
      };
      precision: number;
      /** @description When "not found" proves that it was not executed and never will be. */
      provesNonExecution: "never" | "after_expiry" | {
        secondsAfterLastSend: number;
      };
      replacesAfterSeconds?: number;
      settlesWithinSeconds: number;
    };
    RailState: {
      /** @description What stands in its way or soon will. */
      conditions: {
          code: string;
          detail: string;
          /** @description ISO 8601 instant in UTC with milliseconds. */
          seenAt: string;
          /** @description ISO 8601 instant in UTC with milliseconds. */
          since: string;
        }[];
      /** @description Null: it is no longer configured. */
      guarantees: components["schemas"]["RailGuarantees"] | null;
      oldestUnknownHours: number | null;
      openCases: number;
      openPayouts: {
        [key: string]: {
          /** @description Exact decimal text. */
          amount: string;
          count: number;
        };
      };
      rail: string;
      /** @description The newest. */
      reconciliation: components["schemas"]["Reconciliation"] | null;
      stopped: boolean;
      /** @description The latest word about this rail, and about all. */
      switches: components["schemas"]["RailSwitch"][];
      unknown: number;
      unknownSince: string | null;
    };
    RailStopped: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      at: string;
      by: string;
      /** @description What had looked at the switch for the last time before this, or had left without an answer yet. */
      mayStillArrive: {
        /** @description Files whose hand-over had begun, or is in doubt. */
        files: number;
        /** @description Payments on their way when it was stopped: each is over within 90 seconds, and then looked up. */
        payments: number;
      };
      /** @description Or `all`. */
      rail: string;
      reason: string;
      stopped: boolean;
    };
    RailSwitch: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      at: string;
      by: string;
      /** @description Or `all`. */
      rail: string;
      reason: string;
      stopped: boolean;
    };
    RailSwitchReason: {
      reason: string;
    };
    Rate: {
      /** @enum {string} */
      appliesTo: "all" | "new";
      brokerId: string;
      class: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      effectiveFrom: string;
      id: string;
      /** @description Exact decimal text. */
      perLot: string;
      version: number;
    };
    Receivable: {
      brokerId: string;
      /** @description What it has paid, without payments that bounced. */
      funded: string;
      /** @description The rest, as the ledger says; below zero: paid ahead. */
      owed: string;
      /** @description Commission that the broker has reported, as it stands. */
      reported: string;
      /** @description Of the payments, matched to no month. */
      unmatched: string;
    };
    ReceivableEntry: {
      /** @description USD; positive: the broker owes more, negative: it paid, or a report was lowered. */
      amount: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      effectiveAt: string;
      journalId: string;
      /** @enum {string} */
      kind: "commission_reported" | "broker_funded";
      paymentId: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      recordedAt: string;
      reportId: string | null;
    };
    ReceivedReport: {
      brokerId: string;
      fileName: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      periodId: string;
      reportId: string;
      sha256: string;
      /** @description Bytes. */
      size: number;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
      version: number | null;
      /** @description In the Temporal UI. */
      workflowId: string;
    };
    Reconciliation: {
      /** @description A day in UTC. */
      day: string;
      differences: number | null;
      finishedAt: string | null;
      id: string;
      /** @description USD on the rail's clearing account by our journals. */
      ledgerTotal: string | null;
      /** @description Lines of the rail's own record. */
      movements: number | null;
      rail: string;
      /** @description USD, executed less returned, by the record. */
      railTotal: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      startedAt: string;
      /** @description Its record could not be read then, and has not been since. */
      unreachableAt: string | null;
    };
    ReconciliationCase: {
      ageHours: number;
      /** @description What is known: how often each was sent and looked up, and the last answer. */
      attempts: components["schemas"]["PayoutAttempt"][];
      closedAt: string | null;
      closedBy: string | null;
      closeReason: string | null;
      /** @enum {string} */
      code: "UNKNOWN_OUTCOME" | "PAID_TWICE" | "FAILED_BUT_EXECUTED" | "PAID_NOT_EXECUTED" | "EXECUTED_NOT_PAID" | "AMOUNT_DIFFERS" | "RETURN_NOT_POSTED" | "RETURN_NOT_ON_RECORD" | "NOT_OURS" | "LEDGER_DIFFERS" | "CLEARING_DIFFERS" | "RECORD_UNREACHABLE" | "LOST_PAYOUT";
      detail: string;
      facts: {
        [key: string]: string;
      };
      id: string;
      /** @description `confirm` and `not_executed`: POST /v1/payouts/{payoutId}/decision, with proof; `close`: with a reason; `wait`: it is looked at again by itself. */
      may: ("confirm" | "not_executed" | "close" | "wait")[];
      /** @description What an operator may do from then on. */
      mayLater: ({
          /** @description ISO 8601 instant in UTC with milliseconds. */
          from: string;
          /** @enum {string} */
          what: "confirm" | "not_executed" | "close" | "wait";
          why: string;
        })[];
      /** @description ISO 8601 instant in UTC with milliseconds. */
      openedAt: string;
      payout: ({
        /** @description USD. */
        amount: string;
        detail: string | null;
        /** @description Exact decimal text. */
        payAmount: string;
        payCurrency: string;
        railReference: string | null;
        /** @enum {string} */
        state: "reserved" | "submitting" | "submitted" | "unknown" | "paid" | "failed" | "returned";
        userId: string;
      }) | null;
      payoutId: string | null;
      rail: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      seenAt: string;
      /** @description The payout, the record's line, or the rail. */
      subject: string;
    };
    ReconciliationCaseReason: {
      reason: string;
    };
    RecoveryCodes: {
      /** @description Each works once, instead of a code of the app. Shown once; empty where a request is repeated with its Idempotency-Key. */
      recoveryCodes: string[];
    };
    Report: {
      brokerId: string;
      declaredVersion: number | null;
      /** @description How it came, e.g. path or Message-ID; `dkim` of a mail: `verdict` (`aligned`, `unaligned`, `none`, `failed`, `unknown`), domains, and why. */
      facts: {
        [key: string]: unknown;
      } | null;
      fileName: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      lines: number | null;
      lots: string | null;
      /** @description What to look at although its lines are judged as any other. Null until it is staged. */
      notices: (({
          /** @enum {string} */
          code: "CLOSES_AFTER_ARRIVAL" | "OUTSIDE_PERIOD" | "OTHER_CURRENCY" | "REPEATED_ROWS" | "MOVED_TICKETS" | "OVERLAPPING_LOTS" | "REPLACES_FIGURES";
          /** @description Physical line of the file. */
          firstLine: number;
          lines: number;
          message: string;
        })[]) | null;
      /** @enum {string} */
      origin: "upload" | "api" | "mailbox" | "sftp" | "s3" | "dashboard";
      periodId: string;
      postedAt: string | null;
      profileId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      receivedAt: string;
      receivedBy: string;
      refusal: ({
        at?: {
          [key: string]: string | number;
        };
        code: string;
        facts?: {
          [key: string]: unknown;
        };
        message: string;
      }) | null;
      /** @description The report whose file it reads again by another profile version. */
      rereads: string | null;
      sha256: string;
      /** @description Bytes. */
      size: string;
      sourceId: string | null;
      /** @enum {string} */
      state: "received" | "staged" | "judging" | "judged" | "awaiting_approval" | "tied_out" | "posting" | "settling" | "posted" | "refused" | "unchanged";
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
    };
    ReportCalendar: {
      brokerId: string;
      /** @enum {string} */
      cadence: "day" | "week" | "month";
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      createdBy: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      effectiveFrom: string;
      escalatedAfter: string;
      expectedAfter: string;
      firstWeekday: ("Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun") | null;
      id: string;
      overdueAfter: string;
      version: number;
      /** @description IANA name or offset. Periods begin with the local days of this zone. */
      zone: string;
    };
    ReportCalendarNow: {
      brokerId: string;
      /** @description The version in force; null before the first. */
      calendar: components["schemas"]["ReportCalendar"] | null;
      /** @description The period that runs now, and when its report will be due. */
      running: {
        /** @description ISO 8601 instant in UTC with milliseconds. */
        dueAt: string;
        /** @description ISO 8601 instant in UTC with milliseconds. */
        escalatedAt: string;
        /** @description ISO 8601 instant in UTC with milliseconds. */
        from: string;
        /** @description ISO 8601 instant in UTC with milliseconds. */
        overdueAt: string;
        /** @description ISO 8601 instant in UTC with milliseconds. */
        to: string;
      } | null;
    };
    ReportDelay: {
      brokerId: string;
      brokerName: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      dueAt: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      /** @enum {string} */
      lateness: "due" | "overdue" | "escalated";
      periodId: string;
      text: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
    };
    ReportLine: {
      account: string;
      amount: string | null;
      class: string | null;
      closeTime: string | null;
      detail: string | null;
      kind: string | null;
      /** @description Physical line of the file. */
      lineNumber: number;
      lots: string | null;
      outcome: string | null;
      /** @description As the broker wrote it. */
      raw: string;
      reason: string | null;
      reportedLots: string | null;
      rowNumber: number;
      server: string;
      symbol: string | null;
      ticket: string | null;
    };
    ReportPeriod: {
      brokerId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      latestReportId: string | null;
      methodologyId: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
      versions: number;
    };
    ReportPeriodView: {
      brokerId: string;
      closed: ({
        /** @description ISO 8601 instant in UTC with milliseconds. */
        at: string;
        by: string;
        reason: string;
        /** @description A report came all the same. */
        reopenedAt: string | null;
      }) | null;
      /** @description Null: no calendar expects a report. */
      expected: ({
        calendarId: string;
        /** @description ISO 8601 instant in UTC with milliseconds. */
        dueAt: string;
        /** @description ISO 8601 instant in UTC with milliseconds. */
        escalatedAt: string;
        /** @description Null: not late, or its report has come. */
        lateness: ("due" | "overdue" | "escalated") | null;
        /** @description When each step was noted, and operators told. */
        notedAt: {
          due: string | null;
          escalated: string | null;
          overdue: string | null;
        };
        /** @description ISO 8601 instant in UTC with milliseconds. */
        overdueAt: string;
        text: string | null;
      }) | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      latestReportId: string | null;
      methodologyId: string | null;
      /**
       * @description `open`: not ended, or not expected by a calendar; `waiting`: not due yet; `due`, `overdue`, `escalated`: late; `received`: a report is being worked on; `posted`; `closed`: by an operator, without a report.
       * @enum {string}
       */
      state: "open" | "waiting" | "due" | "overdue" | "escalated" | "received" | "posted" | "closed";
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
      versions: number;
    };
    ReportPreview: {
      brokerId: string;
      /** @description Then it is forgotten. */
      expiresAt: string;
      fileName: string;
      from: string | null;
      id: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      madeAt: string;
      problem: {
        code: string;
        message: string;
      } | null;
      profileId: string | null;
      result: components["schemas"]["ReportPreviewResult"] | null;
      sha256: string;
      /** @description Bytes. */
      size: string;
      /** @enum {string} */
      state: "waiting" | "done" | "failed";
      to: string | null;
    };
    ReportPreviewResult: {
      accounts: {
        firstUnknown: string[];
        known: number;
        lines: number;
        linked: number;
        unknown: number;
      };
      classesWithoutRate: {
        /** @description How many are not listed. */
        more: number;
        texts: {
            firstLine: number;
            lines: number;
            /** @description Exact decimal text. */
            lots: string;
            text: string;
          }[];
      };
      /** @description Only this many lines were looked at. */
      cutAfter: number | null;
      inFuture: {
        lines: number;
        places: ({
            lineNumber: number;
            rowNumber: number;
            /** @description What stands there. */
            text: string | null;
          })[];
      };
      /** @description Tickets, days or months that earlier reports speak of: only the difference would be posted. */
      knownBefore: {
        /** @description Exact decimal text. */
        earned: string;
        lines: number;
      };
      lines: number;
      malformed: ({
          column: string | null;
          field: string | null;
          lines: number;
          places: ({
              lineNumber: number;
              rowNumber: number;
              /** @description What stands there. */
              text: string | null;
            })[];
          sentence: string;
        })[];
      outcomes: ({
          /** @description Exact decimal text. */
          earns: string;
          lines: number;
          /** @description Exact decimal text. */
          lots: string;
          outcome: string;
          reason: string | null;
        })[];
      outsidePeriod: {
        lines: number;
        places: ({
            lineNumber: number;
            rowNumber: number;
            /** @description What stands there. */
            text: string | null;
          })[];
      };
      period: {
        /** @description ISO 8601 instant in UTC with milliseconds. */
        from: string;
        /** @description ISO 8601 instant in UTC with milliseconds. */
        to: string;
      } | null;
      /** @description Why the file as a whole would be refused; null: it would be taken. */
      refusal: ({
        at: {
          [key: string]: string | number;
        };
        code: string;
        facts?: {
          [key: string]: unknown;
        };
        message: string;
      }) | null;
      /** @description The first lines. */
      sample: ({
          account: string | null;
          amount: string | null;
          bucket: string | null;
          class: string | null;
          classText: string | null;
          closeTime: string | null;
          comment: string | null;
          commission: string | null;
          /** @description Exact decimal text. */
          countedLots: string;
          detail: string | null;
          /** @description USD in all, before what earlier reports have given for it. */
          earns: string;
          kept: {
            [key: string]: string;
          };
          kind: string | null;
          /** @description Physical line of the file. */
          lineNumber: number;
          lots: string | null;
          malformed: string | null;
          openTime: string | null;
          outcome: string;
          periodStart: string | null;
          points: string | null;
          /** @description As the broker wrote it. */
          raw: string;
          reason: string | null;
          reference: string | null;
          reversedTicket: string | null;
          rowNumber: number;
          server: string | null;
          status: string | null;
          statusReason: string | null;
          symbol: string | null;
          ticket: string | null;
        })[];
      /** @description Sums that the file states about itself. */
      stated: {
          field: string;
          lineNumber: number;
          stated: string;
          summed: string;
          tiesOut: boolean;
          where: string;
        }[];
      times: {
        /** @description ISO 8601 instant in UTC with milliseconds. */
        first: string;
        /** @description ISO 8601 instant in UTC with milliseconds. */
        last: string;
      } | null;
      totals: {
        /** @description Exact decimal text. */
        adjustments: string;
        /** @description Exact decimal text. */
        commission: string;
        /** @description Exact decimal text. */
        earns: string;
        /** @description Exact decimal text. */
        lots: string;
      };
      /** @description It says what the latest version of its period says already. */
      unchanged: boolean;
      unknownClasses: {
        /** @description How many are not listed. */
        more: number;
        texts: {
            firstLine: number;
            lines: number;
            /** @description Exact decimal text. */
            lots: string;
            text: string;
          }[];
      };
      unknownKinds: {
        /** @description How many are not listed. */
        more: number;
        texts: {
            firstLine: number;
            lines: number;
            /** @description Exact decimal text. */
            lots: string;
            text: string;
          }[];
      };
      unknownServers: {
        /** @description How many are not listed. */
        more: number;
        texts: {
            firstLine: number;
            lines: number;
            /** @description Exact decimal text. */
            lots: string;
            text: string;
          }[];
      };
      unknownStatuses: {
        /** @description How many are not listed. */
        more: number;
        texts: {
            firstLine: number;
            lines: number;
            /** @description Exact decimal text. */
            lots: string;
            text: string;
          }[];
      };
      unknownSymbols: {
        /** @description How many are not listed. */
        more: number;
        texts: {
            firstLine: number;
            lines: number;
            /** @description Exact decimal text. */
            lots: string;
            text: string;
          }[];
      };
      warnings: {
          code: string;
          message: string;
        }[];
    };
    ReportProfileSuggestion: {
      brokerId: string | null;
      /** @description Then it is forgotten. */
      expiresAt: string;
      fileName: string;
      id: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      madeAt: string;
      problem: {
        code: string;
        message: string;
      } | null;
      result: components["schemas"]["ReportProfileSuggestionResult"] | null;
      sha256: string;
      /** @description Bytes. */
      size: string;
      /** @enum {string} */
      state: "waiting" | "done" | "failed";
    };
    ReportProfileSuggestionResult: {
      findings: ({
          /** @enum {string} */
          confidence: "certain" | "likely" | "guess";
          reason: string;
          /** @description Its path in the profile. */
          setting: string;
          value: unknown;
        })[];
      /**
       * @description By content, whatever the name says.
       * @enum {string}
       */
      format: "csv" | "json" | "xlsx" | "eml" | "html" | "xls" | "pdf" | "zip";
      notes: string[];
      /** @description Put the answers of the questions into it, and it can be previewed and added. Null: no profile can read such a file. */
      profile: {
        [key: string]: unknown;
      } | null;
      /** @description What only a person can say. */
      questions: ({
          choices: unknown[] | null;
          question: string;
          /** @description Its path in the profile. */
          setting: string;
          /** @description One that fits what was seen; null where nothing does. */
          suggested: unknown;
        })[];
      /** @description The first rows as they would be read. */
      read: ({
        /** @description What was taken for answers that are missing. */
        assumed: {
          [key: string]: unknown;
        };
        lines: ({
            account: string | null;
            amount: string | null;
            bucket: string | null;
            class: string | null;
            classText: string | null;
            closeTime: string | null;
            comment: string | null;
            commission: string | null;
            kept: {
              [key: string]: string;
            };
            kind: string | null;
            /** @description Physical line of the file. */
            lineNumber: number;
            lots: string | null;
            malformed: string | null;
            openTime: string | null;
            periodStart: string | null;
            points: string | null;
            /** @description As the broker wrote it. */
            raw: string;
            reference: string | null;
            reversedTicket: string | null;
            rowNumber: number;
            server: string | null;
            status: string | null;
            statusReason: string | null;
            symbol: string | null;
            ticket: string | null;
          })[];
        /** @description Lines read. */
        looked: number;
        malformed: ({
            column: string | null;
            field: string | null;
            lines: number;
            places: ({
                lineNumber: number;
                rowNumber: number;
                /** @description What stands there. */
                text: string | null;
              })[];
            sentence: string;
          })[];
        refusal: ({
          at: {
            [key: string]: string | number;
          };
          code: string;
          facts?: {
            [key: string]: unknown;
          };
          message: string;
        }) | null;
      }) | null;
    };
    ReportProgress: {
      /** @description Of the file; null before it has been read. */
      lines: number | null;
      /** @description Of the present step. */
      linesDone: number;
      /** @description Of the present step so far. */
      linesPerSecond: number | null;
      /** @description Of the present step, whole; null where its end is not known. */
      percent: number | null;
      /** @description Of the present step, at that rate. */
      secondsLeft: number | null;
      /** @enum {string} */
      state: "received" | "staged" | "judging" | "judged" | "awaiting_approval" | "tied_out" | "posting" | "settling" | "posted" | "refused" | "unchanged";
      /** @enum {string} */
      step: "waiting" | "staging" | "judging" | "tying-out" | "awaiting-approval" | "posting" | "settling" | "done";
    };
    ReportPull: {
      periodId: string;
      /** @description Sources that are looked at. */
      sources: number;
      /** @description In the Temporal UI. */
      workflowId: string;
    };
    ReportReread: {
      brokerId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      periodId: string;
      profileId: string;
      reportId: string;
      rereads: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
      /** @description In the Temporal UI. */
      workflowId: string;
    };
    ReportSource: {
      brokerId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      hasSecret: boolean;
      id: string;
      /** @enum {string} */
      kind: "api" | "mailbox" | "sftp" | "s3";
      /** @description When it was looked at last. */
      lookedAt: string | null;
      name: string;
      pollSeconds: number;
      /** @description What was wrong then; null: nothing. */
      problem: {
        code: string;
        message: string;
      } | null;
      profileName: string;
      settings: {
        [key: string]: unknown;
      };
      /** @enum {string} */
      state: "active" | "paused";
      /** @description The last try without taking anything. */
      test: components["schemas"]["ReportSourceTest"] | null;
    };
    ReportSourceChange: {
      /** @description Seconds between two looks while a report is expected. */
      pollSeconds?: number;
      profileName?: string;
      /** @description null takes it away. */
      secret?: string | null;
      /** @description All of them, in the form of its kind. */
      settings?: {
        [key: string]: unknown;
      };
    };
    ReportSourceItem: {
      /** @description What makes it the same thing again. */
      key: string;
      name: string | null;
      no: string;
      problem: {
        code: string;
        message: string;
      } | null;
      reportId: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      seenAt: string;
      sourceId: string;
      /** @enum {string} */
      state: "taken" | "failed";
    };
    ReportSourceTest: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      askedAt: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      doneAt?: string;
      /** @description What would be taken: of an API its pages, rows and bytes, of a drop or mailbox what is there. */
      found?: {
        [key: string]: unknown;
      } | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      problem?: {
        code: string;
        message: string;
      } | null;
      /** @enum {string} */
      state: "asked" | "done";
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
    };
    ReportSourceTestRequest: {
      /** @description Which period an API is asked for; default the last whole day in UTC. */
      from?: string;
      /** @description ISO 8601 instant with an offset. */
      to?: string;
    };
    ReportWithOutcomes: {
      /** @description Only where `expand` names it. */
      broker?: components["schemas"]["Broker"] | null;
      brokerId: string;
      declaredVersion: number | null;
      /** @description How it came, e.g. path or Message-ID; `dkim` of a mail: `verdict` (`aligned`, `unaligned`, `none`, `failed`, `unknown`), domains, and why. */
      facts: {
        [key: string]: unknown;
      } | null;
      fileName: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      lines: number | null;
      lots: string | null;
      /** @description What seems to be missing from the file: only a hint, listed under `missing-days`. Null while it is not posted, and for monthly sums. */
      missingDays: {
        accountDays: number;
        /** @description Business days on which no account has a trade. */
        days: number;
      } | null;
      /** @description What to look at although its lines are judged as any other. Null until it is staged. */
      notices: (({
          /** @enum {string} */
          code: "CLOSES_AFTER_ARRIVAL" | "OUTSIDE_PERIOD" | "OTHER_CURRENCY" | "REPEATED_ROWS" | "MOVED_TICKETS" | "OVERLAPPING_LOTS" | "REPLACES_FIGURES";
          /** @description Physical line of the file. */
          firstLine: number;
          lines: number;
          message: string;
        })[]) | null;
      /** @enum {string} */
      origin: "upload" | "api" | "mailbox" | "sftp" | "s3" | "dashboard";
      outcomes: ({
          /** @description Exact decimal text. */
          amount: string;
          lines: number;
          /** @description Exact decimal text. */
          lots: string;
          outcome: string;
          reason: string | null;
        })[];
      /** @description Only where `expand` names it. */
      period?: components["schemas"]["ReportPeriod"] | null;
      periodId: string;
      postedAt: string | null;
      profileId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      receivedAt: string;
      receivedBy: string;
      refusal: ({
        at?: {
          [key: string]: string | number;
        };
        code: string;
        facts?: {
          [key: string]: unknown;
        };
        message: string;
      }) | null;
      /** @description The report whose file it reads again by another profile version. */
      rereads: string | null;
      sha256: string;
      /** @description Bytes. */
      size: string;
      sourceId: string | null;
      /** @enum {string} */
      state: "received" | "staged" | "judging" | "judged" | "awaiting_approval" | "tied_out" | "posting" | "settling" | "posted" | "refused" | "unchanged";
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
    };
    Screening: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      at: string;
      decidedAt: string | null;
      decidedBy: string | null;
      /** @description The list's number of what fits. */
      entry: string | null;
      id: string;
      list: string | null;
      listVersion: string | null;
      profileVersion: number;
      /** @enum {string} */
      reason: "first_payout" | "change" | "periodic";
      /** @enum {string} */
      state: "pending" | "clear" | "hit" | "cleared" | "confirmed";
      userId: string;
    };
    SecondFactorOff: {
      /** @constant */
      secondFactor: false;
    };
    Session: {
      agent: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      /** @description If it is not used until then. */
      endsAt: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      expiresAt: string;
      id: string;
      /** @description Not the address: its /24 or /48. */
      network: string | null;
      personId: string;
      revokedAt: string | null;
      secondFactor: boolean;
      /** @description To the minute. */
      seenAt: string;
      /** @description Until when sensitive acts need no further code. */
      stepUpUntil: string | null;
    };
    SignedIn: {
      /** @description What must be done before anything else. */
      next: "enrol_second_factor" | null;
      person: components["schemas"]["Person"];
      session: components["schemas"]["Session"];
    };
    SignIn: {
      /** @description Six digits of the authenticator app, or a recovery code. */
      code?: string;
      mail: string;
      password: string;
    };
    SignUp: {
      mail: string;
      /** @description At least 12 characters; a few unrelated words make a good one. */
      password: string;
      /**
       * @default trader
       * @enum {string}
       */
      role?: "trader" | "partner";
    };
    Statement: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      asKnownOn: string;
      from: string | null;
      items: components["schemas"]["StatementEntry"][];
      /** @description ISO 8601 instant in UTC with milliseconds. */
      madeAt: string;
      nextCursor: string | null;
      parts: ({
          brokerId: string;
          brokerName: string;
          /** @description The sum of the entries. */
          change: {
            /** @description Exact decimal text. */
            available: string;
            /** @description Exact decimal text. */
            held: string;
            /** @description Exact decimal text. */
            paid: string;
            /** @description Exact decimal text. */
            pending: string;
            /** @description Exact decimal text. */
            reserved: string;
          };
          closing: {
            /** @description Exact decimal text. */
            available: string;
            /** @description Exact decimal text. */
            held: string;
            /** @description Exact decimal text. */
            paid: string;
            /** @description Exact decimal text. */
            pending: string;
            /** @description Exact decimal text. */
            reserved: string;
          };
          currency: string;
          figures: components["schemas"]["EarningsFigures"];
          opening: {
            /** @description Exact decimal text. */
            available: string;
            /** @description Exact decimal text. */
            held: string;
            /** @description Exact decimal text. */
            paid: string;
            /** @description Exact decimal text. */
            pending: string;
            /** @description Exact decimal text. */
            reserved: string;
          };
          /** @enum {string} */
          programme: "cashback" | "partner";
        })[];
      to: string | null;
      /** @description Over all brokers and programmes. */
      totals: {
          /** @description The sum of the entries. */
          change: {
            /** @description Exact decimal text. */
            available: string;
            /** @description Exact decimal text. */
            held: string;
            /** @description Exact decimal text. */
            paid: string;
            /** @description Exact decimal text. */
            pending: string;
            /** @description Exact decimal text. */
            reserved: string;
          };
          closing: {
            /** @description Exact decimal text. */
            available: string;
            /** @description Exact decimal text. */
            held: string;
            /** @description Exact decimal text. */
            paid: string;
            /** @description Exact decimal text. */
            pending: string;
            /** @description Exact decimal text. */
            reserved: string;
          };
          currency: string;
          figures: components["schemas"]["EarningsFigures"];
          opening: {
            /** @description Exact decimal text. */
            available: string;
            /** @description Exact decimal text. */
            held: string;
            /** @description Exact decimal text. */
            paid: string;
            /** @description Exact decimal text. */
            pending: string;
            /** @description Exact decimal text. */
            reserved: string;
          };
        }[];
      userId: string;
    };
    StatementEntry: {
      cause: {
        account: {
          id: string;
          login: string;
          server: string;
        } | null;
        /** @description Accruals whose money it moved; their explanations have the lines. */
        accrualIds: string[];
        holdReason: string | null;
        id: string;
        /** @description How many report lines it came from. */
        lines: number | null;
        /** @description The broker's report behind it and the period it reports. */
        report: {
          fileName: string;
          /** @description ISO 8601 instant in UTC with milliseconds. */
          from: string;
          id: string;
          /** @description ISO 8601 instant in UTC with milliseconds. */
          to: string;
        } | null;
        /** @description The first ten tickets among them. */
        tickets: string[];
        /** @description `accrual`, `report`, `hold` or `payout`. */
        type: string;
      };
      /** @description When it counts. */
      effectiveAt: string;
      journalId: string;
      kind: string;
      movements: ({
          /** @description Exact decimal text. */
          amount: string;
          brokerId: string;
          currency: string;
          /** @enum {string} */
          programme: "cashback" | "partner";
          /** @enum {string} */
          state: "pending" | "available" | "held" | "reserved" | "paid";
        })[];
      /** @description When the ledger learnt of it. */
      recordedAt: string;
      /** @description The kind in words. */
      what: string;
    };
    /** @description Base symbol → instrument class. */
    Symbols: {
      symbols: {
        [key: string]: string;
      };
    };
    Terms: {
      accountTypes: {
        [key: string]: {
          eligible: boolean;
          /** @description Exact decimal text. */
          lotFactor: string;
        };
      };
      brokerId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      effectiveFrom: string;
      excludedClasses: string[];
      id: string;
      minDurationSeconds: number | null;
      minMovePoints: string | null;
      symbolSuffixes: string[];
      version: number;
    };
    TotpSecret: {
      /** @description Base32, for typing in. Shown once. */
      secret: string | null;
      /** @description `otpauth://…` for a QR code. Shown once. */
      uri: string | null;
    };
    TradingAccount: {
      brokerId: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      id: string;
      login: string;
      server: string;
      type: string;
    };
    TypedFigures: {
      brokerId: string;
      /** @description The change that a second operator decides; null where nobody else is asked. */
      changeId: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      id: string;
      lines: number;
      /** @description Exact decimal text. */
      lots: string;
      note: string | null;
      /** @description Once they are confirmed. */
      reportId: string | null;
      screenshotSha256: string;
      screenshotType: string;
      /** @description Of the file that they become. */
      sha256: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      typedAt: string;
      typedBy: string;
    };
    User: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      externalId: string;
      id: string;
      pinnedTier: string | null;
      /** @enum {string} */
      status: "active" | "suspended";
    };
    UserChange: {
      pinnedTier?: string | null;
      /** @enum {string} */
      status?: "active" | "suspended";
    };
    UserProfile: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      changedAt: string;
      country: string | null;
      dateOfBirth: string | null;
      /** @enum {string} */
      documents: "none" | "given" | "asked_again" | "accepted" | "refused";
      erasedAt: string | null;
      /** @description Null where it was never given, or erased. */
      fullName: string | null;
      userId: string;
      /** @enum {string} */
      verification: "not_started" | "submitted" | "asked_again" | "approved" | "rejected" | "expired";
      /** @description Counts changes; a verification is of one version. */
      version: number;
    };
    UserProfileState: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      changedAt: string;
      /** @enum {string} */
      documents: "none" | "given" | "asked_again" | "accepted" | "refused";
      erasedAt: string | null;
      userId: string;
      /** @enum {string} */
      verification: "not_started" | "submitted" | "asked_again" | "approved" | "rejected" | "expired";
      /** @description Counts changes; a verification is of one version. */
      version: number;
    };
    Verification: {
      /** @description Why it was decided or asked again. */
      code: string | null;
      decidedAt: string | null;
      decidedBy: string | null;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      expiresAt: string;
      id: string;
      profileVersion: number;
      provider: string | null;
      remindersSent: number;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      requestedAt: string;
      sentAt: string | null;
      /** @enum {string} */
      state: "not_started" | "submitted" | "asked_again" | "approved" | "rejected" | "expired";
      /** @description How often it was submitted. */
      submission: number;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      turnSince: string;
      userId: string;
    };
    WaitingGroup: {
      accountLinkId: string | null;
      accounts: number;
      ageHours: number;
      /** @description Lines for which a second operator is asked, because they earn more than the limit of reports. */
      awaitingApproval: number;
      brokerId: string;
      lines: number;
      /** @description The lines themselves. */
      linesPath: string;
      /** @description Lots at stake, as reported. */
      lots: string;
      newestClose: string | null;
      /** @description What ends the waiting, and the operation that does it. */
      nextStep: {
        operation: string | null;
        path: string | null;
        text: string;
      };
      oldestClose: string | null;
      oldestReportId: string;
      reason: string;
      /** @description Lines that a second operator refused to pay. */
      refused: number;
      reports: number;
      /** @description Of an account. */
      server: string | null;
      /** @description When the oldest of their reports came in. */
      since: string;
      /** @description The symbol, class text, account type or login, or what is wrong with malformed lines. */
      unknown: string;
      /** @enum {string} */
      what: "symbol" | "class_text" | "account_type" | "account" | "malformed";
    };
    WebhookDelivery: {
      /** @description When the event happened. */
      createdAt: string;
      endpointId: string;
      /** @description The `webhook-id` of every try. */
      eventId: string;
      id: string;
      nextAt: string | null;
      /** @description 1, and one more with every replay. */
      round: number;
      settledAt: string | null;
      /**
       * @description `failed`: its tries are used up; `stopped`: its endpoint was disabled before it arrived.
       * @enum {string}
       */
      state: "pending" | "delivered" | "failed" | "stopped";
      /** @description Finished ones of this round. */
      tries: number;
      type: string;
    };
    WebhookDeliveryWithAttempts: {
      attempts: ({
          /** @description Its first kilobyte. */
          answer: string | null;
          durationMs: number | null;
          /** @description null: it arrived. */
          errorCode: string | null;
          finishedAt: string | null;
          no: number;
          round: number;
          /** @description ISO 8601 instant in UTC with milliseconds. */
          startedAt: string;
          /** @description HTTP status of the answer. */
          status: number | null;
        })[];
      /** @description When the event happened. */
      createdAt: string;
      endpointId: string;
      /** @description The `webhook-id` of every try. */
      eventId: string;
      id: string;
      nextAt: string | null;
      /** @description The body as it is sent. */
      payload: string;
      /** @description 1, and one more with every replay. */
      round: number;
      settledAt: string | null;
      /**
       * @description `failed`: its tries are used up; `stopped`: its endpoint was disabled before it arrived.
       * @enum {string}
       */
      state: "pending" | "delivered" | "failed" | "stopped";
      /** @description Finished ones of this round. */
      tries: number;
      type: string;
    };
    WebhookEndpoint: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      description: string;
      eventTypes: string[] | null;
      /** @description Since when nothing has arrived. */
      failingSince: string | null;
      id: string;
      /** @description Why it is disabled. */
      reason: ("GONE" | "TRIES_USED_UP" | "FAILING_FOR_DAYS" | "BY_OWNER") | null;
      /** @enum {string} */
      state: "enabled" | "disabled" | "deleted";
      /** @description ISO 8601 instant in UTC with milliseconds. */
      stateAt: string;
      url: string;
      /** @description Whose events; null: everybody's. */
      userId: string | null;
      version: number;
    };
    WebhookEndpointChange: {
      description?: "" | string;
      /** @description null: all of them, also those that are to come. */
      eventTypes?: (("account_link.ended" | "account_link.rejected" | "account_link.verified" | "accrual.held" | "accrual.released" | "cashback.available" | "ownership.confirmed" | "ownership.expired" | "ownership.rejected" | "ownership.requested" | "payout.blocked" | "payout.failed" | "payout.paid" | "payout.returned" | "payout.sent" | "payout_method.changed" | "report.delayed" | "verification.again" | "verification.approved" | "verification.expired" | "verification.rejected" | "verification.requested")[]) | null;
      /** @description https, a public host name, port 443 or 8443. */
      url?: string;
    };
    WebhookEndpointSecret: {
      endpoint: components["schemas"]["WebhookEndpointWithSecrets"];
      /** @description Shown here once; keep it where the receiver can read it. */
      secret: string;
    };
    WebhookEndpointWithSecrets: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      createdAt: string;
      description: string;
      eventTypes: string[] | null;
      /** @description Since when nothing has arrived. */
      failingSince: string | null;
      id: string;
      /** @description Why it is disabled. */
      reason: ("GONE" | "TRIES_USED_UP" | "FAILING_FOR_DAYS" | "BY_OWNER") | null;
      /** @description Those that deliveries are signed with now; never their texts. */
      secrets: ({
          /** @description ISO 8601 instant in UTC with milliseconds. */
          createdAt: string;
          /** @description null: the one in use. */
          expiresAt: string | null;
          no: number;
        })[];
      /** @enum {string} */
      state: "enabled" | "disabled" | "deleted";
      /** @description ISO 8601 instant in UTC with milliseconds. */
      stateAt: string;
      url: string;
      /** @description Whose events; null: everybody's. */
      userId: string | null;
      version: number;
    };
    WebhookReplay: {
      /** @description Of events from this instant on. */
      since: string;
    };
    WebhookReplayed: {
      deliveryIds: string[];
      /** @description There were more than one call replays: call again. */
      more: boolean;
    };
    WebhookSecretRotation: {
      /**
       * @description How long the old secret stays valid beside the new one; 0 where it has become known: then every old one ends at once.
       * @default 24
       */
      overlapHours?: number;
    };
    WorkSection: {
      count: number;
      /** @description The list that shows them. */
      list: string;
      /** @enum {string} */
      section: "changes" | "reports_to_approve" | "reports_refused" | "reports_noticed" | "periods_late" | "ownership_evidence" | "screening_hits" | "reconciliation_cases";
      /** @description The oldest of them. */
      since: string | null;
    };
    YearOfEarnings: {
      /** @description ISO 8601 instant in UTC with milliseconds. */
      asKnownOn: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      from: string;
      /** @description ISO 8601 instant in UTC with milliseconds. */
      madeAt: string;
      /** @description Months in which something happened. */
      months: ({
          brokerId: string;
          brokerName: string;
          currency: string;
          figures: components["schemas"]["EarningsFigures"];
          /** @description In UTC. */
          month: string;
          /** @enum {string} */
          programme: "cashback" | "partner";
        })[];
      parts: ({
          brokerId: string;
          brokerName: string;
          /** @description Exact decimal text. */
          closing: string;
          currency: string;
          figures: components["schemas"]["EarningsFigures"];
          /** @description What the user had when the year began. */
          opening: string;
          /** @enum {string} */
          programme: "cashback" | "partner";
        })[];
      /** @description ISO 8601 instant in UTC with milliseconds. */
      to: string;
      totals: {
          currency: string;
          figures: components["schemas"]["EarningsFigures"];
        }[];
      userId: string;
      year: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export type external = Record<string, never>;

export interface operations {

  /** The process answers */
  healthz: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            /** @enum {string} */
            status: "ok";
            /**
             * @description `off`: an installation of one operator; nothing waits for a second one.
             * @enum {string}
             */
            twoPeople: "on" | "off";
          };
        };
      };
    };
  };
  /** Postgres and Temporal can be reached */
  readyz: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            /** @enum {string} */
            postgres: "ok" | "away";
            /** @enum {string} */
            status: "ok" | "away";
            /** @enum {string} */
            temporal: "ok" | "away";
            /**
             * @description `off`: an installation of one operator; nothing waits for a second one.
             * @enum {string}
             */
            twoPeople: "on" | "off";
          };
        };
      };
    };
  };
  /**
   * Trading accounts, oldest first
   * @description Roles – all: support, finance, compliance, admin. Scope `accounts:read`.
   */
  listAccounts: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
        server?: string;
        login?: string;
        /**
         * @description Shown in full with each item, instead of only by id: `broker`.
         * @example broker
         */
        expand?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ExpandedTradingAccount"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Register a broker login, or find it
   * @description The same login again answers the registered account; whose it is, a link says.
   *
   * Roles – all: trader, support, admin. Scope `accounts:write`.
   */
  registerAccount: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "brokerId": "alpha",
         *   "server": "Alpha-Live",
         *   "login": "7001001",
         *   "type": "standard"
         * }
         */
        "application/json": components["schemas"]["NewTradingAccount"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["TradingAccount"];
        };
      };
    };
  };
  /**
   * A trading account
   * @description A user sees the accounts that he has asked to link.
   *
   * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `accounts:read`.
   */
  getAccount: {
    parameters: {
      path: {
        /** @example tac_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        accountId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["TradingAccount"];
        };
      };
    };
  };
  /**
   * Accruals, newest first
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `accruals:read`.
   */
  listAccruals: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        /** @example alpha */
        brokerId?: string;
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId?: string;
        state?: "pending" | "available" | "held" | "reversed";
        /** @description Whether a hold stops it. */
        onHold?: "true" | "false";
        /** @example per_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        periodId?: string;
        /** @example lnk_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        accountLinkId?: string;
        /** @example tac_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        tradingAccountId?: string;
        /**
         * @description Only those posted at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those posted before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
        /**
         * @description Shown in full with each item, instead of only by id: `report`, `link`, `account`, `user`, `broker`, `holds`.
         * @example report,link
         */
        expand?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Accrual"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * An accrual
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `accruals:read`.
   */
  getAccrual: {
    parameters: {
      query?: {
        /**
         * @description Shown in full with each item, instead of only by id: `report`, `link`, `account`, `user`, `broker`, `holds`.
         * @example report,link
         */
        expand?: string;
      };
      path: {
        /** @example acr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        accrualId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Accrual"];
        };
      };
    };
  };
  /**
   * Every line behind it, worked out anew
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `accruals:read`.
   */
  explainAccrual: {
    parameters: {
      path: {
        /** @example acr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        accrualId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Explanation"];
        };
      };
    };
  };
  /**
   * Hold an accrual
   * @description Pending money does not clear; of available money, what is still there moves to held.
   *
   * Roles – all: finance, compliance, admin. Scope `accruals:hold`.
   */
  placeHold: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example acr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        accrualId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "FRAUD_CHECK",
         *   "note": "Looked at with the broker"
         * }
         */
        "application/json": components["schemas"]["NewHold"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Hold"];
        };
      };
    };
  };
  /**
   * Its holds, oldest first
   * @description Roles – all: support, finance, compliance, admin. Scope `accruals:read`.
   */
  listHolds: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Only those that are not released yet, or only those that are. */
        open?: "true" | "false";
      };
      path: {
        /** @example acr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        accrualId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Hold"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Lift a hold
   * @description After the last one the accrual clears at its time, or held money is available again.
   *
   * Roles – all: compliance, admin. Scope `accruals:hold`. In a session: with a second factor of the last ten minutes.
   */
  releaseHold: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example acr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        accrualId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "holdId": "hld_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e"
         * }
         */
        "application/json": {
          holdId: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Hold"];
        };
      };
    };
  };
  /**
   * Say when an agreement ends (exclusive)
   * @description Roles – all: admin. Scope `brokers:write`.
   */
  endAgreement: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example agr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        agreementId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "activeTo": "2026-11-02T09:00:00Z"
         * }
         */
        "application/json": {
          /** @description ISO 8601 instant with an offset. */
          activeTo: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Agreement"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Keys, oldest first
   * @description Roles – own objects: trader, partner; all: admin. Scope `keys:read`.
   */
  listApiKeys: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ApiKey"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Make a key; it is shown once
   * @description An admin for anybody; a trader or partner for himself. Nobody gives a key more than he has.
   *
   * Roles – own objects: trader, partner; all: admin. Scope `keys:write`. In a session: with a second factor of the last ten minutes.
   */
  createApiKey: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "name": "portal backend",
         *   "role": "trader",
         *   "scopes": [
         *     "reports:read",
         *     "reports:write"
         *   ]
         * }
         */
        "application/json": components["schemas"]["NewApiKey"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": {
            apiKey: components["schemas"]["ApiKey"];
            /** @description Shown here once; only its SHA-256 is kept. Null where a request is repeated with its Idempotency-Key. */
            key: string | null;
          };
        };
      };
    };
  };
  /**
   * Revoke a key at once
   * @description Roles – own objects: trader, partner; all: admin. Scope `keys:write`.
   */
  revokeApiKey: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example key_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        keyId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ApiKey"];
        };
      };
    };
  };
  /**
   * Make a successor with the same rights
   * @description The old key goes on working for a while, so that programs can change over. The successor of a key that expires lives as long as that one was given.
   *
   * Roles – own objects: trader, partner; all: admin. Scope `keys:write`. In a session: with a second factor of the last ten minutes.
   */
  rotateApiKey: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example key_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        keyId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["ApiKeyRotation"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": {
            apiKey: components["schemas"]["ApiKey"];
            /** @description Shown here once; only its SHA-256 is kept. Null where a request is repeated with its Idempotency-Key. */
            key: string | null;
            replaced: components["schemas"]["ApiKey"];
          };
        };
      };
    };
  };
  /**
   * The policy of each kind of change
   * @description Roles – all: support, finance, compliance, admin. Scope `changes:read`.
   */
  listApprovalPolicies: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ApprovalPolicy"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * The policy of one kind of change
   * @description Roles – all: support, finance, compliance, admin. Scope `changes:read`.
   */
  getApprovalPolicy: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example rate */
        kind: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["ApprovalPolicy"];
        };
      };
    };
  };
  /**
   * Set a policy whole
   * @description Itself a change that a second operator agrees to. Changes that wait already keep their expiry.
   *
   * Roles – all: admin. Scope `approval-policies:write`. In a session: with a second factor of the last ten minutes.
   */
  putApprovalPolicy: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match": string;
      };
      path: {
        /** @example rate */
        kind: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "needsSecondOperator": true,
         *   "overAmount": "50000",
         *   "expiryHours": 1,
         *   "deciders": [
         *     "support"
         *   ]
         * }
         */
        "application/json": components["schemas"]["NewApprovalPolicy"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["ApprovalPolicy"];
        };
      };
      /** @description Default Response */
      202: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Entries, newest first
   * @description Roles – all: compliance, admin. Scope `audit:read`.
   */
  listAuditEntries: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Who acted. */
        principalId?: string;
        operation?: string;
        subjectType?: string;
        subjectId?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        role?: string;
        /** @description `asked`: it was sent to whoever decides, or waits for a second operator; `refused`: it was asked for and not allowed. */
        outcome?: "done" | "asked" | "refused";
        /**
         * @description Only those done at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those done before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["AuditEntry"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * All entries for a spreadsheet, oldest first
   * @description CSV in UTF-8 with a byte order mark; a cell that a spreadsheet would run as a formula begins with an apostrophe. The export itself is an entry.
   *
   * Roles – all: compliance, admin. Scope `audit:read`.
   */
  exportAuditCsv: {
    parameters: {
      query?: {
        /** @description Who acted. */
        principalId?: string;
        operation?: string;
        subjectType?: string;
        subjectId?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        role?: string;
        /** @description `asked`: it was sent to whoever decides, or waits for a second operator; `refused`: it was asked for and not allowed. */
        outcome?: "done" | "asked" | "refused";
        /**
         * @description Only those done at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those done before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
    };
    responses: {
      /** @description The file */
      200: {
        content: {
          "text/csv": string;
        };
      };
    };
  };
  /**
   * All entries for programs, oldest first
   * @description One JSON object a line. The export itself is an entry.
   *
   * Roles – all: compliance, admin. Scope `audit:read`.
   */
  exportAuditNdjson: {
    parameters: {
      query?: {
        /** @description Who acted. */
        principalId?: string;
        operation?: string;
        subjectType?: string;
        subjectId?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        role?: string;
        /** @description `asked`: it was sent to whoever decides, or waits for a second operator; `refused`: it was asked for and not allowed. */
        outcome?: "done" | "asked" | "refused";
        /**
         * @description Only those done at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those done before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
    };
    responses: {
      /** @description The file */
      200: {
        content: {
          "application/x-ndjson": string;
        };
      };
    };
  };
  /**
   * An entry
   * @description Roles – all: compliance, admin. Scope `audit:read`.
   */
  getAuditEntry: {
    parameters: {
      path: {
        /** @example aud_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        entryId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["AuditEntry"];
        };
      };
    };
  };
  /**
   * Brokers' payments in the order in which they were recorded
   * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
   */
  listBrokerPayments: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
        state?: "booked" | "reversed";
        /** @description Whether part of it is unmatched. */
        open?: "true" | "false";
        /**
         * @description Only those received on or after the day of this instant in UTC.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those received before the day of this instant in UTC.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["BrokerPayment"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * A payment with what it is matched to
   * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
   */
  getBrokerPayment: {
    parameters: {
      path: {
        /** @example bpm_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        paymentId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["BrokerPayment"];
        };
      };
    };
  };
  /**
   * Match what is left of a payment to months of commission
   * @description Parts that are named, or without any the oldest month that is owed first. What is left after that stays unmatched.
   *
   * Roles – all: finance, admin. Scope `funding:write`.
   */
  matchBrokerPayment: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example bpm_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        paymentId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["NewMatches"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["BrokerPayment"];
        };
      };
    };
  };
  /**
   * A payment bounced: take it back, as a new entry
   * @description Its matches are taken back with it. It only stops money, so one operator may.
   *
   * Roles – all: finance, admin. Scope `funding:write`. In a session: with a second factor of the last ten minutes.
   */
  reverseBrokerPayment: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example bpm_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        paymentId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reversedOn": "2026-11-30",
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["NewPaymentReversal"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["BrokerPayment"];
        };
      };
    };
  };
  /**
   * Take a match back, as a new entry
   * @description Roles – all: finance, admin. Scope `funding:write`.
   */
  unmatchBrokerPayment: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example bpm_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        paymentId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "month": "2026-11",
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["NewUnmatch"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["BrokerPayment"];
        };
      };
    };
  };
  /**
   * Brokers by id
   * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
   */
  listBrokers: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Broker"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add a broker
   * @description Roles – all: admin. Scope `brokers:write`.
   */
  createBroker: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "id": "alpha",
         *   "name": "Alpha Markets"
         * }
         */
        "application/json": components["schemas"]["NewBroker"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Broker"];
        };
      };
    };
  };
  /**
   * A broker
   * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
   */
  getBroker: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Broker"];
        };
      };
    };
  };
  /**
   * Agreements, oldest first
   * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
   */
  listAgreements: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /**
         * @description Only those active at this instant.
         * @example 2026-11-02T09:00:00Z
         */
        activeAt?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Agreement"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add an agreement
   * @description Roles – all: admin. Scope `brokers:write`.
   */
  createAgreement: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "activeFrom": "2026-11-02T09:00:00Z"
         * }
         */
        "application/json": components["schemas"]["NewAgreement"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Agreement"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Type figures from the broker's dashboard
   * @description For a broker that hands out no file. They become a report when a second operator has compared them with the screenshot and approved the change; nothing is earned by them before.
   *
   * Roles – all: support, finance, admin. Scope `reports:write`. In a session: with a second factor of the last ten minutes.
   */
  typeDashboardFigures: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "from": "2026-11-02T00:00:00Z",
         *   "to": "2026-11-09T00:00:00Z",
         *   "level": "account-day",
         *   "timeZone": "Europe/Athens",
         *   "full": true,
         *   "totalLots": "12.50",
         *   "rows": [
         *     {
         *       "account": "7001001",
         *       "server": "Alpha-Live",
         *       "at": "2026-11-02",
         *       "lots": "12.50"
         *     }
         *   ],
         *   "screenshot": {
         *     "type": "image/png",
         *     "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
         *   }
         * }
         */
        "application/json": components["schemas"]["NewDashboardFigures"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["TypedFigures"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["TypedFigures"];
        };
      };
    };
  };
  /**
   * Every version, in their order
   * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
   */
  listFundingTerms: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["FundingTerms"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add the next version of a broker's funding terms
   * @description Roles – all: finance, admin. Scope `funding:write`. In a session: with a second factor of the last ten minutes.
   */
  addFundingTerms: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "effectiveFrom": "2026-11-02T09:00:00Z",
         *   "exposureLimit": "25000.00"
         * }
         */
        "application/json": components["schemas"]["NewFundingTerms"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["FundingTerms"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Record that a broker has paid
   * @description It is matched to the oldest months that are owed.
   *
   * Roles – all: finance, admin. Scope `funding:write`. In a session: with a second factor of the last ten minutes.
   */
  recordBrokerPayment: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "receivedOn": "2026-11-30",
         *   "amount": "1200.00",
         *   "reference": "AVA-2026-10"
         * }
         */
        "application/json": components["schemas"]["NewBrokerPayment"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["BrokerPayment"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Profile versions, newest first
   * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
   */
  listProfiles: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /**
         * @description Where a broker sends files of several layouts, each has a profile of its own name. Default `default`.
         * @example default
         */
        name?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ProfileVersion"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add the next version; reports received under its name from now on are read by it
   * @description Roles – all: admin. Scope `brokers:write`.
   */
  addProfile: {
    parameters: {
      query?: {
        /**
         * @description Where a broker sends files of several layouts, each has a profile of its own name. Default `default`.
         * @example default
         */
        name?: string;
      };
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "format": "csv",
         *   "dateFormat": "yyyy.MM.dd HH:mm",
         *   "timeZone": "Europe/Athens",
         *   "level": "trade",
         *   "server": "Alpha-Live",
         *   "columns": {
         *     "ticket": "Ticket",
         *     "account": "Login",
         *     "symbol": "Symbol",
         *     "lots": "Volume",
         *     "closeTime": "Close time"
         *   }
         * }
         */
        "application/json": OneOf<[{
          adjustmentShare?: string;
          classes?: {
            [key: string]: string;
          };
          columns: {
            account?: string;
            amount?: string;
            class?: string;
            closePrice?: string;
            closeTime?: string;
            comment?: string;
            commission?: string;
            currency?: string;
            day?: string;
            kind?: string;
            lots?: string;
            month?: string;
            openPrice?: string;
            openTime?: string;
            points?: string;
            profit?: string;
            reference?: string;
            server?: string;
            side?: string;
            spread?: string;
            status?: string;
            symbol?: string;
            ticket?: string;
          };
          currencies?: string[];
          dateFormat: string;
          decimal?: string;
          delimiter?: string;
          encoding?: string;
          footer?: string;
          /** @enum {string} */
          format: "csv" | "xlsx" | "json";
          full?: boolean;
          headerRow?: number;
          kinds?: {
            adjustment?: string[];
            ignore?: string[];
            reversal?: string[];
            trade?: string[];
          };
          /** @enum {string} */
          level: "trade" | "account-day" | "account-month";
          lotUnit?: string;
          quote?: string;
          rowsPath?: string;
          server?: string;
          sheet?: string | number;
          statuses?: {
            [key: string]: string | null;
          };
          thousands?: "" | string;
          timeZone?: string;
          totals?: {
            amount?: string;
            commission?: string;
            lots?: string;
          };
          /** @enum {string} */
          totalsOf?: "page" | "whole";
          unitSuffix?: string;
        }, {
          attachment: {
            adjustmentShare?: string;
            classes?: {
              [key: string]: string;
            };
            columns: {
              account?: string;
              amount?: string;
              class?: string;
              closePrice?: string;
              closeTime?: string;
              comment?: string;
              commission?: string;
              currency?: string;
              day?: string;
              kind?: string;
              lots?: string;
              month?: string;
              openPrice?: string;
              openTime?: string;
              points?: string;
              profit?: string;
              reference?: string;
              server?: string;
              side?: string;
              spread?: string;
              status?: string;
              symbol?: string;
              ticket?: string;
            };
            currencies?: string[];
            dateFormat: string;
            decimal?: string;
            delimiter?: string;
            encoding?: string;
            footer?: string;
            /** @enum {string} */
            format: "csv" | "xlsx" | "json";
            full?: boolean;
            headerRow?: number;
            kinds?: {
              adjustment?: string[];
              ignore?: string[];
              reversal?: string[];
              trade?: string[];
            };
            /** @enum {string} */
            level: "trade" | "account-day" | "account-month";
            lotUnit?: string;
            quote?: string;
            rowsPath?: string;
            server?: string;
            sheet?: string | number;
            statuses?: {
              [key: string]: string | null;
            };
            thousands?: "" | string;
            timeZone?: string;
            totals?: {
              amount?: string;
              commission?: string;
              lots?: string;
            };
            /** @enum {string} */
            totalsOf?: "page" | "whole";
            unitSuffix?: string;
          };
          attachmentName?: string;
          /** @enum {string} */
          format: "eml";
          from?: string[];
        }]>;
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["ProfileVersion"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Every rate, oldest first
   * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
   */
  listRates: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example forex */
        class?: string;
        appliesTo?: "all" | "new";
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Rate"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add the next version of a class's rate
   * @description Roles – all: finance, admin. Scope `rates:write`. In a session: with a second factor of the last ten minutes.
   */
  addRate: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "class": "forex",
         *   "perLot": "6.00",
         *   "effectiveFrom": "2026-11-02T09:00:00Z"
         * }
         */
        "application/json": components["schemas"]["NewRate"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Rate"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * What a broker has reported, paid and still owes
   * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
   */
  getReceivable: {
    parameters: {
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Receivable"];
        };
      };
    };
  };
  /**
   * A broker's statement: what each report and payment changed, in the order in which it was posted
   * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
   */
  listReceivableEntries: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /**
         * @description Only those effective at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those effective before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ReceivableEntry"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * The calendar in force, and the period that runs
   * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
   */
  getReportCalendar: {
    parameters: {
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportCalendarNow"];
        };
      };
    };
  };
  /**
   * Every version, in their order
   * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
   */
  listReportCalendars: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ReportCalendar"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add the next version of a broker's report calendar
   * @description From its instant on it counts, and the version before ends there. Periods that were opened stay as they are, so it cannot begin before the last of them has ended. Only periods in which an agreement was in force are expected.
   *
   * Roles – all: admin. Scope `brokers:write`.
   */
  addReportCalendar: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "cadence": "day",
         *   "zone": "Europe/Athens",
         *   "expectedAfter": "06:00",
         *   "overdueAfter": "PT6H",
         *   "escalatedAfter": "P2D",
         *   "effectiveFrom": "2027-01-03T22:00:00Z"
         * }
         */
        "application/json": {
          /** @enum {string} */
          cadence: "day" | "week" | "month";
          /** @description From when on it counts. The period that runs then ends there; choose the beginning of one: local midnight of the zone (at another time the first period is a shorter one). Every period that has ended since is expected at once. */
          effectiveFrom: string;
          /** @description After the due instant; longer than `overdueAfter`. */
          escalatedAfter: string;
          /** @description When the report is due: a duration after the period's end, or the next local time, `06:00` or `Tue 06:00`. */
          expectedAfter: string;
          /**
           * @description For `week`, and only then: on which day it begins.
           * @enum {string}
           */
          firstWeekday?: "Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun";
          /** @description After the due instant. */
          overdueAfter: string;
          /** @description IANA name or offset. Periods begin with the local days of this zone. */
          zone: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["ReportCalendar"];
        };
      };
    };
  };
  /**
   * See what would become of a report, without handing it in
   * @description As a form (fields first, the file last) or as the raw body, at most 20 MiB. It is read and judged as a report of it would be, by the profile that is given or one of the broker's, and nothing is posted. 202: it takes longer, fetch it by its id. It is forgotten after 7 days.
   *
   * Roles – all: support, finance, admin. Scope `reports:write`.
   */
  createReportPreview: {
    parameters: {
      query?: {
        /** @description A profile to try, as JSON text. */
        profile?: string;
        /**
         * @description The newest version of this name of the broker's profiles; default `default`.
         * @example default
         */
        profileName?: string;
        /** @example prf_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        profileId?: string;
        /**
         * @description ISO 8601 instant with an offset.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description ISO 8601 instant with an offset.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
        /** @description Default: the form part's name, else `report`. */
        fileName?: string;
      };
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        "application/json": string;
        "application/octet-stream": string;
        "multipart/form-data": {
          /** Format: binary */
          file: string;
          fileName?: string;
          from?: string;
          profile?: string;
          profileId?: string;
          profileName?: string;
          to?: string;
        };
        "text/csv": string;
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["ReportPreview"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["ReportPreview"];
        };
      };
    };
  };
  /**
   * A broker's sources, oldest first
   * @description Roles – all: support, finance, compliance, admin. Scope `report-sources:read`.
   */
  listReportSources: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        kind?: "api" | "mailbox" | "sftp" | "s3";
        state?: "active" | "paused";
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ReportSource"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add a source that reports are fetched from
   * @description A second operator agrees first: what it brings becomes money. The secret is sealed at once and never shown.
   *
   * Roles – all: admin. Scope `report-sources:write`. In a session: with a second factor of the last ten minutes.
   */
  addReportSource: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "kind": "api",
         *   "settings": {
         *     "url": "https://api.broker.com/ib/trades?from={from}&to={to}&after={cursor}&limit={limit}"
         *   },
         *   "name": "portal-api"
         * }
         */
        "application/json": components["schemas"]["NewReportSource"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["ReportSource"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Add servers; known ones stay
   * @description Roles – all: admin. Scope `brokers:write`.
   */
  addBrokerServers: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "servers": [
         *     "Alpha-Live"
         *   ]
         * }
         */
        "application/json": {
          servers: string[];
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Broker"];
        };
      };
    };
  };
  /**
   * The symbol map
   * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
   */
  getSymbols: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Symbols"];
        };
      };
    };
  };
  /**
   * Add or re-map symbols
   * @description Symbols that are not named stay as they are. Giving a symbol another class than it has needs If-Match (428 without it); adding new ones does not.
   *
   * Roles – all: admin. Scope `brokers:write`.
   */
  putSymbols: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "symbols": {
         *     "EURUSD": "forex",
         *     "XAUUSD": "metals"
         *   }
         * }
         */
        "application/json": {
          symbols: {
            [key: string]: string;
          };
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Symbols"];
        };
      };
      /** @description Default Response */
      202: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Every version, in their order
   * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `brokers:read`.
   */
  listTerms: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Terms"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add the next version of the terms
   * @description Roles – all: admin. Scope `brokers:write`.
   */
  addTerms: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example alpha */
        brokerId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "effectiveFrom": "2026-11-02T09:00:00Z",
         *   "accountTypes": {
         *     "standard": {
         *       "eligible": true,
         *       "lotFactor": "1"
         *     },
         *     "cent": {
         *       "eligible": true,
         *       "lotFactor": "0.01"
         *     },
         *     "demo": {
         *       "eligible": false,
         *       "lotFactor": "1"
         *     }
         *   }
         * }
         */
        "application/json": components["schemas"]["NewTerms"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Terms"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Changes that needed a second operator, newest first
   * @description Roles – all: support, finance, compliance, admin. Scope `changes:read`.
   */
  listChanges: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        kind?: "rate" | "terms" | "agreement" | "agreement_end" | "symbols" | "profile" | "report_source" | "methodology" | "user_suspension" | "user_tier" | "verification_override" | "payout_method" | "broker_payment" | "funding_terms" | "operator_role" | "approval_policy" | "report_over_limit" | "payout_run_over_limit" | "payout_over_limit" | "payout_day_over_limit" | "dashboard_figures" | "unaligned_mail" | "payout_outcome" | "payout_file_withdrawal" | "payouts_resume" | "overlapping_lots" | "repeated_rows" | "moved_tickets";
        state?: "requested" | "approved" | "rejected" | "expired" | "withdrawn" | "failed";
        subjectType?: string;
        subjectId?: string;
        /** @description Who asked for it. */
        principalId?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Change"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * A change, with what it would change, for review
   * @description Roles – all: support, finance, compliance, admin. Scope `changes:read`.
   */
  getChange: {
    parameters: {
      path: {
        /** @example chg_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        changeId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ChangeToReview"];
        };
      };
    };
  };
  /**
   * Agree to a change, as a second operator
   * @description It is applied at once, against the state of now. One that cannot be applied any more becomes `failed`, and the answer says why.
   *
   * Roles – all: support, finance, compliance, admin. Scope `changes:decide`. In a session: with a second factor of the last ten minutes.
   */
  approveChange: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example chg_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        changeId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Say no to a change, as a second operator
   * @description Roles – all: support, finance, compliance, admin. Scope `changes:decide`. In a session: with a second factor of the last ten minutes.
   */
  rejectChange: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example chg_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        changeId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["ChangeReason"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Take back what you have asked for
   * @description Roles – all: support, finance, compliance, admin. Scope `changes:write`.
   */
  withdrawChange: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example chg_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        changeId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Typed figures, newest first
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  listDashboardFigures: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["DashboardFigures"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Typed figures with their rows
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  getDashboardFigures: {
    parameters: {
      path: {
        /** @example fig_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        figuresId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["DashboardFiguresInFull"];
        };
      };
    };
  };
  /**
   * The picture they were read from
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  getDashboardScreenshot: {
    parameters: {
      path: {
        /** @example fig_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        figuresId: string;
      };
    };
    responses: {
      /** @description The file */
      200: {
        content: {
          "application/octet-stream": string;
        };
      };
    };
  };
  /**
   * Per broker: what is paid out before it has paid us, its limit, and whose money waits
   * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
   */
  listExposure: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Exposure"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Reported, received, matched, paid out, reserved, owed and accrued per broker and month
   * @description Roles – all: support, finance, compliance, admin. Scope `funding:read`.
   */
  listFunding: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
        /**
         * @description From this month on.
         * @example 2026-11
         */
        from?: string;
        /**
         * @description Before this month.
         * @example 2026-11
         */
        to?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["FundingMonth"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Links, oldest first
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `links:read`.
   */
  listLinks: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        /** @example tac_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        tradingAccountId?: string;
        /** @example alpha */
        brokerId?: string;
        status?: "requested" | "verified" | "rejected" | "ended";
        /**
         * @description Only those requested at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those requested before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
        /**
         * @description Shown in full with each item, instead of only by id: `account`, `user`.
         * @example account,user
         */
        expand?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ExpandedAccountLink"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Ask to link a user with a trading account
   * @description The link counts, once verified, from this request on.
   *
   * Roles – own objects: trader, partner; all: support, admin. Scope `links:write`.
   */
  requestLink: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "tradingAccountId": "tac_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e",
         *   "userId": "usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e"
         * }
         */
        "application/json": components["schemas"]["NewAccountLink"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["AccountLink"];
        };
      };
    };
  };
  /**
   * A link
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `links:read`.
   */
  getLink: {
    parameters: {
      query?: {
        /**
         * @description Shown in full with each item, instead of only by id: `account`, `user`.
         * @example account,user
         */
        expand?: string;
      };
      path: {
        /** @example lnk_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        linkId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ExpandedAccountLink"];
        };
      };
    };
  };
  /**
   * End a link now
   * @description Roles – own objects: trader, partner; all: support, compliance, admin. Scope `links:write`.
   */
  endLink: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example lnk_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        linkId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["AccountLink"];
        };
      };
    };
  };
  /**
   * Reject a claim
   * @description Roles – all: support, compliance, admin. Scope `links:decide`.
   */
  rejectLink: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example lnk_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        linkId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["AccountLink"];
        };
      };
    };
  };
  /**
   * Verify a claim
   * @description Lines that waited for it since its request are judged again, as new entries.
   *
   * Roles – all: support, compliance, admin. Scope `links:decide`. In a session: with a second factor of the last ten minutes.
   */
  verifyLink: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example lnk_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        linkId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "accountType": "standard"
         * }
         */
        "application/json": components["schemas"]["LinkVerification"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["AccountLink"];
        };
      };
    };
  };
  /**
   * Ask for another mail address
   * @description It counts once the link mailed to it is used; the present one is told at once. Answers the same for an address that somebody has.
   *
   * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
   */
  changeMail: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "mail": "ann@example.org"
         * }
         */
        "application/json": components["schemas"]["MailAddress"];
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Mailed"];
        };
      };
    };
  };
  /** Confirm the new address by the mailed link */
  confirmMailChange: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "token": "tok_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e.0Jk3_mQ2vYw8Zr5Xb1Tc"
         * }
         */
        "application/json": components["schemas"]["LinkToken"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Person"];
        };
      };
    };
  };
  /**
   * Addresses that sent mails back
   * @description Roles – all: support, admin. Scope `mails:read`.
   */
  listMailBounces: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Only those to which nothing is sent, or only the others. */
        blocked?: "true" | "false";
        /** @example psn_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        personId?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["MailBounce"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Report a mail that came back
   * @description For a program that reads the bounces of your mail provider, and for operators. After a hard one nothing more is sent to the address.
   *
   * Roles – all: support, admin. Scope `mails:write`.
   */
  reportMailBounce: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "messageId": "<2c26b46b68ffc68ff99b453c1d30413413422d706483@example.org>",
         *   "kind": "hard"
         * }
         */
        "application/json": components["schemas"]["NewMailBounce"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["MailBounce"];
        };
      };
    };
  };
  /**
   * Send mails to an address again
   * @description Roles – all: support, admin. Scope `mails:write`.
   */
  removeMailBounce: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example bnc_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        bounceId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["MailBounce"];
        };
      };
    };
  };
  /**
   * Mails with their state, newest first
   * @description Roles – all: support, admin. Scope `mails:read`.
   */
  listMails: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        state?: "queued" | "sending" | "sent" | "suppressed" | "failed" | "bounced";
        /** @example psn_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        personId?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        kind?: "sign_up" | "sign_up_known" | "mail_confirmation" | "mail_change_asked" | "mail_changed" | "password_reset" | "password_changed" | "sign_in_new_place" | "locked_out" | "second_factor_on" | "second_factor_off" | "recovery_codes_used" | "api_key_created" | "invited" | "link_verified" | "link_rejected" | "link_ended" | "ownership_requested" | "ownership_reminder" | "ownership_confirmed" | "ownership_rejected" | "ownership_expired" | "ownership_evidence_given" | "verification_requested" | "verification_reminder" | "verification_expired" | "verification_approved" | "verification_rejected" | "verification_again" | "verification_needs_review" | "screening_hit" | "cashback_available" | "accrual_held" | "accrual_released" | "payout_sent" | "payout_paid" | "payout_failed" | "payout_returned" | "payout_blocked" | "destination_changed" | "destination_added_before" | "destination_disowned" | "report_delayed" | "report_due" | "report_overdue" | "report_escalated" | "margin_lowered" | "payout_run_needs_approval" | "rail_condition" | "rail_switched" | "reconciliation_cases" | "change_requested" | "change_decided" | "change_expired" | "webhook_endpoint_disabled" | "webhook_program_endpoint_disabled";
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Mail"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Who the caller is and what he may do
   * @description Roles – all: trader, partner, support, finance, compliance, admin.
   */
  getMe: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Me"];
        };
      };
    };
  };
  /**
   * Of what you want mails
   * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  getNotificationPreferences: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["NotificationPreferences"];
        };
      };
    };
  };
  /**
   * Say of what you want mails
   * @description What is not named stays. Mails about security cannot be switched off.
   *
   * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  putNotificationPreferences: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match"?: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["NotificationPreferencesChange"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["NotificationPreferences"];
        };
      };
    };
  };
  /**
   * Every version, newest first
   * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `methodologies:read`.
   */
  listMethodologies: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Methodology"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Publish the next version
   * @description Roles – all: admin. Scope `methodologies:write`. In a session: with a second factor of the last ten minutes.
   */
  publishMethodology: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "effectiveFrom": "2026-11-02T09:00:00Z",
         *   "pendingPeriod": "P7D",
         *   "payoutMinimum": "10.00",
         *   "tierWindowDays": 30,
         *   "tiers": [
         *     {
         *       "name": "standard",
         *       "fromLots": "0",
         *       "multiplier": "1"
         *     },
         *     {
         *       "name": "gold",
         *       "fromLots": "20",
         *       "multiplier": "1.10"
         *     }
         *   ],
         *   "changelog": "First version"
         * }
         */
        "application/json": components["schemas"]["NewMethodology"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Methodology"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * A version
   * @description Roles – all: trader, partner, support, finance, compliance, admin. Scope `methodologies:read`.
   */
  getMethodology: {
    parameters: {
      path: {
        /** @example mth_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        methodologyId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Methodology"];
        };
      };
    };
  };
  /**
   * What happened, newest first
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `notifications:read`.
   */
  listNotifications: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        kind?: "sign_up" | "sign_up_known" | "mail_confirmation" | "mail_change_asked" | "mail_changed" | "password_reset" | "password_changed" | "sign_in_new_place" | "locked_out" | "second_factor_on" | "second_factor_off" | "recovery_codes_used" | "api_key_created" | "invited" | "link_verified" | "link_rejected" | "link_ended" | "ownership_requested" | "ownership_reminder" | "ownership_confirmed" | "ownership_rejected" | "ownership_expired" | "ownership_evidence_given" | "verification_requested" | "verification_reminder" | "verification_expired" | "verification_approved" | "verification_rejected" | "verification_again" | "verification_needs_review" | "screening_hit" | "cashback_available" | "accrual_held" | "accrual_released" | "payout_sent" | "payout_paid" | "payout_failed" | "payout_returned" | "payout_blocked" | "destination_changed" | "destination_added_before" | "destination_disowned" | "report_delayed" | "report_due" | "report_overdue" | "report_escalated" | "margin_lowered" | "payout_run_needs_approval" | "rail_condition" | "rail_switched" | "reconciliation_cases" | "change_requested" | "change_decided" | "change_expired" | "webhook_endpoint_disabled" | "webhook_program_endpoint_disabled";
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Notification"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Operators, oldest first; also closed ones
   * @description Roles – all: compliance, admin. Scope `operators:read`.
   */
  listOperators: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Operator"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Invite an operator by mail
   * @description The link in the mail sets the password; the first sign-in enrols the second factor. A second operator agrees before the mail is sent, once there is one. Inviting an address again that has not accepted sends a new link. An API key may invite the first admin only.
   *
   * Roles – all: admin. Scope `operators:write`. In a session: with a second factor of the last ten minutes.
   */
  inviteOperator: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "mail": "ann@example.org",
         *   "role": "support"
         * }
         */
        "application/json": components["schemas"]["NewOperator"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Operator"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * An operator
   * @description Roles – all: compliance, admin. Scope `operators:read`.
   */
  getOperator: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example psn_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        personId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Operator"];
        };
      };
    };
  };
  /**
   * Change an operator's role
   * @description A second operator agrees, once there is one. Counts from his next request; keys he made keep the role they have.
   *
   * Roles – all: admin. Scope `operators:write`. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
   */
  changeOperator: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match": string;
      };
      path: {
        /** @example psn_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        personId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "role": "support"
         * }
         */
        "application/json": components["schemas"]["OperatorChange"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Operator"];
        };
      };
      /** @description Default Response */
      202: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Close an operator's account
   * @description Ends his sessions and, unless they are to be kept, the keys he made.
   *
   * Roles – all: admin. Scope `operators:write`. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
   */
  closeOperator: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example psn_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        personId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["OperatorClosing"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ClosedOperator"];
        };
      };
    };
  };
  /**
   * Take away a second factor that was lost
   * @description Ends his sessions; he enrols a new one when he signs in next. Not for oneself.
   *
   * Roles – all: admin. Scope `operators:write`. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
   */
  resetOperatorSecondFactor: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example psn_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        personId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Operator"];
        };
      };
    };
  };
  /** Accept an invitation by setting a password */
  acceptInvitation: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "token": "tok_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e.0Jk3_mQ2vYw8Zr5Xb1Tc",
         *   "password": "correct horse battery staple"
         * }
         */
        "application/json": components["schemas"]["NewPassword"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Person"];
        };
      };
    };
  };
  /**
   * Verifications, oldest first
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `ownership:read`.
   */
  listOwnerships: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        /** @example lnk_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        accountLinkId?: string;
        state?: "requested" | "evidence_given" | "confirmed" | "rejected" | "expired";
        /** @description Not decided yet, or only decided ones. */
        open?: "true" | "false";
        /**
         * @description Only those asked for at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those asked for before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
        /**
         * @description Shown in full with each item, instead of only by id: `link`, `user`.
         * @example link,user
         */
        expand?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ExpandedOwnership"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Begin to verify the ownership of a linked account
   * @description Roles – own objects: trader, partner; all: support, compliance, admin. Scope `ownership:write`.
   */
  openOwnership: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "accountLinkId": "lnk_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e"
         * }
         */
        "application/json": {
          accountLinkId: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Ownership"];
        };
      };
    };
  };
  /**
   * A verification with its evidence
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `ownership:read`.
   */
  getOwnership: {
    parameters: {
      path: {
        /** @example own_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        ownershipId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["OwnershipWithEvidence"];
        };
      };
    };
  };
  /**
   * Confirm or reject
   * @description Roles – all: compliance, admin. Scope `ownership:decide`. In a session: with a second factor of the last ten minutes.
   */
  decideOwnership: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example own_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        ownershipId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "decision": "confirmed",
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["NewOwnershipDecision"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Ownership"];
        };
      };
    };
  };
  /**
   * Give evidence
   * @description Roles – own objects: trader, partner; all: support, compliance, admin. Scope `ownership:write`.
   */
  giveEvidence: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example own_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        ownershipId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "kind": "broker_confirmation",
         *   "content": {
         *     "login": "7001001",
         *     "code": "CB-4F2K",
         *     "sha256": "0000000000000000000000000000000000000000000000000000000000000000"
         *   }
         * }
         */
        "application/json": components["schemas"]["NewEvidence"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": {
            evidenceId: string;
            ownership: components["schemas"]["Ownership"];
          };
        };
      };
    };
  };
  /**
   * Change my password
   * @description Ends my other sessions.
   *
   * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
   */
  changePassword: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "password": "correct horse battery staple",
         *   "newPassword": "correct horse battery staple"
         * }
         */
        "application/json": components["schemas"]["PasswordChange"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Person"];
        };
      };
    };
  };
  /** Have a link mailed that sets a new password */
  forgotPassword: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "mail": "ann@example.org"
         * }
         */
        "application/json": components["schemas"]["MailAddress"];
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Mailed"];
        };
      };
    };
  };
  /**
   * Set a new password by the mailed link
   * @description Ends every session and lifts a lock. Sign in again, with the second factor if there is one.
   */
  resetPassword: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "token": "tok_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e.0Jk3_mQ2vYw8Zr5Xb1Tc",
         *   "password": "correct horse battery staple"
         * }
         */
        "application/json": components["schemas"]["NewPassword"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Person"];
        };
      };
    };
  };
  /**
   * Files of payments, newest first
   * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  listPayoutFiles: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example sandbox */
        rail?: string;
        state?: "assembled" | "sent" | "accepted" | "rejected" | "unknown" | "withdrawn";
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["PayoutFile"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * A file with its payouts
   * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  getPayoutFile: {
    parameters: {
      path: {
        /** @example bat_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        fileId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutFileWithPayouts"];
        };
      };
    };
  };
  /**
   * Withdraw a file that was never handed over
   * @description A second operator agrees. Only of a file of which handing over was never begun (`mayWithdraw`), also while its rail is away, stopped or no longer configured. Nobody can hand it over any more; its payouts are prepared again, and go with the next file of their rail.
   *
   * Roles – all: finance, compliance, admin. Scope `payouts:decide`. In a session: with a second factor of the last ten minutes.
   */
  withdrawPayoutFile: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example bat_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        fileId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["PayoutFileReason"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutFile"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * A method
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `payout-methods:read`.
   */
  getPayoutMethod: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example pmt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        methodId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["PayoutMethod"];
        };
      };
    };
  };
  /**
   * Stop using a method
   * @description A payout that was planned with it keeps it.
   *
   * Roles – own objects: trader, partner; all: support, admin. Scope `payout-methods:write`. In a session: with a second factor of the last ten minutes.
   */
  removePayoutMethod: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example pmt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        methodId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutMethod"];
        };
      };
    };
  };
  /**
   * Name a method
   * @description Nothing else of it can be changed: add another one instead.
   *
   * Roles – own objects: trader, partner; all: support, admin. Scope `payout-methods:write`.
   */
  renamePayoutMethod: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match"?: string;
      };
      path: {
        /** @example pmt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        methodId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "name": "My savings account"
         * }
         */
        "application/json": components["schemas"]["PayoutMethodRenaming"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["PayoutMethod"];
        };
      };
    };
  };
  /**
   * Confirm a method
   * @description By the link that was mailed, or with a code of the second factor. It is used once the cool-down is over; confirming it again changes nothing.
   *
   * Roles – own objects: trader, partner. Scope `payout-methods:write`.
   */
  confirmPayoutMethod: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example pmt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        methodId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["PayoutMethodConfirmation"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutMethod"];
        };
      };
    };
  };
  /**
   * Say by the mailed link that a method is not mine
   * @description It is removed at once, what was planned for it and has not left is given back instead, and operators are told. Works without signing in, for whoever reads the mail box.
   */
  disownPayoutMethod: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "token": "tok_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e.0Jk3_mQ2vYw8Zr5Xb1Tc"
         * }
         */
        "application/json": components["schemas"]["LinkToken"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["DisownedPayoutMethod"];
        };
      };
    };
  };
  /**
   * Runs, newest first
   * @description Roles – all: support, finance, compliance, admin. Scope `payout-runs:read`.
   */
  listPayoutRuns: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        state?: "open" | "frozen" | "awaiting_approval" | "approved" | "done" | "refused";
        /**
         * @description Only those scheduled at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those scheduled before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["PayoutRun"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Start a week's run by hand
   * @description Of a week that has a run already, that run is answered.
   *
   * Roles – all: finance, admin. Scope `payout-runs:write`. In a session: with a second factor of the last ten minutes.
   */
  startPayoutRun: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["NewPayoutRun"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutRun"];
        };
      };
    };
  };
  /**
   * A run with its members by decision
   * @description Roles – all: support, finance, compliance, admin. Scope `payout-runs:read`.
   */
  getPayoutRun: {
    parameters: {
      path: {
        /** @example run_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        runId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutRunWithMembers"];
        };
      };
    };
  };
  /**
   * Approve a run over the limit, as a second operator
   * @description The same as approving the change that it waits for.
   *
   * Roles – all: finance, admin. Scope `payout-runs:approve`. In a session: with a second factor of the last ten minutes.
   */
  approvePayoutRun: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example run_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        runId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutRun"];
        };
      };
    };
  };
  /**
   * Who was looked at and what was decided
   * @description Roles – all: support, finance, compliance, admin. Scope `payout-runs:read`.
   */
  listRunMembers: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        decision?: "to_pay" | "planned" | "below_minimum" | "suspended" | "no_method" | "destination_unconfirmed" | "destination_cooling_down" | "rail_unavailable" | "rate_unavailable" | "verification_missing" | "verification_pending" | "verification_rejected" | "screening_hit" | "screening_due" | "payee_name_differs" | "destination_not_own" | "ownership_missing" | "broker_funding" | "changed_since";
        /**
         * @description Shown in full with each item, instead of only by id: `user`.
         * @example user
         */
        expand?: string;
      };
      path: {
        /** @example run_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        runId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["PayoutRunMember"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Refuse a run that waits for approval
   * @description It ends; nothing was reserved, and its members keep their money for the next run. Whoever started it may, too.
   *
   * Roles – all: finance, admin. Scope `payout-runs:approve`. In a session: with a second factor of the last ten minutes.
   */
  refusePayoutRun: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example run_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        runId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["PayoutRunRefusal"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutRun"];
        };
      };
    };
  };
  /**
   * Payouts, oldest first
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  listPayouts: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example run_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        runId?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        state?: "reserved" | "submitting" | "submitted" | "unknown" | "paid" | "failed" | "returned";
        rail?: string;
        /** @description Whose outcome is still to come, or only settled ones. */
        open?: "true" | "false";
        /**
         * @description Only those planned at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those planned before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
        /**
         * @description Shown in full with each item, instead of only by id: `user`, `run`, `attempts`, `sources`.
         * @example user,run
         */
        expand?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Payout"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * A payout with its attempts
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  getPayout: {
    parameters: {
      query?: {
        /**
         * @description Shown in full with each item, instead of only by id: `user`, `run`.
         * @example user,run
         */
        expand?: string;
      };
      path: {
        /** @example pay_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        payoutId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutWithAttempts"];
        };
      };
    };
  };
  /**
   * Say, with proof, what became of a payout of unknown outcome
   * @description A second operator agrees. The rail is asked first: what it says itself is never overruled. `not_executed` only where what was sent can no longer be executed by what the rail guarantees.
   *
   * Roles – all: finance, compliance, admin. Scope `payouts:decide`. In a session: with a second factor of the last ten minutes.
   */
  decidePayout: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example pay_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        payoutId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "outcome": "not_executed",
         *   "reference": "0x5f1c…",
         *   "proof": "Statement 214 of 23 November has no debit with this reference; the bank confirmed it by telephone."
         * }
         */
        "application/json": components["schemas"]["NewPayoutDecision"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["PayoutDecision"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * What operators decided about a payout
   * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  listPayoutDecisions: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      path: {
        /** @example pay_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        payoutId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["PayoutDecision"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * A profile version
   * @description Roles – all: support, finance, compliance, admin. Scope `brokers:read`.
   */
  getProfile: {
    parameters: {
      path: {
        /** @example prf_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        profileId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ProfileVersion"];
        };
      };
    };
  };
  /**
   * Lines that wait, by report and row, the oldest report first
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  listQuarantinedLines: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
        reason?: "UNKNOWN_SYMBOL" | "UNKNOWN_ACCOUNT_TYPE" | "LINK_NOT_VERIFIED" | "MALFORMED";
        /** @description `unknown` of a group of the work queue. */
        unknown?: string;
        server?: string;
        account?: string;
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["QuarantinedLine"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Each rail: what it guarantees, whether it is stopped, what stands in its way, its open payouts and its last reconciliation
   * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  listRails: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["RailState"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Let payouts by a rail, or by all, go on
   * @description A second operator agrees. Every payout goes on where it was. A rail that is stopped by itself stays so when all are let go on, and the other way round.
   *
   * Roles – all: finance, compliance, admin. Scope `payouts:switch`. In a session: with a second factor of the last ten minutes.
   */
  resumeRail: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /**
         * @description A rail, or `all`.
         * @example all
         */
        rail: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["RailSwitchReason"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["RailSwitch"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Stop all payouts by a rail, or by all, at once
   * @description No send begins any more once this is answered: each looks at it right before its bytes leave, each file right before it gets its name. What had passed that look may still arrive: `mayStillArrive` counts it. What was sent is still looked up and posted. One operator may do it; letting payouts go on needs two.
   *
   * Roles – all: support, finance, compliance, admin. Scope `payouts:switch`.
   */
  stopRail: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /**
         * @description A rail, or `all`.
         * @example all
         */
        rail: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["RailSwitchReason"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["RailStopped"];
        };
      };
    };
  };
  /**
   * Differences that wait for somebody: unknown outcomes first, then the oldest, each with what is known and what an operator may do
   * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  listReconciliationCases: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example sandbox */
        rail?: string;
        code?: "UNKNOWN_OUTCOME" | "PAID_TWICE" | "FAILED_BUT_EXECUTED" | "PAID_NOT_EXECUTED" | "EXECUTED_NOT_PAID" | "AMOUNT_DIFFERS" | "RETURN_NOT_POSTED" | "RETURN_NOT_ON_RECORD" | "NOT_OURS" | "LEDGER_DIFFERS" | "CLEARING_DIFFERS" | "RECORD_UNREACHABLE" | "LOST_PAYOUT";
        /** @example pay_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        payoutId?: string;
        /** @description Only open cases, or only closed ones. */
        open?: "true" | "false";
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ReconciliationCase"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * One difference
   * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  getReconciliationCase: {
    parameters: {
      path: {
        /** @example cas_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        caseId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReconciliationCase"];
        };
      };
    };
  };
  /**
   * Close a difference with a reason
   * @description It posts nothing. Found again, it is a new case.
   *
   * Roles – all: finance, compliance, admin. Scope `payouts:decide`. In a session: with a second factor of the last ten minutes.
   */
  closeReconciliationCase: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example cas_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        caseId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["ReconciliationCaseReason"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReconciliationCase"];
        };
      };
    };
  };
  /**
   * Each rail's own record against ours, newest day first
   * @description Roles – all: support, finance, compliance, admin. Scope `payouts:read`.
   */
  listReconciliations: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example sandbox */
        rail?: string;
        /**
         * @description A day in UTC.
         * @example 2026-11-30
         */
        day?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Reconciliation"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Lines of all reports, the newest report first, each with every outcome it has had and what it earned
   * @description By ticket or account it is quick over any number of lines; a search that would read too many is refused with `SEARCH_TOO_WIDE`. A trader sees the lines of his own verified accounts, from the time of his link (and from before it, where nobody else had the account), that could be read.
   *
   * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `reports:read`.
   */
  listAllReportLines: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        outcome?: "paid" | "excluded" | "quarantined" | "superseded" | "ignored";
        /** @example UNKNOWN_SYMBOL */
        reason?: string;
        ticket?: string;
        account?: string;
        /** @example alpha */
        brokerId?: string;
        server?: string;
        /** @example per_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        periodId?: string;
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId?: string;
        symbol?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        /**
         * @description Only those closed at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those closed before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
        /**
         * @description As it was known at this instant: reports that came later, and outcomes and money of later, are left out.
         * @example 2026-11-02T09:00:00Z
         */
        asKnownOn?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["FoundReportLine"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Report periods, oldest first
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  listReportPeriods: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
        state?: "open" | "waiting" | "due" | "overdue" | "escalated" | "received" | "posted" | "closed";
        /** @description Only those whose report is due, overdue or escalated, or only the others. */
        late?: "true" | "false";
        /**
         * @description Only those beginning at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those beginning before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ReportPeriodView"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * A report period
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  getReportPeriod: {
    parameters: {
      path: {
        /** @example per_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        periodId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportPeriodView"];
        };
      };
    };
  };
  /**
   * Close a period without a report
   * @description Nobody waits for its report any more; nothing is credited and nothing estimated. A report that comes all the same is worked on and reopens it. Closing it again changes nothing.
   *
   * Roles – all: finance, admin. Scope `reports:write`.
   */
  closeReportPeriod: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example per_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        periodId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "The broker was closed on this day"
         * }
         */
        "application/json": {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportPeriodView"];
        };
      };
    };
  };
  /**
   * Look at the broker's sources now
   * @description Each active source is looked at once for this period, whatever its turn, also where the report was posted already: what is new becomes its next version.
   *
   * Roles – all: support, finance, admin. Scope `reports:write`.
   */
  pullReportPeriod: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example per_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        periodId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportPull"];
        };
      };
    };
  };
  /**
   * What would become of a report
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  getReportPreview: {
    parameters: {
      path: {
        /** @example prv_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        previewId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportPreview"];
        };
      };
    };
  };
  /**
   * A profile for a file of which nothing is known
   * @description As a form or as the raw body, at most 20 MiB. Looks for how the file can be read: what it is sure of, why, and what a person must say. 202: it takes longer, fetch it by its id. It is forgotten after 7 days.
   *
   * Roles – all: support, finance, admin. Scope `reports:write`.
   */
  suggestReportProfile: {
    parameters: {
      query?: {
        /** @example alpha */
        brokerId?: string;
        /** @description Default: the form part's name, else `report`. */
        fileName?: string;
      };
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        "application/json": string;
        "application/octet-stream": string;
        "multipart/form-data": {
          brokerId?: string;
          /** Format: binary */
          file: string;
          fileName?: string;
        };
        "text/csv": string;
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["ReportProfileSuggestion"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["ReportProfileSuggestion"];
        };
      };
    };
  };
  /**
   * A suggested profile
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  getReportProfileSuggestion: {
    parameters: {
      path: {
        /** @example prv_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        previewId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportProfileSuggestion"];
        };
      };
    };
  };
  /**
   * A source, when it was looked at, and what was wrong then
   * @description Roles – all: support, finance, compliance, admin. Scope `report-sources:read`.
   */
  getReportSource: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example src_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        sourceId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["ReportSource"];
        };
      };
    };
  };
  /**
   * Change its settings, secret, profile or pace
   * @description For all but its pace a second operator agrees first.
   *
   * Roles – all: admin. Scope `report-sources:write`. In a session: with a second factor of the last ten minutes.
   */
  changeReportSource: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match"?: string;
      };
      path: {
        /** @example src_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        sourceId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["ReportSourceChange"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["ReportSource"];
        };
      };
      /** @description Default Response */
      202: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * What was found there, newest first
   * @description Roles – all: support, finance, compliance, admin. Scope `report-sources:read`.
   */
  listReportSourceItems: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        state?: "taken" | "failed";
      };
      path: {
        /** @example src_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        sourceId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ReportSourceItem"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Look at it no more for now
   * @description Roles – all: support, admin. Scope `report-sources:write`.
   */
  pauseReportSource: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example src_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        sourceId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportSource"];
        };
      };
    };
  };
  /**
   * Look at it again
   * @description Roles – all: support, admin. Scope `report-sources:write`.
   */
  resumeReportSource: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example src_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        sourceId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportSource"];
        };
      };
    };
  };
  /**
   * Try it without taking anything
   * @description A worker does it; what it found stands in `test` of the source as soon as that is `done`.
   *
   * Roles – all: support, admin. Scope `report-sources:write`.
   */
  testReportSource: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example src_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        sourceId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["ReportSourceTestRequest"];
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["ReportSource"];
        };
      };
    };
  };
  /**
   * Reports, newest first
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  listReports: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
        /** @example per_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        periodId?: string;
        state?: "received" | "staged" | "judging" | "judged" | "awaiting_approval" | "tied_out" | "posting" | "settling" | "posted" | "refused" | "unchanged";
        origin?: "upload" | "api" | "mailbox" | "sftp" | "s3" | "dashboard";
        /** @example src_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        sourceId?: string;
        /** @description Only those with notices on which their period stands, or only the others. */
        noticed?: "true" | "false";
        /**
         * @description Only those received at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those received before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
        /**
         * @description Shown in full with each item, instead of only by id: `period`, `broker`.
         * @example period,broker
         */
        expand?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ExpandedReport"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Hand in a broker's report
   * @description As a form (fields first, the file last) or as the raw body. It is kept byte for byte with its SHA-256; the same file again changes nothing, another file for the same period is its next version.
   *
   * Roles – all: support, finance, admin. Scope `reports:write`.
   */
  uploadReport: {
    parameters: {
      query?: {
        /** @example alpha */
        brokerId?: string;
        /**
         * @description Start of the report period.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Its end, exclusive.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
        /** @description The broker's own version number, if he states one. */
        version?: number;
        /**
         * @description Which of the broker's profiles reads it: the newest version of this name. Default `default`.
         * @example default
         */
        profileName?: string;
        /** @description Default: the form part's name, else `report`. */
        fileName?: string;
      };
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
    };
    requestBody: {
      content: {
        "application/json": string;
        "application/octet-stream": string;
        "multipart/form-data": {
          brokerId?: string;
          /** Format: binary */
          file: string;
          fileName?: string;
          from?: string;
          profileName?: string;
          to?: string;
          version?: number;
        };
        "text/csv": string;
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["ReceivedReport"];
        };
      };
    };
  };
  /**
   * A report with its lines and lots by outcome and reason
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  getReport: {
    parameters: {
      query?: {
        /**
         * @description Shown in full with each item, instead of only by id: `period`, `broker`.
         * @example period,broker
         */
        expand?: string;
        /**
         * @description As it was known at this instant: reports that came later, and outcomes and money of later, are left out.
         * @example 2026-11-02T09:00:00Z
         */
        asKnownOn?: string;
      };
      path: {
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportWithOutcomes"];
        };
      };
    };
  };
  /**
   * The file, byte for byte as received
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  getReportFile: {
    parameters: {
      path: {
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId: string;
      };
    };
    responses: {
      /** @description The file */
      200: {
        content: {
          "application/octet-stream": string;
        };
      };
    };
  };
  /**
   * Lines in file order, each with its outcome
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  listReportLines: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        outcome?: "paid" | "excluded" | "quarantined" | "superseded" | "ignored";
        /** @example UNKNOWN_SYMBOL */
        reason?: string;
        ticket?: string;
        account?: string;
      };
      path: {
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ReportLine"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Business days on which a posted report says nothing, of all accounts and of single ones
   * @description Only a hint: nothing is estimated. Days without a trade of any account come first; then, for each account that is linked and verified for the whole day and traded on another day of this report or in the report before, the days without one. A report of monthly sums has none.
   *
   * Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  listMissingDays: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      path: {
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["MissingDay"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * How far the work on it is
   * @description Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  getReportProgress: {
    parameters: {
      path: {
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["ReportProgress"];
        };
      };
    };
  };
  /**
   * Read its kept file again by a newer profile version
   * @description It becomes the next version of its period: only the difference is posted, as new entries, and what the earlier reading gave and this one does not is taken back. For a refused report, or the one that its period stands on.
   *
   * Roles – all: support, finance, admin. Scope `reports:write`.
   */
  rereadReport: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example rpt_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        reportId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": {
          /** @description Default: the newest version of the name by which it was read. */
          profileId?: string;
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["ReportReread"];
        };
      };
    };
  };
  /**
   * Screenings, oldest first
   * @description Roles – all: compliance, admin. Scope `screening:read`.
   */
  listScreenings: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        state?: "pending" | "clear" | "hit" | "cleared" | "confirmed";
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Screening"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * A screening
   * @description Roles – all: compliance, admin. Scope `screening:read`.
   */
  getScreening: {
    parameters: {
      path: {
        /** @example scr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        screeningId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Screening"];
        };
      };
    };
  };
  /**
   * Decide about a hit
   * @description The reason is kept encrypted under the user.
   *
   * Roles – all: compliance, admin. Scope `screening:decide`. In a session: with a second factor of the last ten minutes.
   */
  decideScreening: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example scr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        screeningId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "decision": "cleared",
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["NewScreeningDecision"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Screening"];
        };
      };
    };
  };
  /**
   * Get the secret of a new second factor
   * @description It counts once a code of it was sent to `/v1/second-factor/confirm`. Who has one already must have stepped up.
   *
   * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  startSecondFactor: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "password": "correct horse battery staple"
         * }
         */
        "application/json": components["schemas"]["Password"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["TotpSecret"];
        };
      };
    };
  };
  /**
   * Enrol the second factor by its first code
   * @description Answers the recovery codes, once. Ends my other sessions; this one has stepped up.
   *
   * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  confirmSecondFactor: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "code": "492039"
         * }
         */
        "application/json": components["schemas"]["Code"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["RecoveryCodes"];
        };
      };
    };
  };
  /**
   * Do without a second factor
   * @description Not for operators. Sensitive acts need one again.
   *
   * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
   */
  disableSecondFactor: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["SecondFactorOff"];
        };
      };
    };
  };
  /**
   * Get new recovery codes
   * @description Those before do not work any more.
   *
   * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys. In a session: with a second factor of the last ten minutes.
   */
  renewRecoveryCodes: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["RecoveryCodes"];
        };
      };
    };
  };
  /**
   * The session of this request
   * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  getSession: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
    };
  };
  /**
   * End this session
   * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  signOut: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Session"];
        };
      };
    };
  };
  /**
   * Give the second factor once more, for sensitive acts
   * @description Counts for ten minutes.
   *
   * Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  stepUp: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "code": "492039"
         * }
         */
        "application/json": components["schemas"]["Code"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Session"];
        };
      };
    };
  };
  /**
   * My open sessions, latest first
   * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  listSessions: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Session"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * End one of my sessions
   * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  revokeSession: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example ses_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        sessionId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Session"];
        };
      };
    };
  };
  /**
   * End all my sessions but this one
   * @description Roles – all: trader, partner, support, finance, compliance, admin. For sessions, not for keys.
   */
  revokeOtherSessions: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["EndedSessions"];
        };
      };
    };
  };
  /**
   * Open a session
   * @description Sets the cookie `__Host-cashback`. Where the person has a second factor and no `code` is sent, the answer is 401 SECOND_FACTOR_NEEDED: send all again with it. An operator without one gets a session that can only enrol it.
   */
  signIn: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "mail": "ann@example.org",
         *   "password": "correct horse battery staple"
         * }
         */
        "application/json": components["schemas"]["SignIn"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
    };
  };
  /**
   * Sign up as a trader or partner
   * @description The link in the mail confirms the address; then the password works. Answers the same for an address that is known: its owner gets a mail instead.
   */
  signUp: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "mail": "ann@example.org",
         *   "password": "correct horse battery staple"
         * }
         */
        "application/json": components["schemas"]["SignUp"];
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Mailed"];
        };
      };
    };
  };
  /** Confirm the address by the mailed link */
  confirmSignUp: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "token": "tok_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e.0Jk3_mQ2vYw8Zr5Xb1Tc"
         * }
         */
        "application/json": components["schemas"]["LinkToken"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Person"];
        };
      };
    };
  };
  /** Send the link of a sign-up again */
  resendConfirmation: {
    requestBody: {
      content: {
        /**
         * @example {
         *   "mail": "ann@example.org"
         * }
         */
        "application/json": components["schemas"]["MailAddress"];
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Mailed"];
        };
      };
    };
  };
  /**
   * Users, oldest first
   * @description Roles – all: support, finance, compliance, admin. Scope `users:read`.
   */
  listUsers: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        externalId?: string;
        status?: "active" | "suspended";
        /**
         * @description Only those added at or after this instant.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Only those added before this instant.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["User"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add a user
   * @description Roles – all: support, admin. Scope `users:write`.
   */
  createUser: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "externalId": "customer-4711"
         * }
         */
        "application/json": components["schemas"]["NewUser"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["User"];
        };
      };
    };
  };
  /**
   * A user
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `users:read`.
   */
  getUser: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["User"];
        };
      };
    };
  };
  /**
   * Suspend, reactivate or pin a tier
   * @description A suspended user is not paid; accruals go on.
   *
   * Roles – all: compliance, admin. Scope `users:write`. In a session: with a second factor of the last ten minutes.
   */
  changeUser: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match": string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["UserChange"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["User"];
        };
      };
      /** @description Default Response */
      202: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Pending, available, held, reserved and paid
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
   */
  getBalances: {
    parameters: {
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Balances"];
        };
      };
    };
  };
  /**
   * Earnings of a year by month, broker and programme
   * @description Months are in UTC and count what was posted in them.
   *
   * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
   */
  getEarnings: {
    parameters: {
      query?: {
        /**
         * @description As the ledger knew it at this instant: what was recorded later is left out. Not given: now.
         * @example 2026-11-01T06:00:00Z
         */
        asKnownOn?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
        /** @example 2026 */
        year: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["YearOfEarnings"];
        };
      };
    };
  };
  /**
   * The same for a spreadsheet
   * @description CSV in UTF-8 with a byte order mark: rows `month`, `part` (the year of one broker and programme) and `total`.
   *
   * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
   */
  getEarningsCsv: {
    parameters: {
      query?: {
        /**
         * @description As the ledger knew it at this instant: what was recorded later is left out. Not given: now.
         * @example 2026-11-01T06:00:00Z
         */
        asKnownOn?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
        /** @example 2026 */
        year: string;
      };
    };
    responses: {
      /** @description The file */
      200: {
        content: {
          "text/csv": string;
        };
      };
    };
  };
  /**
   * The same to print and file
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
   */
  getEarningsPdf: {
    parameters: {
      query?: {
        /**
         * @description As the ledger knew it at this instant: what was recorded later is left out. Not given: now.
         * @example 2026-11-01T06:00:00Z
         */
        asKnownOn?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
        /** @example 2026 */
        year: string;
      };
    };
    responses: {
      /** @description The file */
      200: {
        content: {
          "application/pdf": string;
        };
      };
    };
  };
  /**
   * Erase a user's personal data
   * @description For ever. Not while a payout is open, nor while money is owed unless said. The ledger is not touched; the answer lists what remains.
   *
   * Roles – all: compliance, admin. Scope `personal-data:erase`. In a session: with a second factor of the last ten minutes.
   */
  erasePersonalData: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["NewErasure"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Erasure"];
        };
      };
    };
  };
  /**
   * Methods, newest first
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `payout-methods:read`.
   */
  listPayoutMethods: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Those that are no longer used instead of those in use. */
        removed?: "true" | "false";
        rail?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["PayoutMethod"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add a payout method
   * @description The user is told by mail, also at an address that was changed within the cool-down. It is used once he has confirmed it and the cool-down after that is over; until then the one before it is. For one that an operator adds, a second operator agrees first, instead of the confirmation.
   *
   * Roles – own objects: trader, partner; all: support, admin. Scope `payout-methods:write`. In a session: with a second factor of the last ten minutes.
   */
  addPayoutMethod: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key": string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "rail": "sandbox",
         *   "destination": {
         *     "account": "ACC-1"
         *   }
         * }
         */
        "application/json": components["schemas"]["NewPayoutMethod"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["PayoutMethod"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * Why a user would not be paid, and what to do
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `verification:read`.
   */
  getPayoutReadiness: {
    parameters: {
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["PayoutReadiness"];
        };
      };
    };
  };
  /**
   * Who a user is
   * @description Roles – own objects: trader, partner; all: support, compliance, admin. Scope `verification:personal`.
   */
  getUserProfile: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["UserProfile"];
        };
      };
    };
  };
  /**
   * Say who a user is
   * @description Kept encrypted. A change ends what was verified: the next payout waits for a new verification.
   *
   * Roles – own objects: trader, partner; all: support, admin. Scope `verification:write`.
   */
  putUserProfile: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match"?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "fullName": "Anna Maria Schmidt",
         *   "country": "DE",
         *   "dateOfBirth": "1990-05-17"
         * }
         */
        "application/json": components["schemas"]["NewUserProfile"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["UserProfileState"];
        };
      };
    };
  };
  /**
   * Reports that delay a user's cashback
   * @description Reports that a broker of his was expected to send and has not sent.
   *
   * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
   */
  listReportDelays: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["ReportDelay"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Opening, entries with their causes, closing
   * @description As JSON; entries come page by page, the sums are those of the whole period on each page. Opening, entries and closing by the instant at which they count (from ≤ instant < to), so one period's closing is the next one's opening. Without from and to it covers everything, and its closing is what the balances say. An entry can be recorded later than it counts; `asKnownOn` gives what was known at an instant, and every answer says its own.
   *
   * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
   */
  getStatement: {
    parameters: {
      query?: {
        /**
         * @description Entries count from here on; not given: since the beginning.
         * @example 2026-10-01T00:00:00Z
         */
        from?: string;
        /**
         * @description The first instant that is not covered; not given: all there is.
         * @example 2026-11-01T00:00:00Z
         */
        to?: string;
        /**
         * @description As the ledger knew it at this instant: what was recorded later is left out. Not given: now.
         * @example 2026-11-01T06:00:00Z
         */
        asKnownOn?: string;
        /** @description Which entries come first. */
        order?: "oldest" | "newest";
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Statement"];
        };
      };
    };
  };
  /**
   * The statement for a spreadsheet
   * @description CSV in UTF-8 with a byte order mark: rows `opening`, `entry`, `closing`; a cell that a spreadsheet would run as a formula begins with an apostrophe, amounts are numbers. Opening, entries and closing by the instant at which they count (from ≤ instant < to), so one period's closing is the next one's opening. Without from and to it covers everything, and its closing is what the balances say. An entry can be recorded later than it counts; `asKnownOn` gives what was known at an instant, and every answer says its own.
   *
   * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
   */
  getStatementCsv: {
    parameters: {
      query?: {
        /**
         * @description Entries count from here on; not given: since the beginning.
         * @example 2026-10-01T00:00:00Z
         */
        from?: string;
        /**
         * @description The first instant that is not covered; not given: all there is.
         * @example 2026-11-01T00:00:00Z
         */
        to?: string;
        /**
         * @description As the ledger knew it at this instant: what was recorded later is left out. Not given: now.
         * @example 2026-11-01T06:00:00Z
         */
        asKnownOn?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description The file */
      200: {
        content: {
          "text/csv": string;
        };
      };
    };
  };
  /**
   * The statement to print and file
   * @description PDF, of at most 2000 entries. Opening, entries and closing by the instant at which they count (from ≤ instant < to), so one period's closing is the next one's opening. Without from and to it covers everything, and its closing is what the balances say. An entry can be recorded later than it counts; `asKnownOn` gives what was known at an instant, and every answer says its own.
   *
   * Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `balances:read`.
   */
  getStatementPdf: {
    parameters: {
      query?: {
        /**
         * @description Entries count from here on; not given: since the beginning.
         * @example 2026-10-01T00:00:00Z
         */
        from?: string;
        /**
         * @description The first instant that is not covered; not given: all there is.
         * @example 2026-11-01T00:00:00Z
         */
        to?: string;
        /**
         * @description As the ledger knew it at this instant: what was recorded later is left out. Not given: now.
         * @example 2026-11-01T06:00:00Z
         */
        asKnownOn?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description The file */
      200: {
        content: {
          "application/pdf": string;
        };
      };
    };
  };
  /**
   * A user's newest verification
   * @description Roles – own objects: trader, partner; all: support, finance, compliance, admin. Scope `verification:read`.
   */
  getUserVerification: {
    parameters: {
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
    };
  };
  /**
   * Submit documents
   * @description Roles – own objects: trader, partner; all: support, admin. Scope `verification:write`.
   */
  submitVerification: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "documents": [
         *     {
         *       "kind": "passport",
         *       "number": "C01X00T47"
         *     }
         *   ]
         * }
         */
        "application/json": components["schemas"]["NewVerificationSubmission"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
    };
  };
  /**
   * Verifications, oldest first
   * @description Roles – all: support, finance, compliance, admin. Scope `verification:read`.
   */
  listVerifications: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        state?: "not_started" | "submitted" | "asked_again" | "approved" | "rejected" | "expired";
        open?: "true" | "false";
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["Verification"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * A verification
   * @description Roles – all: support, finance, compliance, admin. Scope `verification:read`.
   */
  getVerification: {
    parameters: {
      path: {
        /** @example ver_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        verificationId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
    };
  };
  /**
   * Approve or reject by hand
   * @description A second operator agrees to an approval; rejecting counts at once, also of an approved one. The reason is kept encrypted under the user.
   *
   * Roles – all: compliance, admin. Scope `verification:decide`. In a session: with a second factor of the last ten minutes.
   */
  decideVerification: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example ver_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        verificationId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "decision": "approved",
         *   "reason": "Seen at the broker"
         * }
         */
        "application/json": components["schemas"]["NewVerificationDecision"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
      /** @description Default Response */
      202: {
        content: {
          "application/json": components["schemas"]["Change"];
        };
      };
    };
  };
  /**
   * A delivery with its payload and every try
   * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:read`.
   */
  getWebhookDelivery: {
    parameters: {
      path: {
        /** @example whd_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        deliveryId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookDeliveryWithAttempts"];
        };
      };
    };
  };
  /**
   * Send it again
   * @description From the first try on, with the same `webhook-id` and body.
   *
   * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
   */
  replayWebhookDelivery: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example whd_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        deliveryId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookDelivery"];
        };
      };
    };
  };
  /**
   * Endpoints, oldest first
   * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:read`.
   */
  listWebhookEndpoints: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        userId?: string;
        /** @description Deleted ones are shown only where asked for. */
        state?: "enabled" | "disabled" | "deleted";
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["WebhookEndpoint"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Add an endpoint; its secret is shown once
   * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`. In a session: with a second factor of the last ten minutes.
   */
  createWebhookEndpoint: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "url": "https://hooks.program.com/cashback"
         * }
         */
        "application/json": components["schemas"]["NewWebhookEndpoint"];
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["WebhookEndpointSecret"];
        };
      };
    };
  };
  /**
   * An endpoint
   * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:read`.
   */
  getWebhookEndpoint: {
    parameters: {
      header?: {
        /** @description An ETag that you have: the answer is 304 without a body if nothing has changed. */
        "if-none-match"?: string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["WebhookEndpointWithSecrets"];
        };
      };
    };
  };
  /**
   * Delete it for good
   * @description Its log is kept, its secrets are erased.
   *
   * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
   */
  deleteWebhookEndpoint: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookEndpoint"];
        };
      };
    };
  };
  /**
   * Change its url, event types or description
   * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`. In a session: with a second factor of the last ten minutes.
   */
  changeWebhookEndpoint: {
    parameters: {
      header: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
        /**
         * @description The ETag of what you read: the change is refused if it has changed since.
         * @example "x1Zl0Hq0a3mC9bQ7d2VfS8tWkYp"
         */
        "if-match": string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["WebhookEndpointChange"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          /** @description Strong; send it as If-Match to change what you read, or as If-None-Match to read it only if it has changed. */
          ETag: string;
        };
        content: {
          "application/json": components["schemas"]["WebhookEndpointWithSecrets"];
        };
      };
    };
  };
  /**
   * Deliveries to an endpoint, oldest first
   * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:read`.
   */
  listWebhookDeliveries: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        state?: "pending" | "delivered" | "failed" | "stopped";
        type?: string;
        /** @example ntf_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        eventId?: string;
        /**
         * @description ISO 8601 instant with an offset.
         * @example 2026-11-02T09:00:00Z
         */
        from?: string;
        /**
         * @description Exclusive.
         * @example 2026-11-02T09:00:00Z
         */
        to?: string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["WebhookDelivery"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  /**
   * Send nothing to it for now
   * @description Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
   */
  disableWebhookEndpoint: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookEndpoint"];
        };
      };
    };
  };
  /**
   * Send to it again
   * @description What was not delivered meanwhile is sent when it is replayed.
   *
   * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
   */
  enableWebhookEndpoint: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookEndpoint"];
        };
      };
    };
  };
  /**
   * Send again what has not arrived since an instant
   * @description What failed or was stopped, and what happened while the endpoint was disabled; at most 500 a call.
   *
   * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
   */
  replayWebhookEndpoint: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    requestBody: {
      content: {
        /**
         * @example {
         *   "since": "2026-11-02T09:00:00Z"
         * }
         */
        "application/json": components["schemas"]["WebhookReplay"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookReplayed"];
        };
      };
    };
  };
  /**
   * Make a new secret; it is shown once
   * @description Until the old one expires, deliveries carry a signature by each.
   *
   * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`. In a session: with a second factor of the last ten minutes.
   */
  rotateWebhookSecret: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": components["schemas"]["WebhookSecretRotation"];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookEndpointSecret"];
        };
      };
    };
  };
  /**
   * Send a test event
   * @description Type `webhook_endpoint.test`, tried once.
   *
   * Roles – own objects: trader, partner; all: admin. Scope `webhooks:write`.
   */
  testWebhookEndpoint: {
    parameters: {
      header?: {
        /**
         * @description A new text for each new request; the same one when it is repeated.
         * @example 2f1c7d0e-hold-1
         */
        "idempotency-key"?: string;
      };
      path: {
        /** @example whe_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e */
        endpointId: string;
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["WebhookDelivery"];
        };
      };
    };
  };
  /**
   * A rail's event
   * @description Standard Webhooks: signed headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. Kept once by its id; a hint to look the payment up.
   */
  receiveRailEvent: {
    parameters: {
      path: {
        rail: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        content: {
          "application/json": {
            /** @enum {boolean} */
            received: true;
            repeated: boolean;
          };
        };
      };
    };
  };
  /**
   * A verification provider's event
   * @description Standard Webhooks, like a rail's. Nothing of it is kept: it is a hint to look the case up.
   */
  receiveVerificationEvent: {
    parameters: {
      path: {
        provider: string;
      };
    };
    requestBody: {
      content: {
        /** @example {} */
        "application/json": {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        content: {
          "application/json": {
            /** @enum {boolean} */
            received: true;
          };
        };
      };
    };
  };
  /**
   * What waits for an operator: waiting lines by what they wait for, those that wait longest first, and counts of everything else
   * @description A waiting line is never paid as zero or dropped. Once what is unknown is known it is judged again by itself, at the rate and terms of its trade, as a new entry.
   *
   * Roles – all: support, finance, compliance, admin. Scope `reports:read`.
   */
  listWorkQueue: {
    parameters: {
      query?: {
        /** @description How many at most. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @example alpha */
        brokerId?: string;
        reason?: "UNKNOWN_SYMBOL" | "UNKNOWN_ACCOUNT_TYPE" | "LINK_NOT_VERIFIED" | "MALFORMED";
        /** @description Only this: `waiting_lines` are the items, the others are counted in `sections`. */
        section?: "waiting_lines" | "changes" | "reports_to_approve" | "reports_refused" | "reports_noticed" | "periods_late" | "ownership_evidence" | "screening_hits" | "reconciliation_cases";
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            items: components["schemas"]["WaitingGroup"][];
            nextCursor: string | null;
            sections: components["schemas"]["WorkSection"][];
          };
        };
      };
    };
  };
}

/** Method and path of every operation. */
export const OPERATIONS = {
  acceptInvitation: ['POST', '/v1/operators/accept'],
  addBrokerServers: ['POST', '/v1/brokers/{brokerId}/servers'],
  addFundingTerms: ['POST', '/v1/brokers/{brokerId}/funding-terms'],
  addPayoutMethod: ['POST', '/v1/users/{userId}/payout-methods'],
  addProfile: ['POST', '/v1/brokers/{brokerId}/profiles'],
  addRate: ['POST', '/v1/brokers/{brokerId}/rates'],
  addReportCalendar: ['POST', '/v1/brokers/{brokerId}/report-calendars'],
  addReportSource: ['POST', '/v1/brokers/{brokerId}/report-sources'],
  addTerms: ['POST', '/v1/brokers/{brokerId}/terms'],
  approveChange: ['POST', '/v1/changes/{changeId}/approve'],
  approvePayoutRun: ['POST', '/v1/payout-runs/{runId}/approve'],
  changeMail: ['POST', '/v1/mail-address'],
  changeOperator: ['PATCH', '/v1/operators/{personId}'],
  changePassword: ['POST', '/v1/passwords/change'],
  changeReportSource: ['PATCH', '/v1/report-sources/{sourceId}'],
  changeUser: ['PATCH', '/v1/users/{userId}'],
  changeWebhookEndpoint: ['PATCH', '/v1/webhook-endpoints/{endpointId}'],
  closeOperator: ['POST', '/v1/operators/{personId}/close'],
  closeReconciliationCase: ['POST', '/v1/reconciliation-cases/{caseId}/close'],
  closeReportPeriod: ['POST', '/v1/report-periods/{periodId}/close'],
  confirmMailChange: ['POST', '/v1/mail-address/confirm'],
  confirmPayoutMethod: ['POST', '/v1/payout-methods/{methodId}/confirm'],
  confirmSecondFactor: ['POST', '/v1/second-factor/confirm'],
  confirmSignUp: ['POST', '/v1/sign-up/confirm'],
  createAgreement: ['POST', '/v1/brokers/{brokerId}/agreements'],
  createApiKey: ['POST', '/v1/api-keys'],
  createBroker: ['POST', '/v1/brokers'],
  createReportPreview: ['POST', '/v1/brokers/{brokerId}/report-previews'],
  createUser: ['POST', '/v1/users'],
  createWebhookEndpoint: ['POST', '/v1/webhook-endpoints'],
  decideOwnership: ['POST', '/v1/ownerships/{ownershipId}/decide'],
  decidePayout: ['POST', '/v1/payouts/{payoutId}/decision'],
  decideScreening: ['POST', '/v1/screenings/{screeningId}/decide'],
  decideVerification: ['POST', '/v1/verifications/{verificationId}/decide'],
  deleteWebhookEndpoint: ['DELETE', '/v1/webhook-endpoints/{endpointId}'],
  disableSecondFactor: ['POST', '/v1/second-factor/disable'],
  disableWebhookEndpoint: ['POST', '/v1/webhook-endpoints/{endpointId}/disable'],
  disownPayoutMethod: ['POST', '/v1/payout-methods/disown'],
  enableWebhookEndpoint: ['POST', '/v1/webhook-endpoints/{endpointId}/enable'],
  endAgreement: ['POST', '/v1/agreements/{agreementId}/end'],
  endLink: ['POST', '/v1/links/{linkId}/end'],
  erasePersonalData: ['POST', '/v1/users/{userId}/erase'],
  explainAccrual: ['GET', '/v1/accruals/{accrualId}/explanation'],
  exportAuditCsv: ['GET', '/v1/audit.csv'],
  exportAuditNdjson: ['GET', '/v1/audit.ndjson'],
  forgotPassword: ['POST', '/v1/passwords/forgot'],
  getAccount: ['GET', '/v1/accounts/{accountId}'],
  getAccrual: ['GET', '/v1/accruals/{accrualId}'],
  getApprovalPolicy: ['GET', '/v1/approval-policies/{kind}'],
  getAuditEntry: ['GET', '/v1/audit/{entryId}'],
  getBalances: ['GET', '/v1/users/{userId}/balances'],
  getBroker: ['GET', '/v1/brokers/{brokerId}'],
  getBrokerPayment: ['GET', '/v1/broker-payments/{paymentId}'],
  getChange: ['GET', '/v1/changes/{changeId}'],
  getDashboardFigures: ['GET', '/v1/dashboard-figures/{figuresId}'],
  getDashboardScreenshot: ['GET', '/v1/dashboard-figures/{figuresId}/screenshot'],
  getEarnings: ['GET', '/v1/users/{userId}/earnings/{year}'],
  getEarningsCsv: ['GET', '/v1/users/{userId}/earnings/{year}.csv'],
  getEarningsPdf: ['GET', '/v1/users/{userId}/earnings/{year}.pdf'],
  getLink: ['GET', '/v1/links/{linkId}'],
  getMe: ['GET', '/v1/me'],
  getMethodology: ['GET', '/v1/methodologies/{methodologyId}'],
  getNotificationPreferences: ['GET', '/v1/me/notification-preferences'],
  getOperator: ['GET', '/v1/operators/{personId}'],
  getOwnership: ['GET', '/v1/ownerships/{ownershipId}'],
  getPayout: ['GET', '/v1/payouts/{payoutId}'],
  getPayoutFile: ['GET', '/v1/payout-files/{fileId}'],
  getPayoutMethod: ['GET', '/v1/payout-methods/{methodId}'],
  getPayoutReadiness: ['GET', '/v1/users/{userId}/payout-readiness'],
  getPayoutRun: ['GET', '/v1/payout-runs/{runId}'],
  getProfile: ['GET', '/v1/profiles/{profileId}'],
  getReceivable: ['GET', '/v1/brokers/{brokerId}/receivable'],
  getReconciliationCase: ['GET', '/v1/reconciliation-cases/{caseId}'],
  getReport: ['GET', '/v1/reports/{reportId}'],
  getReportCalendar: ['GET', '/v1/brokers/{brokerId}/report-calendar'],
  getReportFile: ['GET', '/v1/reports/{reportId}/file'],
  getReportPeriod: ['GET', '/v1/report-periods/{periodId}'],
  getReportPreview: ['GET', '/v1/report-previews/{previewId}'],
  getReportProfileSuggestion: ['GET', '/v1/report-profile-suggestions/{previewId}'],
  getReportProgress: ['GET', '/v1/reports/{reportId}/progress'],
  getReportSource: ['GET', '/v1/report-sources/{sourceId}'],
  getScreening: ['GET', '/v1/screenings/{screeningId}'],
  getSession: ['GET', '/v1/session'],
  getStatement: ['GET', '/v1/users/{userId}/statement'],
  getStatementCsv: ['GET', '/v1/users/{userId}/statement.csv'],
  getStatementPdf: ['GET', '/v1/users/{userId}/statement.pdf'],
  getSymbols: ['GET', '/v1/brokers/{brokerId}/symbols'],
  getUser: ['GET', '/v1/users/{userId}'],
  getUserProfile: ['GET', '/v1/users/{userId}/profile'],
  getUserVerification: ['GET', '/v1/users/{userId}/verification'],
  getVerification: ['GET', '/v1/verifications/{verificationId}'],
  getWebhookDelivery: ['GET', '/v1/webhook-deliveries/{deliveryId}'],
  getWebhookEndpoint: ['GET', '/v1/webhook-endpoints/{endpointId}'],
  giveEvidence: ['POST', '/v1/ownerships/{ownershipId}/evidence'],
  healthz: ['GET', '/healthz'],
  inviteOperator: ['POST', '/v1/operators'],
  listAccounts: ['GET', '/v1/accounts'],
  listAccruals: ['GET', '/v1/accruals'],
  listAgreements: ['GET', '/v1/brokers/{brokerId}/agreements'],
  listAllReportLines: ['GET', '/v1/report-lines'],
  listApiKeys: ['GET', '/v1/api-keys'],
  listApprovalPolicies: ['GET', '/v1/approval-policies'],
  listAuditEntries: ['GET', '/v1/audit'],
  listBrokerPayments: ['GET', '/v1/broker-payments'],
  listBrokers: ['GET', '/v1/brokers'],
  listChanges: ['GET', '/v1/changes'],
  listDashboardFigures: ['GET', '/v1/dashboard-figures'],
  listExposure: ['GET', '/v1/exposure'],
  listFunding: ['GET', '/v1/funding'],
  listFundingTerms: ['GET', '/v1/brokers/{brokerId}/funding-terms'],
  listHolds: ['GET', '/v1/accruals/{accrualId}/holds'],
  listLinks: ['GET', '/v1/links'],
  listMailBounces: ['GET', '/v1/mail-bounces'],
  listMails: ['GET', '/v1/mails'],
  listMethodologies: ['GET', '/v1/methodologies'],
  listMissingDays: ['GET', '/v1/reports/{reportId}/missing-days'],
  listNotifications: ['GET', '/v1/notifications'],
  listOperators: ['GET', '/v1/operators'],
  listOwnerships: ['GET', '/v1/ownerships'],
  listPayoutDecisions: ['GET', '/v1/payouts/{payoutId}/decisions'],
  listPayoutFiles: ['GET', '/v1/payout-files'],
  listPayoutMethods: ['GET', '/v1/users/{userId}/payout-methods'],
  listPayoutRuns: ['GET', '/v1/payout-runs'],
  listPayouts: ['GET', '/v1/payouts'],
  listProfiles: ['GET', '/v1/brokers/{brokerId}/profiles'],
  listQuarantinedLines: ['GET', '/v1/quarantined-lines'],
  listRails: ['GET', '/v1/rails'],
  listRates: ['GET', '/v1/brokers/{brokerId}/rates'],
  listReceivableEntries: ['GET', '/v1/brokers/{brokerId}/receivable/entries'],
  listReconciliationCases: ['GET', '/v1/reconciliation-cases'],
  listReconciliations: ['GET', '/v1/reconciliations'],
  listReportCalendars: ['GET', '/v1/brokers/{brokerId}/report-calendars'],
  listReportDelays: ['GET', '/v1/users/{userId}/report-delays'],
  listReportLines: ['GET', '/v1/reports/{reportId}/lines'],
  listReportPeriods: ['GET', '/v1/report-periods'],
  listReportSourceItems: ['GET', '/v1/report-sources/{sourceId}/items'],
  listReportSources: ['GET', '/v1/brokers/{brokerId}/report-sources'],
  listReports: ['GET', '/v1/reports'],
  listRunMembers: ['GET', '/v1/payout-runs/{runId}/members'],
  listScreenings: ['GET', '/v1/screenings'],
  listSessions: ['GET', '/v1/sessions'],
  listTerms: ['GET', '/v1/brokers/{brokerId}/terms'],
  listUsers: ['GET', '/v1/users'],
  listVerifications: ['GET', '/v1/verifications'],
  listWebhookDeliveries: ['GET', '/v1/webhook-endpoints/{endpointId}/deliveries'],
  listWebhookEndpoints: ['GET', '/v1/webhook-endpoints'],
  listWorkQueue: ['GET', '/v1/work-queue'],
  matchBrokerPayment: ['POST', '/v1/broker-payments/{paymentId}/matches'],
  openOwnership: ['POST', '/v1/ownerships'],
  pauseReportSource: ['POST', '/v1/report-sources/{sourceId}/pause'],
  placeHold: ['POST', '/v1/accruals/{accrualId}/hold'],
  publishMethodology: ['POST', '/v1/methodologies'],
  pullReportPeriod: ['POST', '/v1/report-periods/{periodId}/pull'],
  putApprovalPolicy: ['PUT', '/v1/approval-policies/{kind}'],
  putNotificationPreferences: ['PUT', '/v1/me/notification-preferences'],
  putSymbols: ['PUT', '/v1/brokers/{brokerId}/symbols'],
  putUserProfile: ['PUT', '/v1/users/{userId}/profile'],
  readyz: ['GET', '/readyz'],
  receiveRailEvent: ['POST', '/v1/webhooks/rails/{rail}'],
  receiveVerificationEvent: ['POST', '/v1/webhooks/verification/{provider}'],
  recordBrokerPayment: ['POST', '/v1/brokers/{brokerId}/payments'],
  refusePayoutRun: ['POST', '/v1/payout-runs/{runId}/refuse'],
  registerAccount: ['POST', '/v1/accounts'],
  rejectChange: ['POST', '/v1/changes/{changeId}/reject'],
  rejectLink: ['POST', '/v1/links/{linkId}/reject'],
  releaseHold: ['POST', '/v1/accruals/{accrualId}/release'],
  removeMailBounce: ['DELETE', '/v1/mail-bounces/{bounceId}'],
  removePayoutMethod: ['DELETE', '/v1/payout-methods/{methodId}'],
  renamePayoutMethod: ['PATCH', '/v1/payout-methods/{methodId}'],
  renewRecoveryCodes: ['POST', '/v1/second-factor/recovery-codes'],
  replayWebhookDelivery: ['POST', '/v1/webhook-deliveries/{deliveryId}/replay'],
  replayWebhookEndpoint: ['POST', '/v1/webhook-endpoints/{endpointId}/replay'],
  reportMailBounce: ['POST', '/v1/mail-bounces'],
  requestLink: ['POST', '/v1/links'],
  rereadReport: ['POST', '/v1/reports/{reportId}/reread'],
  resendConfirmation: ['POST', '/v1/sign-up/resend'],
  resetOperatorSecondFactor: ['POST', '/v1/operators/{personId}/reset-second-factor'],
  resetPassword: ['POST', '/v1/passwords/reset'],
  resumeRail: ['POST', '/v1/rails/{rail}/resume'],
  resumeReportSource: ['POST', '/v1/report-sources/{sourceId}/resume'],
  reverseBrokerPayment: ['POST', '/v1/broker-payments/{paymentId}/reverse'],
  revokeApiKey: ['POST', '/v1/api-keys/{keyId}/revoke'],
  revokeOtherSessions: ['POST', '/v1/sessions/revoke-others'],
  revokeSession: ['DELETE', '/v1/sessions/{sessionId}'],
  rotateApiKey: ['POST', '/v1/api-keys/{keyId}/rotate'],
  rotateWebhookSecret: ['POST', '/v1/webhook-endpoints/{endpointId}/rotate-secret'],
  signIn: ['POST', '/v1/sign-in'],
  signOut: ['POST', '/v1/session/sign-out'],
  signUp: ['POST', '/v1/sign-up'],
  startPayoutRun: ['POST', '/v1/payout-runs'],
  startSecondFactor: ['POST', '/v1/second-factor'],
  stepUp: ['POST', '/v1/session/step-up'],
  stopRail: ['POST', '/v1/rails/{rail}/stop'],
  submitVerification: ['POST', '/v1/users/{userId}/verification'],
  suggestReportProfile: ['POST', '/v1/report-profile-suggestions'],
  testReportSource: ['POST', '/v1/report-sources/{sourceId}/test'],
  testWebhookEndpoint: ['POST', '/v1/webhook-endpoints/{endpointId}/test'],
  typeDashboardFigures: ['POST', '/v1/brokers/{brokerId}/dashboard-figures'],
  unmatchBrokerPayment: ['POST', '/v1/broker-payments/{paymentId}/unmatch'],
  uploadReport: ['POST', '/v1/reports'],
  verifyLink: ['POST', '/v1/links/{linkId}/verify'],
  withdrawChange: ['POST', '/v1/changes/{changeId}/withdraw'],
  withdrawPayoutFile: ['POST', '/v1/payout-files/{fileId}/withdraw'],
} as const satisfies Record<keyof operations, readonly [method: string, path: string]>;
