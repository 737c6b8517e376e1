import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import { clearAccruals, type ClearingState } from '../../db/stores/clearing.ts';

interface Waiting { accrualId: string; resolve: (state: ClearingState) => void; reject: (error: unknown) => void }

/**
 * Gathers clearings that are asked for at the same moment into one set: a thousand timers that fire together cost a few
 * transactions, not a thousand. While one set is being written the next gathers, so a lone clearing waits for nothing.
 */
export class ClearingBatch {
  readonly #pool: Pool;
  readonly #waiting = new Map<string, Waiting[]>();
  #writing = false;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Clears one accrual as of an ISO instant (the workflow's clock) and answers how it stands. */
  clear(accrualId: string, asOf: string): Promise<ClearingState> {
    return new Promise((resolve, reject) => {
      const set = this.#waiting.get(asOf) ?? [];
      set.push({ accrualId, resolve, reject });
      this.#waiting.set(asOf, set);
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    // One turn of the event loop, so that activities that arrived together are together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.size > 0) {
      const sets = [...this.#waiting];
      this.#waiting.clear();
      try {
        const states = await withTransaction(this.#pool, async (tx) => {
          const found = new Map<string, ClearingState>();
          for (const [asOf, set] of sets) for (const [id, state] of await clearAccruals(tx, set.map((w) => w.accrualId), asOf)) found.set(id, state);
          return found;
        });
        for (const [, set] of sets) {
          for (const { accrualId, resolve, reject } of set) {
            const state = states.get(accrualId);
            if (state === undefined) reject(new Error(`no accrual ${accrualId}`));
            else resolve(state);
          }
        }
      } catch (error) {
        for (const [, set] of sets) for (const { reject } of set) reject(error);
      }
    }
    this.#writing = false;
  }
}
