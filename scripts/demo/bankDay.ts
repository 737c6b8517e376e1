import { bankControl } from '../sandbox-bank/control.ts';
import { waitFor } from './call.ts';
import type { Story } from './context.ts';
import type { PayoutView } from './payouts.ts';

const BANK = 'bank';
const SETTLED = ['paid', 'failed', 'returned'];

/** Lets days pass at the bank for these payouts: the payment file goes in, the bank decides, and when it has booked, its messages are read. Without the demo that takes a day or two, and the exchange comes every minute. */
export async function bankDay(story: Story, readPayouts: () => Promise<PayoutView[]>): Promise<void> {
  const { log, signal, counterparties } = story;
  const url = counterparties.running.get('bank')?.url;
  if (url === undefined || !(await readPayouts()).some(({ rail }) => rail === BANK)) return;
  const open = async (): Promise<PayoutView[]> => (await readPayouts()).filter(({ rail, state }) => rail === BANK && !SETTLED.includes(state));
  const bank = bankControl(url);
  const wanted = (await open()).length;
  const decided = await waitFor('the bank to get the payment file', signal, async () => {
    await story.exchange(BANK);
    await bank.scan();
    return bank.allPayments();
  }, (payments) => payments.length >= wanted);
  log(`  The bank has read our payment file (pain.001): ${decided.map(({ end_to_end_id: id, status }) => `${id} ${status}`).join(', ')}; nothing is paid before it is booked`);
  await waitFor('the bank to book', signal, async () => {
    await bank.advance(1);
    return bank.allPayments();
  }, (payments) => payments.every(({ booked_at: booked }) => booked !== null));
  log('  Days pass at the bank; it books, and tells by camt.054 and camt.053');
  await waitFor("the bank's messages to be read", signal, async () => {
    await story.exchange(BANK);
    return open();
  }, (payouts) => payouts.length === 0);
}
