/** Type prefixes of the ids that leave the system; an id always says what it names. */
export const ID_PREFIXES = {
  user: 'usr', tradingAccount: 'tac', accountLink: 'lnk', agreement: 'agr', rate: 'rat', profile: 'prf', symbolMap: 'sym',
  methodology: 'mth', reportPeriod: 'per', report: 'rpt', accrual: 'acr', hold: 'hld', payoutRun: 'run', payout: 'pay', payoutMethod: 'pmt', terms: 'trm',
  payoutAttempt: 'att', ownership: 'own', evidence: 'evd', apiKey: 'key', railEvent: 'evt', notification: 'ntf',
  person: 'psn', session: 'ses', mailToken: 'tok', change: 'chg', mail: 'mal', mailBounce: 'bnc', webhookEndpoint: 'whe', webhookDelivery: 'whd', webhookTest: 'wht', verification: 'ver', screening: 'scr',
  payoutBatch: 'bat', railMessage: 'rms', payoutDecision: 'dec', reconciliation: 'rec', reconciliationCase: 'cas',
  source: 'src', calendar: 'cal', brokerPayment: 'bpm', preview: 'prv', figures: 'fig',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** A new id such as `acr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e`: time-ordered (UUIDv7 layout), so indexes stay compact. */
export function newId(kind: IdKind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return `${ID_PREFIXES[kind]}_${hex}`;
}
