import { createHash } from 'node:crypto';
import { type LineFile, openRecord } from '../sandbox/record.ts';
import type { Executed, Line } from './record.ts';
import { apply, bandwidthFee, copyOf, emptyState, execute, type Misfortune, type State } from './state.ts';
import { decodeTransaction, signedByOwner, type TronTransaction } from './transaction.ts';

export interface Block { number: number; id: string; parent: string; at: number; executed: readonly Executed[] }
export interface Located { block: Block; transaction: TronTransaction; executed: Executed }
/** java-tron's `Return.response_code`. */
export interface Verdict { code: 'SUCCESS' | 'SIGERROR' | 'CONTRACT_VALIDATE_ERROR' | 'BANDWITH_ERROR' | 'DUP_TRANSACTION_ERROR' | 'TAPOS_ERROR' | 'TRANSACTION_EXPIRATION_ERROR' | 'SERVER_BUSY' | 'OTHER_ERROR'; message: string }

/** Blocks that must stand on one before it is solidified (19 of 27 producers). */
export const SOLID_AFTER = 19;
const BLOCK_MS = 3000;
const DAY_MS = 86_400_000;

/** One chain with one TRC-20 token, kept in a record; blocks are made when they are asked for. */
export class Chain {
  readonly token: string;
  readonly energyPrice: bigint;
  readonly blocks: Block[] = [];
  readonly pending = new Map<string, TronTransaction>();
  readonly located = new Map<string, Located>();
  /** What meets the next transactions that are executed. */
  readonly misfortunes: Misfortune[] = [];
  /** After each block that is not solidified yet, and after the newest solidified one. */
  private readonly states = new Map<number, State>();
  private readonly record: LineFile<Line>;
  /** Never falls: what is solidified stays. */
  private solidNumber = 0;

  constructor(path: string, fresh: { token: string; energyPrice: bigint; at: number }) {
    const { lines, file } = openRecord<Line>(path);
    this.record = file;
    const first: Line = lines[0] ?? { type: 'genesis', at: fresh.at, token: fresh.token, energyPrice: String(fresh.energyPrice) };
    if (first.type !== 'genesis') throw new Error('The record of the TRON stand-in does not begin with a genesis: the file is damaged.');
    this.token = first.token;
    this.energyPrice = BigInt(first.energyPrice);
    this.push(first.at, [], emptyState());
    if (lines.length === 0) this.record.append(first);
    for (const line of lines.slice(1)) this.take(line);
  }

  get head(): Block { return this.blocks.at(-1)!; }
  get solid(): Block { return this.blocks[this.solidNumber]!; }
  stateAt(block: Block): State { return this.states.get(block.number) ?? emptyState(); }

  write(line: Line): void {
    this.record.append(line);
    this.take(line);
  }

  /** Makes a block of what is pending and not expired. `at`: its time, in milliseconds; by default one block interval after the last one. */
  mine(at = this.head.at + BLOCK_MS): Block {
    const state = copyOf(this.stateAt(this.head));
    const executed: Executed[] = [];
    for (const transaction of this.pending.values()) {
      if (transaction.expiration <= this.head.at) continue;
      const result = execute(state, transaction, this.token, this.energyPrice, this.misfortunes.shift() ?? null);
      apply(state, transaction, result);
      executed.push(result);
    }
    this.write({ type: 'block', at: Math.max(at, this.head.at + 1), executed });
    return this.head;
  }

  /** What a node says to a broadcast, by java-tron's checks in their order; SUCCESS: it is in the pool, durably. */
  async offer(hex: string): Promise<{ verdict: Verdict; id: string }> {
    let transaction: TronTransaction;
    try {
      transaction = decodeTransaction(hex);
    } catch (error) {
      return { id: '', verdict: { code: 'OTHER_ERROR', message: error instanceof Error ? error.message : 'unreadable' } };
    }
    const signed = await signedByOwner(transaction);
    const verdict = this.judge(transaction, signed);
    if (verdict.code === 'SUCCESS') this.write({ type: 'pending', hex: transaction.hex });
    return { verdict, id: transaction.id };
  }

  close(): void { this.record.close(); }

  private judge(transaction: TronTransaction, signed: boolean): Verdict {
    const referred = this.blocks.findLast(({ id }) => id.slice(12, 16) === transaction.refBlockBytes);
    if (referred?.id.slice(16, 32) !== transaction.refBlockHash || this.head.number - referred.number >= 65_536) return { code: 'TAPOS_ERROR', message: 'Tapos failed, different block hash.' };
    if (transaction.expiration <= this.head.at || transaction.expiration > this.head.at + DAY_MS) return { code: 'TRANSACTION_EXPIRATION_ERROR', message: 'Transaction expired' };
    if (transaction.contracts !== 1) return { code: 'CONTRACT_VALIDATE_ERROR', message: 'Contract validate error : contract size should be exactly 1' };
    if (this.pending.has(transaction.id) || this.located.has(transaction.id)) return { code: 'DUP_TRANSACTION_ERROR', message: 'Dup transaction.' };
    if (!signed) return { code: 'SIGERROR', message: 'Validate signature error: the signature is not the owner\'s' };
    if (transaction.type !== 31 || transaction.callValue !== 0n || transaction.feeLimit < 0n) return { code: 'CONTRACT_VALIDATE_ERROR', message: 'Contract validate error : only calls of the token are executed here' };
    if ((this.stateAt(this.head).trx.get(transaction.owner) ?? 0n) < bandwidthFee(transaction)) return { code: 'BANDWITH_ERROR', message: 'Account resource insufficient error.' };
    return { code: 'SUCCESS', message: '' };
  }

  private take(line: Line): void {
    switch (line.type) {
      case 'genesis': throw new Error('The record of the TRON stand-in has two beginnings: the file is damaged.');
      case 'give': return this.give(line);
      case 'paused': for (const state of this.states.values()) state.paused = line.paused; return;
      case 'pending': { const transaction = decodeTransaction(line.hex); this.pending.set(transaction.id, transaction); return; }
      case 'forgotten': this.pending.delete(line.id); return;
      case 'block': return this.extend(line.at, line.executed);
      case 'unwound': return this.unwind(line.to, line.forget);
    }
  }

  private give({ address, token, trx, energy }: Extract<Line, { type: 'give' }>): void {
    for (const state of this.states.values()) {
      if (token !== undefined) state.token.set(address, BigInt(token));
      if (trx !== undefined) state.trx.set(address, BigInt(trx));
      if (energy !== undefined) state.energy.set(address, BigInt(energy));
    }
  }

  private extend(at: number, executed: readonly Executed[]): void {
    const state = copyOf(this.stateAt(this.head));
    const transactions = executed.map((result) => {
      const transaction = this.pending.get(result.id)!;
      apply(state, transaction, result);
      return { transaction, result };
    });
    const block = this.push(at, executed, state);
    for (const { transaction, result } of transactions) {
      this.pending.delete(transaction.id);
      this.located.set(transaction.id, { block, transaction, executed: result });
    }
    for (const transaction of this.pending.values()) if (transaction.expiration <= at) this.pending.delete(transaction.id);
    const solid = Math.max(this.solidNumber, this.head.number - SOLID_AFTER);
    for (; this.solidNumber < solid; this.solidNumber++) this.states.delete(this.solidNumber);
  }

  private unwind(to: number, forget: boolean): void {
    for (const block of this.blocks.splice(to + 1)) {
      this.states.delete(block.number);
      for (const { id } of block.executed) {
        const { transaction } = this.located.get(id)!;
        this.located.delete(id);
        if (!forget) this.pending.set(id, transaction);
      }
    }
  }

  private push(at: number, executed: readonly Executed[], state: State): Block {
    const number = this.blocks.length;
    const parent = this.blocks.at(-1)?.id ?? '0'.repeat(64);
    const hash = createHash('sha256').update(`${parent} ${at} ${executed.map(({ id }) => id).join(',')}`).digest('hex');
    const block = { number, id: number.toString(16).padStart(16, '0') + hash.slice(16), parent, at, executed };
    this.blocks.push(block);
    this.states.set(number, state);
    return block;
  }
}
