import { type Block, fact, rows, type Template, type TemplateInput, when } from './template.ts';

const NOT_YOU = 'If this was not you, change your password at once, end all sessions and write to support.';
const told = (subject: string, sentence: string, ...more: Block[]): Template => ({ at }) => ({ subject, blocks: [`${sentence} This was on ${when(at)}.`, ...more, NOT_YOU] });
const linked = (subject: string, sentence: string, label: string, otherwise: string): Template => (input) => ({
  subject,
  blocks: [
    sentence, { link: input.secretLink(), label },
    `${input.facts['expiresAt'] === undefined ? 'The link works once.' : `The link works once, until ${when(input.facts['expiresAt'])}.`} ${otherwise}`,
  ],
});

const confirming = (input: TemplateInput): Block[] => (input.facts['confirmId'] === undefined ? [] : [
  'It is not used before you have confirmed it, by this link or with a code of your second factor:', { link: input.secretLink('confirmId', 'confirm_destination'), label: 'This is mine' },
  `The link works once${input.facts['confirmUntil'] === undefined ? '' : `, until ${when(input.facts['confirmUntil'])}`}.${hours(input) === '0' ? '' : ` It is used ${hours(input)} hours after that; until then your payouts go where they went before.`}`,
]);
const hours = (input: TemplateInput): string => input.facts['coolDownHours'] ?? '0';
const usedFrom = (input: TemplateInput): Block[] => (input.facts['usableFrom'] === undefined ? [] : [`It is used from ${when(input.facts['usableFrom'])}; until then your payouts go where they went before.`]);
const notMine = (input: TemplateInput): Block[] => [
  ...(input.facts['disownId'] === undefined ? [] : [
    'If this was not you, take it away at once and change your password:', { link: input.secretLink('disownId', 'disown_destination'), label: 'This was not me' },
  ]),
  `${input.facts['disownId'] === undefined ? 'If this was not you, write to support at once' : 'Then write to support as well'}: a payout that has been sent cannot be called back.`,
];

/** Signing in and what protects it. */
export const SECURITY = {
  sign_up: linked('Confirm your mail address', 'Somebody, probably you, signed up with this mail address.', 'Confirm the address', 'If it was not you, do nothing: without the confirmation nobody can sign in.'),
  sign_up_known: (input) => ({
    subject: 'You have an account already',
    blocks: [`Somebody, probably you, tried on ${when(input.at)} to sign up with this mail address, which has an account already.`, 'If it was you, sign in, or ask for a new password. If it was not, do nothing.'],
  }),
  invited: linked('You are invited as an operator', 'You have been invited to work as an operator.', 'Choose a password', 'If you did not expect this, ask whoever runs the installation.'),
  mail_confirmation: linked('Confirm your mail address', 'Somebody, probably you, asked to use this mail address for an account.', 'Confirm the address', 'If it was not you, do nothing: the address is not used.'),
  mail_change_asked: told('Another mail address was asked for', 'Somebody who is signed in to your account asked to change its mail address. It changes once the new address is confirmed. If it was not you, change your password and end your other sessions.'),
  mail_changed: told('Your mail address was changed', 'The mail address of your account was changed; this old address gets no further mails.'),
  password_reset: linked('Set a new password', 'Somebody, probably you, asked for a new password.', 'Set a new password', 'If it was not you, do nothing: your password stays as it is.'),
  password_changed: told('Your password was changed', 'The password of your account was changed, and its other sessions were ended.'),
  sign_in_new_place: (input) => ({
    subject: 'New sign-in to your account',
    blocks: [`Somebody signed in to your account from a place that we have not seen before, on ${when(input.at)}.`, rows(input, { agent: 'Program', network: 'Network' }), NOT_YOU],
  }),
  locked_out: (input) => ({
    subject: 'Sign-in to your account is locked',
    blocks: [
      `Sign-in to your account was tried too often with wrong data and is locked${input.facts['lockedUntil'] === undefined ? ' for a while' : ` until ${when(input.facts['lockedUntil'])}`}.`,
      'If it was you, wait until then or ask for a new password. If it was not, your password is still safe: nobody signed in.',
    ],
  }),
  second_factor_on: told('Second factor switched on', 'Sign-in to your account now needs a code of your authenticator app.'),
  second_factor_off: told('Second factor switched off', 'Sign-in to your account no longer needs a code of your authenticator app.'),
  recovery_codes_used: told('A recovery code was used', 'A recovery code was used in the place of your authenticator app.'),
  api_key_created: (input) => ({
    subject: 'An API key was created',
    blocks: [`A new API key acts in your name since ${when(input.at)}.`, rows(input, { keyId: 'Key' }), NOT_YOU],
  }),
  destination_changed: (input) => ({
    subject: 'Where your payouts go was changed',
    blocks: [
      `A payout method of your account was ${fact(input, 'change')} on ${when(input.at)}.`, rows(input, { methodId: 'Payout method', rail: 'Kind' }),
      ...confirming(input), ...usedFrom(input), ...notMine(input),
    ],
  }),
  destination_added_before: (input) => ({
    subject: 'Where your payouts go was changed',
    blocks: [
      `A payout method was added on ${when(input.at)} to your account, whose mail address was changed from this one a short while ago.`, rows(input, { methodId: 'Payout method', rail: 'Kind' }), ...notMine(input),
    ],
  }),
} as const satisfies Record<string, Template>;
