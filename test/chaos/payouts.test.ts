import { expect, test } from 'vitest';
import { chaos } from '../../scripts/chaos/run.ts';
import '../support/quiet.ts';

// The long version is `npm run chaos -- --payouts 300`.
test.skipIf(process.platform !== 'linux')('worker, rail and Postgres killed, bad wires, every fault of the rail: paid once by the rail\'s own record, nothing left; the naive client is caught', async () => {
  const result = await chaos({ payouts: 40, seed: 7, seconds: 8, longest: 12, faultRate: 0.08, fromSending: true, control: 30 });
  expect(result.findings).toEqual([]);
  expect(Object.keys(result.kills).sort()).toEqual(['postgres', 'rail', 'worker']);
  // The trial was one: things did go wrong, and most were paid all the same.
  expect(Object.keys(result.counterpartyFaults).length).toBeGreaterThan(0);
  expect(Object.values(result.linkFaults).flatMap((met) => Object.values(met)).reduce((all, one) => all + one, 0)).toBeGreaterThan(0);
  expect(result.executions).toBeGreaterThan(25);

  const codes = result.control!.findings.map(({ code }) => code);
  expect(codes).toContain('PAID_TWICE');
  expect(codes).toContain('CLEARING_DIFFERS');
  // Its own books are in order: only the rail's record shows it.
  expect(codes).not.toContain('RESERVED_DIFFERS');
  expect(codes).not.toContain('AVAILABLE_DIFFERS');
  expect(codes).not.toContain('LEDGER_UNSOUND');
}, 240_000);
