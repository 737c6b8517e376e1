import type { Story } from './context.ts';
import type { PayoutView } from './payouts.ts';
import { bankProof } from './proofs/bank.ts';
import { brokerProof } from './proofs/broker.ts';
import { chainProof } from './proofs/chain.ts';
import type { RailProof } from './proofs/proof.ts';
import { sandboxProof } from './proofs/sandbox.ts';
import { tronProof } from './proofs/tron.ts';

const PROOFS: Readonly<Record<string, RailProof>> = { sandbox: sandboxProof, 'usdt-erc20': chainProof, 'usdt-trc20': tronProof, bank: bankProof, 'broker-credit-aster': brokerProof };

/** Each payment: what it paid by which rail, at which rate, under which reference, and that its counterparty has it, by that one's own record and not by what it answered us. */
export async function printRails(story: Story, payouts: readonly PayoutView[]): Promise<void> {
  const { names, log, counterparties } = story;
  const paid = payouts.filter(({ state, rail }) => state === 'paid' && rail in PROOFS);
  if (new Set(paid.map(({ rail }) => rail)).size < 2) return;
  log('Rail by rail, and what the counterparty’s own record says of it');
  for (const payout of paid) {
    const { userId, rail, amount, payAmount, payCurrency, quote, reference, network } = payout;
    log(`  ${names.get(userId) ?? userId} by ${rail}${network === null ? '' : ` (${network})`}: ${amount} USD${quote === null || payCurrency === 'USD' ? '' : ` = ${payAmount} ${payCurrency} at ${quote.rate} (${quote.rateSource})`}`);
    log(`    ${reference?.name ?? "the rail's reference"}: ${reference?.value ?? payout.railReference}`);
    for (const line of await PROOFS[rail]!({ payout, counterparties })) log(`    ${line}`);
  }
  log();
}
