import { type LineFile, openRecord } from '../sandbox/record.ts';

export interface Account { server: string; account: string; currency: string; state: 'open' | 'closed' | 'archived' }

/** A credit that was taken and is booked later; `executeAt` null: never (the fault `stuck`). */
export interface Ordered { type: 'ordered'; orderId: string; reference: string; server: string; account: string; amount: string; currency: string; executeAt: string | null }
/** A booking on an account. Two credits of one reference stand here twice, each under its own id. */
export interface Operation {
  type: 'operation'; sequence: number; operationId: string; kind: 'credit' | 'reversal'; reference: string; server: string; account: string; amount: string; currency: string;
  at: string; orderId: string | null; reverses: string | null;
}
export interface AccountSet extends Account { type: 'account' }
/** A file that was read whole, with the result that was written for it. */
export interface FileTaken { type: 'file'; name: string; sha256: string }
export type RecordLine = Ordered | Operation | AccountSet | FileTaken;

/** The broker's durable record: what is appended is on disk before anything is answered (sandbox/record.ts). */
export class BrokerRecord {
  readonly operations: Operation[] = [];
  readonly accounts = new Map<string, Account>();
  /** Ordered and not booked yet. */
  readonly open = new Map<string, Ordered>();
  readonly files: FileTaken[] = [];
  ordered = 0;
  private readonly file: LineFile<RecordLine>;

  constructor(path: string) {
    const { lines, file } = openRecord<RecordLine>(path);
    this.file = file;
    for (const line of lines) this.apply(line);
  }

  /** Durable when it returns. */
  append(...lines: RecordLine[]): void {
    this.file.append(...lines);
    for (const line of lines) this.apply(line);
  }

  account(server: string, account: string): Account | undefined { return this.accounts.get(`${server} ${account}`); }
  close(): void { this.file.close(); }

  private apply(line: RecordLine): void {
    switch (line.type) {
      case 'account': this.accounts.set(`${line.server} ${line.account}`, line); return;
      case 'ordered': this.ordered += 1; this.open.set(line.orderId, line); return;
      case 'operation': this.operations.push(line); if (line.orderId !== null) this.open.delete(line.orderId); return;
      case 'file': this.files.push(line);
    }
  }
}
