import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttemptHandle, Destination, PreparedAttempt, Rail } from '../../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../../activities/payouts/rails/registry.ts';
import { Decimal } from '../../../../domain/decimal.ts';
import { precisionOf } from '../../../../domain/payouts/guarantees.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { setSwitch } from '../../../../db/stores/railSwitch.ts';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { calm, drive, handle, payoutBy, type Driven, withNothingKept } from './contractDriver.ts';

/** A rail with a fresh counterparty (server, chain, bank) and a fresh database that `seedBase` was run on. */
export interface RailWorld {
  rail: Rail;
  pool: Pool;
  /** A destination that can be paid, another one each time. */
  good(): Destination;
  bad: readonly { destination: Destination; field: string }[];
  /** USD of each payout that the suite makes. */
  amountUsd: string;
  /** What the counterparty itself, by its own record and not through the rail, executed for the payout's attempt. */
  executions(attempt: AttemptHandle): Promise<number>;
  /** Makes what was sent so far final as far as it can become so (mines blocks, ends the bank's day). */
  settle(): Promise<void>;
  /** Batch rails: assembles what is prepared, hands it over and reads what came back, with the real exchange. */
  exchange?(): Promise<void>;
  /** The next send is taken, and its answer is lost. */
  loseAnswer?(): Promise<void>;
  /** Nothing reaches the counterparty until `up`. */
  down?(): Promise<void>;
  up?(): Promise<void>;
  /** An executed payment comes back. Present where the rail can return. */
  sendBack?(attempt: AttemptHandle): Promise<void>;
  close(): Promise<void>;
}

/**
 * What every rail has to keep, through the real engine on a real database (README "Add a rail"). A rail's own tests add what only it can do. `open` makes one world for the suite.
 */
export function railContract(name: string, open: () => Promise<RailWorld>): void {
  describe(`${name} keeps the contract of a rail`, () => {
    let world: RailWorld;
    beforeAll(async () => { world = await open(); }, 120_000);
    afterAll(() => world?.close());
    const once = async (payout: Driven): Promise<void> => {
      expect(await world.executions((await handle(world, payout))!)).toBe(1);
    };

    it('declares guarantees that a registry takes, and ways to do what they promise', () => {
      const { rail } = world;
      expect(railRegistry([rail]).ids()).toEqual([rail.id]);
      expect(rail.guarantees.currencies.length).toBeGreaterThan(0);
    });

    it('takes a good destination, unchanged when it is given again, and refuses a bad one with its field and a reason', () => {
      const verdict = world.rail.validateDestination(world.good());
      expect(verdict).toMatchObject({ ok: true });
      if (verdict.ok) expect(world.rail.validateDestination(verdict.destination)).toEqual(verdict);
      for (const { destination, field } of world.bad) expect({ destination, ...world.rail.validateDestination(destination) }).toMatchObject({ destination, ok: false, field, code: expect.stringMatching(/^[A-Z_]+$/), reason: expect.stringMatching(/^\S.*\.$/) });
      expect(world.bad.length).toBeGreaterThan(1);
    });

    it('names a rate for the currency that a destination is paid in', async () => {
      const currency = world.rail.currencyOf(world.good());
      expect(world.rail.guarantees.currencies).toContain(currency);
      const rate = await world.rail.rate(currency, new Date().toISOString(), calm());
      expect(rate).toMatchObject({ currency, source: expect.stringMatching(/./) });
      expect(new Decimal(rate.rate).gt(0)).toBe(true);
    });

    it('prepares bytes with their hash, sends nothing by it, and two preparations that were not committed leave nothing', async () => {
      const prepared = await withNothingKept(world, async (prepare): Promise<PreparedAttempt[]> => [await prepare(), await prepare()]);
      for (const { bytes, requestHash } of prepared) expect(requestHash).toBe(createHash('sha256').update(bytes).digest('hex'));
      const payout = await drive(world, await payoutBy(world), { until: 'submit' });
      await world.settle();
      expect(await world.executions((await handle(world, payout))!)).toBe(0);
      expect((await drive(world, payout)).state).toBe('paid');
      await once(payout);
    });

    it('refuses more decimals than it pays, and nothing', async () => {
      const currency = world.rail.currencyOf(world.good());
      for (const amount of ['0', '-1', `1.${'0'.repeat(precisionOf(world.rail.guarantees, currency))}1`]) {
        await expect(withNothingKept(world, (prepare) => prepare({ amount }))).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
      }
    });

    it('pays once; the record names the payment, the amount is as ordered, the ledger is sound', async () => {
      const payout = await drive(world, await payoutBy(world));
      expect([payout.state, payout.why]).toEqual(['paid', expect.stringMatching(/executed/)]);
      await once(payout);
      const attempt = (await handle(world, payout))!;
      const found: unknown[] = [];
      for await (const entry of world.rail.record(null, null, calm())) {
        if (entry.idempotencyKey === attempt.idempotencyKey || entry.payoutId === payout.payoutId) found.push([entry.kind, new Decimal(entry.amount).toFixed(), entry.currency]);
      }
      expect(found).toEqual([['executed', new Decimal(attempt.amount).toFixed(), attempt.currency]]);
      expect((await verifyLedger(world.pool)).differences).toEqual([]);
    });

    it('does not take what was never sent for executed, nor for refused', async () => {
      const payout = await drive(world, await payoutBy(world), { until: 'submit' });
      const outcome = await world.rail.lookUp((await handle(world, payout))!, calm());
      expect(['not_found', 'pending', 'unknown']).toContain(outcome.kind);
      expect((await drive(world, payout)).state).toBe('paid');
    });

    it('pays once where a worker dies after every step and each is done again', async () => {
      const payout = await drive(world, await payoutBy(world), { repeatEach: true });
      expect(payout.state).toBe('paid');
      await once(payout);
    });

    it('pays once where the answer to the send is lost', async ({ skip }) => {
      if (world.loseAnswer === undefined) return skip('nothing answers a send here: files are handed over');
      const ready = await drive(world, await payoutBy(world), { until: 'submit' });
      await world.loseAnswer();
      const payout = await drive(world, ready);
      expect(payout.state).toBe('paid');
      await once(payout);
    });

    it('waits while nothing reaches the rail, never fails for it, and pays once it does', async ({ skip }) => {
      if (world.down === undefined) return skip('a folder is always there');
      const ready = await drive(world, await payoutBy(world), { until: 'submit' });
      await world.down();
      const held = await drive(world, ready, { steps: 6 });
      expect(['reserved', 'submitting', 'unknown', 'submitted']).toContain(held.state);
      await world.up!();
      const payout = await drive(world, held);
      expect(payout.state).toBe('paid');
      await once(payout);
    });

    it('sends nothing where payouts were stopped since the send was counted, and pays once they go on', async ({ skip }) => {
      if (world.exchange !== undefined) return skip('files are handed over, which looks the same way');
      const { rail, pool } = world;
      const switched = (stopped: boolean) => withTransaction(pool, (tx) => setSwitch(tx, { rail: rail.id, stopped, reason: 'fraud', by: 'psn_1', at: new Date().toISOString() }));
      const ready = await drive(world, await payoutBy(world), { until: 'submit' });
      const stopping: RailWorld = { ...world, rail: { ...rail, async submit(...send) {
        await switched(true);
        return rail.submit(...send);
      } } };
      const held = await drive(stopping, ready, { steps: 1 });
      await world.settle();
      expect([held.state, held.why, await world.executions((await handle(world, ready))!)]).toEqual(['reserved', expect.stringContaining('PAYOUTS_STOPPED'), 0]);
      await switched(false);
      const payout = await drive(world, held);
      expect(payout.state).toBe('paid');
      await once(payout);
    });

    it('gives money that comes back to the user, once', async ({ skip }) => {
      if (!world.rail.guarantees.canReturn) return skip('nothing comes back here');
      const payout = await drive(world, await payoutBy(world));
      await world.sendBack!((await handle(world, payout))!);
      await world.settle();
      const back = await drive(world, payout, { ask: true });
      expect(back.state).toBe('returned');
      expect((await drive(world, back, { ask: true })).state).toBe('returned');
      expect((await verifyLedger(world.pool)).differences).toEqual([]);
    });
  });
}
