import { createHash, randomBytes } from 'node:crypto';
import { type Answer, refusal } from '../sandbox/http.ts';
import type { FaultPlan } from './faults.ts';
import type { Accepted, Payment, RailRecord } from './record.ts';
import type { WebhookEvent, WebhookSender } from './webhooks.ts';

export interface Order { idempotencyKey: string; payoutId: string; amount: string; currency: string; destination: Record<string, string> }

/** The rail's business: takes an order once per key, executes whole cents at once, tells by events. One thread, synchronous up to the durable write. */
export class Payments {
  private readonly record: RailRecord;
  private readonly faults: FaultPlan;
  private readonly webhooks: WebhookSender;
  private readonly keyWindowMs: number;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(record: RailRecord, faults: FaultPlan, webhooks: WebhookSender, keyWindowSeconds: number) {
    this.record = record;
    this.faults = faults;
    this.webhooks = webhooks;
    this.keyWindowMs = keyWindowSeconds * 1000;
  }

  /** After a restart: what was due meanwhile happens now, and events not known to be delivered are sent again. */
  resume(): void {
    for (const payment of this.record.payments()) {
      this.plan(payment);
      if (payment.executed && !payment.order.silent) this.webhooks.send(event('executed', payment.order, payment.executed.at));
      if (payment.returned) this.webhooks.send(event('returned', payment.order, payment.returned.at));
    }
  }

  take(order: Order, rawBody: Buffer): Answer {
    const bodyHash = createHash('sha256').update(rawBody).digest('hex');
    const earlier = this.record.byKey.get(order.idempotencyKey);
    // Past the window the key is forgotten, as real rails do: whoever resends then pays twice.
    if (earlier && Date.now() < Date.parse(earlier.at) + this.keyWindowMs) {
      if (earlier.bodyHash === bodyHash) return { status: 200, body: earlier.answer };
      return refusal(422, 'KEY_REUSED', 'this idempotency key belongs to another request');
    }
    const fault = this.faults.draw('behaviour', { key: order.idempotencyKey, payoutId: order.payoutId });
    const rejection = fault === 'rejected' ? { code: 'DESTINATION_CLOSED', reason: 'the account is closed', retryable: false }
      : fault === 'rejected_for_now' ? { code: 'SHORT_OF_FUNDS', reason: 'the funding account is short, order again later', retryable: true }
      : judge(order);
    const at = new Date().toISOString();
    const common = { key: order.idempotencyKey, bodyHash, payoutId: order.payoutId, at };
    if (rejection) {
      const answer = { status: 'rejected', idempotencyKey: order.idempotencyKey, ...rejection };
      this.record.append({ type: 'rejected', ...common, ...rejection, answer });
      this.webhooks.send({ type: 'payment.rejected', timestamp: at, data: { reference: null, key: order.idempotencyKey, payoutId: order.payoutId } });
      return { status: 200, body: answer };
    }
    const { lateMs, returnMs } = this.faults.settings;
    const wait = fault === 'late' ? lateMs : 0;
    const reference = `sbx_${randomBytes(9).toString('hex')}`;
    const accepted: Accepted = {
      type: 'accepted', ...common, reference, amount: order.amount, currency: order.currency, destination: order.destination,
      executeAt: fault === 'stuck' ? null : new Date(Date.parse(at) + wait).toISOString(),
      returnAt: fault === 'returned' ? new Date(Date.parse(at) + returnMs).toISOString() : null,
      silent: fault === 'silent' || fault === 'stuck',
      answer: { status: accept(fault) ? 'accepted' : 'executed', idempotencyKey: order.idempotencyKey, reference },
    };
    if (accept(fault)) this.record.append(accepted);
    else this.record.append(accepted, { type: 'executed', sequence: this.record.nextSequence(), reference, at });
    const payment = this.record.byReference.get(reference);
    if (payment) this.tell(payment);
    return { status: accept(fault) ? 202 : 200, body: accepted.answer };
  }

  /** Sends an executed payment back (a bank's return, days later). */
  returnPayment(reference: string, code: string, reason: string, amount?: string): Answer {
    const payment = this.record.byReference.get(reference);
    if (!payment) return refusal(404, 'NOT_FOUND', 'no such payment');
    if (!payment.executed || payment.returned) return refusal(409, 'NOT_RETURNABLE', 'only an executed payment that was not returned can be returned');
    const at = new Date().toISOString();
    this.record.append({ type: 'returned', sequence: this.record.nextSequence(), reference, at, amount: amount ?? payment.order.amount, code, reason });
    this.webhooks.send(event('returned', payment.order, at));
    return { status: 200, body: view(payment) };
  }

  execute(payment: Payment): void {
    if (payment.executed) return;
    const { reference } = payment.order;
    const at = new Date().toISOString();
    this.record.append({ type: 'executed', sequence: this.record.nextSequence(), reference, at });
    if (!payment.order.silent) this.webhooks.send(event('executed', payment.order, at));
    this.plan(payment);
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private tell(payment: Payment): void {
    const { order, executed } = payment;
    this.plan(payment);
    const fault = this.faults.draw('webhook', { key: order.key, payoutId: order.payoutId });
    if (fault === 'webhook_forged') this.webhooks.forge(event('executed', { ...order, reference: `sbx_forged_${order.reference}` }, order.at));
    if (order.silent || fault === 'webhook_lost') return;
    const happened = executed ? event('executed', order, executed.at) : event('accepted', order, order.at);
    this.webhooks.send(happened);
    if (fault === 'webhook_twice') this.webhooks.send(happened, { afterMs: 100, again: true });
    if (fault === 'webhook_new_id') this.webhooks.send(happened, { id: `msg_${randomBytes(9).toString('hex')}` });
    if (fault === 'webhook_out_of_order') this.webhooks.send(event('accepted', order, order.at), { afterMs: 300 });
  }

  /** Timers for what is still to come of a payment. */
  private plan(payment: Payment): void {
    const { order, executed, returned } = payment;
    if (!executed && order.executeAt !== null) this.at(order.executeAt, () => this.execute(payment));
    if (executed && !returned && order.returnAt !== null) this.at(order.returnAt, () => { if (!payment.returned) this.returnPayment(order.reference, 'AC04', 'the account is closed'); });
  }

  private at(instant: string, run: () => void): void {
    const timer = setTimeout(() => { this.timers.delete(timer); run(); }, Math.max(0, Date.parse(instant) - Date.now()));
    this.timers.add(timer);
  }
}

const accept = (fault: string | null): boolean => fault === 'late' || fault === 'stuck';

/** What a look-up and the return answer about a payment. */
export function view({ order, executed, returned }: Payment): Record<string, unknown> {
  return {
    status: returned ? 'returned' : executed ? 'executed' : 'accepted', idempotencyKey: order.key, reference: order.reference, payoutId: order.payoutId,
    amount: order.amount, currency: order.currency, fee: '0',
    ...(executed ? { executedAt: executed.at } : {}),
    ...(returned ? { returnedAt: returned.at, returnedAmount: returned.amount, code: returned.code, reason: returned.reason } : {}),
  };
}

function event(what: 'accepted' | 'executed' | 'returned', order: Accepted, timestamp: string): WebhookEvent {
  return { type: `payment.${what}`, timestamp, data: { reference: order.reference, key: order.key, payoutId: order.payoutId } };
}

/** The rail's own rules: whole cents above zero, one currency, an account of its form. */
function judge(order: Order): { code: string; reason: string; retryable: boolean } | null {
  if (!/^(0|[1-9]\d{0,14})(\.\d{1,2})?$/.test(order.amount) || /^[0.]+$/.test(order.amount)) return { code: 'AMOUNT_REFUSED', reason: `${order.amount} is not a positive amount in whole cents`, retryable: false };
  if (order.currency !== 'USD') return { code: 'CURRENCY_REFUSED', reason: `${order.currency} is not paid, only USD`, retryable: false };
  if (!/^[A-Za-z0-9_-]{3,64}$/.test(order.destination['account'] ?? '')) return { code: 'DESTINATION_REFUSED', reason: 'no such account', retryable: false };
  return null;
}
