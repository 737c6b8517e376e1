import type { Counterparties } from '../../system/counterparties.ts';
import type { PayoutView } from '../payouts.ts';

export interface Paid { payout: PayoutView; counterparties: Counterparties }
/** Lines for people, out of the counterparty's own record. */
export type RailProof = (payment: Paid) => Promise<string[]>;

export const verdict = (same: boolean): string => (same ? 'once, as paid' : 'NOT as paid');

/** JSON that must be there. */
export async function read<T>(url: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return await answer.json() as T;
}

export const asJson = (body: unknown): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
