import type { Clock } from './clock.ts';
import type { FaultPlan } from './faults.ts';
import type { Account, BrokerRecord, Operation, Ordered } from './record.ts';

export interface Credit { reference: string; server: string; account: string; amount: string; currency: string }
export type Taken = { kind: 'executed'; operation: Operation } | { kind: 'accepted' } | { kind: 'refused'; code: string; reason: string } | { kind: 'not_considered'; code: string; reason: string };

/** The back office: books what it is sent. It does NOT look whether a reference was there before: sent twice is credited twice. Synchronous up to the durable write. */
export class Credits {
  private readonly record: BrokerRecord;
  private readonly faults: FaultPlan;
  private readonly clock: Clock;
  /** The currency of accounts that nobody set; null: such accounts do not exist. */
  private readonly anyAccountIn: string | null;
  private readonly due = new Set<() => void>();

  constructor(record: BrokerRecord, faults: FaultPlan, clock: Clock, anyAccountIn: string | null) {
    this.record = record;
    this.faults = faults;
    this.clock = clock;
    this.anyAccountIn = anyAccountIn;
  }

  /** After a restart: what was ordered and not booked yet is booked when it is due. */
  resume(): void {
    for (const order of this.record.open.values()) this.plan(order);
  }

  stop(): void {
    for (const callOff of this.due) callOff();
    this.due.clear();
  }

  take(credit: Credit): Taken {
    const refused = this.judge(credit);
    if (refused) return { kind: 'refused', ...refused };
    const fault = this.faults.draw('behaviour', credit.reference);
    if (fault === 'short_of_funds') return { kind: 'not_considered', code: 'WALLET_SHORT', reason: 'your wallet does not cover it; nothing was credited' };
    if (fault === 'delayed' || fault === 'stuck') {
      const executeAt = fault === 'stuck' ? null : new Date(this.clock.now() + this.faults.settings.lateMs).toISOString();
      const order: Ordered = { type: 'ordered', orderId: `ord_${this.record.ordered + 1}`, ...credit, executeAt };
      this.record.append(order);
      this.plan(order);
      return { kind: 'accepted' };
    }
    return { kind: 'executed', operation: this.book(fault === 'wrong_account' ? { ...credit, account: beside(credit.account) } : credit, null) };
  }

  /** Takes a booked credit back in full. */
  reverse(operationId: string): Operation | null {
    const credit = this.record.operations.find((operation) => operation.operationId === operationId && operation.kind === 'credit');
    if (!credit || this.record.operations.some((operation) => operation.reverses === operationId)) return null;
    return this.append({ ...credit, kind: 'reversal', orderId: null, reverses: operationId });
  }

  /** Runs when the connection that brought it is long gone. */
  later(ms: number, task: () => void): void {
    const callOff = this.clock.after(ms, () => { this.due.delete(callOff); task(); });
    this.due.add(callOff);
  }

  private book(credit: Credit, orderId: string | null): Operation {
    const { reference, server, account, amount, currency } = credit;
    return this.append({ kind: 'credit', reference, server, account, amount, currency, orderId, reverses: null });
  }

  private append(booking: Omit<Operation, 'type' | 'sequence' | 'operationId' | 'at'>): Operation {
    const sequence = this.record.operations.length + 1;
    const { kind, reference, server, account, amount, currency, orderId, reverses } = booking;
    const operation: Operation = { type: 'operation', sequence, operationId: `op_${sequence}`, kind, reference, server, account, amount, currency, at: new Date(this.clock.now()).toISOString(), orderId, reverses };
    this.record.append(operation);
    return operation;
  }

  private plan(order: Ordered): void {
    if (order.executeAt !== null) this.later(Math.max(0, Date.parse(order.executeAt) - this.clock.now()), () => { this.book(order, order.orderId); });
  }

  private accountOf({ server, account }: Credit): Account | undefined {
    return this.record.account(server, account) ?? (this.anyAccountIn === null ? undefined : { server, account, currency: this.anyAccountIn, state: 'open' });
  }

  private judge(credit: Credit): { code: string; reason: string } | null {
    const account = this.accountOf(credit);
    if (!account) return { code: 'ACCOUNT_UNKNOWN', reason: 'there is no such account on this server' };
    if (account.state === 'closed') return { code: 'ACCOUNT_CLOSED', reason: 'the account is closed' };
    if (account.state === 'archived') return { code: 'ACCOUNT_ARCHIVED', reason: 'the account is archived; its owner has to sign in once' };
    if (account.currency !== credit.currency) return { code: 'CURRENCY_WRONG', reason: `the account is kept in ${account.currency}` };
    if (!/^(0|[1-9]\d{0,14})(\.\d{1,8})?$/.test(credit.amount) || /^[0.]+$/.test(credit.amount)) return { code: 'AMOUNT_REFUSED', reason: `${credit.amount} is no amount above zero` };
    return null;
  }
}

/** Another account of the same server. */
const beside = (account: string): string => `${account}9`;
