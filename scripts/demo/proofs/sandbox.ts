import { purposeKey } from '../../../activities/payouts/rails/sandbox.ts';
import { Decimal } from '../../../domain/decimal.ts';
import { read, type RailProof, verdict } from './proof.ts';

interface Page { entries: { kind: string; payoutId: string; amount: string; currency: string; at: string; destination: Record<string, string> }[]; next: number | null }

/** The sandbox rail's record. */
export const sandboxProof: RailProof = async ({ payout, counterparties: { env } }) => {
  const token = purposeKey(env['SANDBOX_RAIL_SECRET'] ?? '', 'look-ups').toString('hex');
  const entries: Page['entries'] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: Page = await read(`${env['SANDBOX_RAIL_URL']}/v1/record?after=${after}&limit=500`, { headers: { authorization: `Bearer ${token}` } });
    entries.push(...page.entries.filter(({ payoutId }) => payoutId === payout.id));
    after = page.next;
  }
  const same = entries.length === 1 && entries[0]!.kind === 'executed' && new Decimal(entries[0]!.amount).eq(payout.payAmount);
  return [`the rail's record: ${entries.map(({ kind, amount, currency, at, destination }) => `${kind} ${amount} ${currency} to ${destination['account']} at ${at}`).join('; ') || 'nothing'}: ${verdict(same)}`];
};
