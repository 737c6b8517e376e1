import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Credit, Credits, Taken } from './credits.ts';
import type { BrokerRecord, Operation } from './record.ts';

export interface BrokerFolders { /** Where partners leave their credits. */ credits: string; /** Where the broker leaves its results. */ results: string }

const HEADER = ['reference', 'status', 'operation', 'time', 'amount', 'currency', 'reason'];
type ResultRow = [reference: string, status: 'executed' | 'rejected' | 'returned', operation: string, time: string, amount: string, currency: string, reason: string];

/**
 * The part of the back office that works by files: it takes each file of credits out of the folder, books its lines one by one (a reference that was there before too), and leaves a file
 * of results. Written apart from the product's adapter: the two agree by the format alone.
 */
export class FileDesk {
  private readonly folders: BrokerFolders;
  private readonly credits: Credits;
  private readonly record: BrokerRecord;
  private readonly now: () => number;
  /** References whose booking is yet to come, and operations that a result file has named. */
  private readonly awaited = new Set<string>();
  private readonly told = new Set<string>();
  private written = 0;

  constructor(folders: BrokerFolders, credits: Credits, record: BrokerRecord, now: () => number) {
    this.folders = folders;
    this.credits = credits;
    this.record = record;
    this.now = now;
    for (const folder of [folders.credits, folders.results, join(folders.credits, 'taken')]) mkdirSync(folder, { recursive: true });
  }

  /** Works through what lies there; what was booked since without having been told is told too. */
  run(): void {
    const names = readdirSync(this.folders.credits).filter((name) => !name.startsWith('.') && name.endsWith('.csv')).sort();
    for (const name of names) {
      const taken = join(this.folders.credits, 'taken', name);
      renameSync(join(this.folders.credits, name), existsSync(taken) ? `${taken}.${this.record.files.length}` : taken);
      const bytes = readFileSync(taken);
      this.record.append({ type: 'file', name, sha256: createHash('sha256').update(bytes).digest('hex') });
      const rows = readCredits(bytes).flatMap((credit) => this.result(credit, this.credits.take(credit)));
      if (rows.length > 0) this.leave(name, rows);
    }
    const late = this.record.operations.filter((operation) => !this.told.has(operation.operationId)
      && (operation.kind === 'credit' ? this.awaited.delete(operation.reference) : this.told.has(operation.reverses ?? '')));
    if (late.length > 0) this.leave('late', late.map((operation) => this.told.add(operation.operationId) && booked(operation)));
  }

  private result(credit: Credit, taken: Taken): ResultRow[] {
    switch (taken.kind) {
      case 'executed': this.told.add(taken.operation.operationId); return [booked(taken.operation)];
      case 'accepted': this.awaited.add(credit.reference); return [];
      case 'refused':
      case 'not_considered': return [[credit.reference, 'rejected', '', new Date(this.now()).toISOString(), credit.amount, credit.currency, `${taken.code}: ${taken.reason}`]];
    }
  }

  private leave(name: string, rows: readonly ResultRow[]): void {
    const path = join(this.folders.results, `results-${++this.written}-${name.replace(/\.csv$/, '')}.csv`);
    writeFileSync(`${path}.part`, resultText(rows));
    renameSync(`${path}.part`, path);
  }
}

/** A file of results as the broker writes it: header, rows, and a control line with their number and the sum of their amounts. */
export function resultText(rows: readonly (readonly string[])[]): string {
  const cents = rows.reduce((total, row) => total + units(row[4] ?? '0'), 0n);
  return stringify([HEADER, ...rows.map((row) => [...row]), ['CONTROL', String(rows.length), '', '', decimal(cents), rows[0]?.[5] ?? 'USD', '']], { record_delimiter: 'windows' });
}

/** What the amounts of a file are summed in: 8 places. */
const units = (amount: string): bigint => {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole) * 100_000_000n + BigInt(fraction.padEnd(8, '0'));
};
const decimal = (value: bigint): string => `${value / 100_000_000n}.${String(value % 100_000_000n).padStart(8, '0')}`;

const booked = ({ reference, kind, operationId, at, amount, currency, reverses }: Operation): ResultRow =>
  [reference, kind === 'credit' ? 'executed' : 'returned', kind === 'credit' ? operationId : reverses ?? '', at, amount, currency, kind === 'credit' ? '' : 'CREDIT_REVERSED: taken back'];

/** The credits of a file whose control line agrees with them; of any other nothing is booked. */
function readCredits(bytes: Buffer): Credit[] {
  const [, ...rows] = parse(bytes, { relax_column_count: false }) as string[][];
  const control = rows.pop();
  const credits = rows.map(([reference = '', server = '', account = '', amount = '', currency = '']) => ({ reference, server, account, amount, currency }));
  const total = credits.reduce((sum, { amount }) => sum + units(amount), 0n);
  return control?.[0] === 'CONTROL' && control[2] === String(credits.length) && units(control[3] ?? '') === total ? credits : [];
}
