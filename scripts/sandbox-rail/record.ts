import { type LineFile, openRecord } from '../sandbox/record.ts';

/** A payment as it was ordered; `executeAt` null means never (the fault `stuck`). */
export interface Accepted {
  type: 'accepted'; key: string; bodyHash: string; payoutId: string; reference: string;
  amount: string; currency: string; destination: Record<string, string>;
  at: string; executeAt: string | null; returnAt: string | null; silent: boolean;
  /** The answer given to the first send, repeated to every later one with the same key and body. */
  answer: Record<string, unknown>;
}
export interface Rejected {
  type: 'rejected'; key: string; bodyHash: string; payoutId: string; at: string;
  code: string; reason: string; retryable: boolean; answer: Record<string, unknown>;
}
export interface Executed { type: 'executed'; sequence: number; reference: string; at: string }
export interface Returned { type: 'returned'; sequence: number; reference: string; at: string; amount: string; code: string; reason: string }
export interface Delivered { type: 'delivered'; eventId: string }
export type RecordLine = Accepted | Rejected | Executed | Returned | Delivered;

export interface Payment { order: Accepted; executed: Executed | null; returned: Returned | null }

/** One movement of money, as the rail lists it. Two executions of one payout stand here twice, under their own keys. */
export interface Movement {
  sequence: number; kind: 'executed' | 'returned'; at: string; key: string; payoutId: string; reference: string;
  amount: string; currency: string; destination: Record<string, string>;
}

/** The rail's durable record: what is appended is on disk before anything is answered (sandbox/record.ts). */
export class RailRecord {
  readonly byReference = new Map<string, Payment>();
  /** The latest order or rejection of a key. */
  readonly byKey = new Map<string, Accepted | Rejected>();
  readonly movements: Movement[] = [];
  readonly delivered = new Set<string>();
  private readonly file: LineFile<RecordLine>;

  constructor(path: string) {
    const { lines, file } = openRecord<RecordLine>(path);
    this.file = file;
    for (const line of lines) this.apply(line);
  }

  /** What may be lost in a crash at the cost of a repeated event. */
  note(line: Delivered): void {
    this.file.note(line);
    this.apply(line);
  }

  /** Durable when it returns. */
  append(...lines: RecordLine[]): void {
    this.file.append(...lines);
    for (const line of lines) this.apply(line);
  }

  nextSequence(): number { return this.movements.length + 1; }
  payments(): Iterable<Payment> { return this.byReference.values(); }
  close(): void { this.file.close(); }

  private apply(line: RecordLine): void {
    switch (line.type) {
      case 'accepted':
        this.byKey.set(line.key, line);
        this.byReference.set(line.reference, { order: line, executed: null, returned: null });
        return;
      case 'rejected': this.byKey.set(line.key, line); return;
      case 'delivered': this.delivered.add(line.eventId); return;
      case 'executed': this.move(line.reference, 'executed', line).executed = line; return;
      case 'returned': this.move(line.reference, 'returned', line).returned = line;
    }
  }

  private move(reference: string, kind: Movement['kind'], line: Executed | Returned): Payment {
    const payment = this.byReference.get(reference);
    if (!payment) throw new Error(`The sandbox rail's record speaks of ${reference}, which it never accepted: the file is damaged.`);
    const { key, payoutId, currency, destination, amount } = payment.order;
    this.movements.push({ sequence: line.sequence, kind, at: line.at, key, payoutId, reference, amount: line.type === 'returned' ? line.amount : amount, currency, destination });
    return payment;
  }
}
