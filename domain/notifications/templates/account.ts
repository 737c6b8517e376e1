import { fact, rows, type Template, when } from './template.ts';

const link = (path: (id: string) => string, name: string, label: string) => (input: Parameters<Template>[0]) => ({ link: input.link(path(fact(input, name))), label });
const accountLink = link((id) => `/v1/links/${id}`, 'accountLinkId', 'Look at the link');
const ownership = link((id) => `/v1/ownerships/${id}`, 'ownershipId', 'Look at the verification');
const verification = link((id) => `/v1/verifications/${id}`, 'verificationId', 'Look at the verification');

/** Trading accounts and the proof that they are the user's. */
export const ACCOUNT = {
  link_verified: (input) => ({ subject: 'Your trading account is linked', blocks: ['Your trading account was verified. Its trades earn cashback since you asked for the link.', accountLink(input)] }),
  link_rejected: (input) => ({ subject: 'Your trading account was not linked', blocks: ['The link with your trading account was rejected. Its trades earn no cashback.', rows(input, { reason: 'Reason' }), accountLink(input)] }),
  link_ended: (input) => ({
    subject: 'The link with your trading account has ended',
    blocks: [`Trades that close from ${when(fact(input, 'endedAt'))} on earn no cashback. What they earned before stays yours.`, accountLink(input)],
  }),
  ownership_requested: (input) => ({
    subject: 'Please prove that a trading account is yours',
    blocks: [`Before your first payout we need proof that a trading account is yours. Please give it until ${when(fact(input, 'expiresAt'))}; your money stays available meanwhile.`, ownership(input)],
  }),
  ownership_reminder: (input) => ({
    subject: 'Reminder: please prove that a trading account is yours',
    blocks: [`We still need proof that a trading account is yours, until ${when(fact(input, 'expiresAt'))}. Without it nothing is paid out; your money stays available.`, ownership(input)],
  }),
  ownership_confirmed: (input) => ({ subject: 'Your trading account is confirmed as yours', blocks: ['Thank you: your proof was accepted. Payouts are no longer held up by it.', ownership(input)] }),
  ownership_rejected: (input) => ({
    subject: 'Your proof was not accepted', blocks: ['The proof that a trading account is yours was not accepted. The reason stands with the verification; you can ask for a new one.', ownership(input)],
  }),
  ownership_expired: (input) => ({
    subject: 'The time to prove that a trading account is yours is over', blocks: ['We got no proof in time. Your money stays available; the next payout that is due asks you again.', ownership(input)],
  }),
  verification_requested: (input) => ({
    subject: 'Please tell us who you are',
    blocks: [`Before your first payout we need your name, country, date of birth and a document. Please give them until ${when(fact(input, 'expiresAt'))}; your money stays available meanwhile.`, verification(input)],
  }),
  verification_reminder: (input) => ({
    subject: 'Reminder: please tell us who you are',
    blocks: [`We still need your personal details, until ${when(fact(input, 'expiresAt'))}. Without them nothing is paid out; your money stays available.`, verification(input)],
  }),
  verification_expired: (input) => ({
    subject: 'The time to verify your details is over', blocks: ['Your personal details were not verified in time. Your money stays available; you can begin again at any time.', verification(input)],
  }),
  verification_approved: () => ({ subject: 'Your details are verified', blocks: ['Your personal details were checked and are verified.'] }),
  verification_rejected: (input) => ({ subject: 'Your details were not verified', blocks: ['Your personal details could not be verified. Without it nothing is paid out; your money stays available.', rows(input, { reason: 'Reason' })] }),
  verification_again: (input) => ({ subject: 'We need your details again', blocks: ['To verify who you are we need something from you again.', rows(input, { reason: 'What is missing' }), verification(input)] }),
} as const satisfies Record<string, Template>;
