/** What stays when a user's personal data is erased, and why; the answer of the erasure and docs/operations.md list it. */
export const ERASURE_REMAINS = [
  { what: 'The ledger: journals, postings and balances under the user id', why: 'It is the book of account; it holds ids and amounts, no names.' },
  { what: 'Payouts: amount, rail, states, times, the rail\'s references', why: 'Record of payments made; the destination and the bytes that were sent can no longer be read.' },
  { what: 'Reports as the broker sent them, with account logins', why: "The source of every cent; they are the broker's record." },
  { what: 'Audit entries', why: 'They hold ids, codes and states; personal values were never written to them.' },
  { what: 'States and times of verifications and screenings, with their codes', why: 'Proof that the checks were made.' },
  { what: "What the rail and the verification provider keep", why: 'They are asked separately, by their own procedures.' },
] as const;
