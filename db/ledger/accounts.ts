import { Problem } from '../../domain/problem.ts';

export const PROGRAMMES = ['cashback', 'partner'] as const;
export type Programme = (typeof PROGRAMMES)[number];

/** Kinds of account by who owns them; the CHECK `ledger_account_owner` says the same. */
export const USER_ACCOUNTS = ['pending', 'available', 'held', 'reserved'] as const;
export const BROKER_ACCOUNTS = ['broker_receivable', 'commission_income', 'cashback_expense', 'partner_expense'] as const;
export const RAIL_ACCOUNTS = ['rail_clearing', 'rail_cash'] as const;
export const COMPANY_ACCOUNTS = ['fees', 'fx', 'suspense'] as const;

export type UserAccountKind = (typeof USER_ACCOUNTS)[number];
export type AccountKind = UserAccountKind | (typeof BROKER_ACCOUNTS)[number] | (typeof RAIL_ACCOUNTS)[number] | (typeof COMPANY_ACCOUNTS)[number];

/** An account of the ledger by what it is for; it is opened when it is first posted to. */
export type AccountRef =
  | { kind: UserAccountKind; userId: string; brokerId: string; programme: Programme }
  | { kind: (typeof BROKER_ACCOUNTS)[number]; brokerId: string }
  | { kind: (typeof RAIL_ACCOUNTS)[number]; rail: string }
  | { kind: (typeof COMPANY_ACCOUNTS)[number] };

/**
 * The account's code as it stands in `ledger_account.code`, e.g. `available:usr_1:ava:cashback`.
 * Throws `LEDGER_ACCOUNT_NAME` where a part is empty or has a colon or blank in it.
 */
export function accountCode(account: AccountRef): string {
  if ('userId' in account) return `${account.kind}:${part(account.userId)}:${part(account.brokerId)}:${account.programme}`;
  if ('brokerId' in account) return `${account.kind}:${part(account.brokerId)}`;
  if ('rail' in account) return `${account.kind}:${part(account.rail)}`;
  return account.kind;
}

const PART = /^[^:\s]+$/;

function part(name: string): string {
  if (!PART.test(name)) throw new Problem('LEDGER_ACCOUNT_NAME', `"${name}" cannot name a ledger account: it must not be empty or contain a colon or a blank.`);
  return name;
}
