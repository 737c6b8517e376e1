/** ISO 20022 external codes (StatusReason, ReturnReason) as a user is told them. `retryable`: the same order may be taken later. */
const REASONS: Readonly<Record<string, { words: string; retryable?: true }>> = {
  AC01: { words: 'the account number is wrong' },
  AC02: { words: 'the debtor account is not known to the bank' },
  AC03: { words: 'the account number of the payee is wrong' },
  AC04: { words: 'the account is closed' },
  AC06: { words: 'the account is blocked' },
  AC13: { words: 'the account is of a kind that takes no such transfer' },
  AG01: { words: 'the account takes no transfers' },
  AG02: { words: 'the bank does not know the kind of transfer' },
  AM01: { words: 'the amount is zero' },
  AM02: { words: 'the amount is more than the bank allows' },
  AM03: { words: 'the bank does not process this currency' },
  AM04: { words: 'the company account has not enough money', retryable: true },
  AM05: { words: 'the bank takes it for a repetition' },
  AM09: { words: 'the amount is not the agreed one' },
  AM10: { words: 'the control sum of the file is wrong' },
  AM18: { words: 'the number of transfers in the file is wrong' },
  BE01: { words: "the name does not match the account's holder" },
  BE04: { words: "the payee's address is missing" },
  BE05: { words: 'the bank does not know the initiating party' },
  CNOR: { words: "the payee's bank is not registered" },
  CURR: { words: 'the currency is wrong' },
  CUST: { words: 'it was asked for by the customer' },
  DNOR: { words: "the company's bank is not registered" },
  DT01: { words: 'the execution date is not possible', retryable: true },
  ED05: { words: 'the settlement failed' },
  FF01: { words: 'the bank cannot read the file' },
  FOCR: { words: 'it was recalled' },
  MD07: { words: 'the account holder has died' },
  MS02: { words: 'the payee refused it' },
  MS03: { words: 'the bank gives no reason' },
  NARR: { words: 'see the text of the bank' },
  RC01: { words: "the payee's bank is not found under this BIC" },
  RC03: { words: "the company's bank identifier is wrong" },
  RC04: { words: "the bank identifier of the payee's bank is wrong" },
  RF01: { words: 'the reference is not unique' },
  RR01: { words: "the company's account number is missing" },
  RR02: { words: "the company's name or address is missing" },
  RR03: { words: "the payee's name or address is missing" },
  RR04: { words: 'for a regulatory reason' },
  SL01: { words: "a service of the company's bank forbids it" },
  SL02: { words: "a service of the payee's bank forbids it" },
  TM01: { words: 'it came after the cut-off', retryable: true },
  UPAY: { words: 'the payment is not justified' },
};

/** Our own code of a debit that the bank took back without saying that it was returned: it may book it again. */
export const REVERSED = 'RVSL';

/** Codes that say of a whole file or one transfer that the bank has seen it before. */
export const DUPLICATES: readonly string[] = ['DUPL', 'AM05', 'DU01', 'DU02', 'DU03', 'DU04', 'DU05', 'RF01'];
/** No word about the first time, so proof of nothing. */
export const isDuplicate = (code: string | null): boolean => code !== null && DUPLICATES.includes(code);

/** Says nothing of why, so a whole file may be rejected by it for having come before. */
export const isUnspecific = (code: string | null): boolean => code === null || !(code in REASONS) || ['NARR', 'MS03', 'CUST'].includes(code);

/** The code in words, with what the bank itself wrote. */
export function reasonText(code: string, bankSays: string | null): string {
  const words = REASONS[code]?.words ?? 'the bank names no known reason';
  return bankSays === null || bankSays === '' ? words : `${words} (${bankSays})`;
}

export const isRetryable = (code: string): boolean => REASONS[code]?.retryable === true;
