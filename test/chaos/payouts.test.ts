import { expect, test } from 'vitest';
import { chaos } from '../../scripts/chaos/run.ts';
import '../support/quiet.ts';

// The long version is `npm run chaos -- --payouts 200`.
test('every fault of the rail and the worker killed at random: paid once by the rail\'s own record, or visibly unknown', async () => {
  const result = await chaos({ payouts: 40, seed: 7, seconds: 5, faultRate: 0.07 });
  expect(result.findings).toEqual([]);
  expect(result.kills).toBeGreaterThanOrEqual(2);
  // The trial was one: things did go wrong, and most were paid all the same.
  expect(result.resent + result.webhooks.refused + (result.states['unknown'] ?? 0) + (result.states['returned'] ?? 0)).toBeGreaterThan(0);
  expect(result.executions).toBeGreaterThan(25);
}, 180_000);

test('negative control: code with a fresh key per try pays twice, and the comparison says so', async () => {
  const result = await chaos({ payouts: 40, seed: 7, seconds: 0, faultRate: 0.07, naive: true });
  expect(result.findings.filter((finding) => finding.code === 'PAID_TWICE').length).toBeGreaterThan(0);
  expect(result.findings.map((finding) => finding.code)).toContain('CLEARING_DIFFERS');
  // Its own books are in order: only the rail's record shows it.
  expect(result.findings.map((finding) => finding.code)).not.toContain('RESERVED_DIFFERS');
  expect(result.findings.map((finding) => finding.code)).not.toContain('AVAILABLE_DIFFERS');
}, 120_000);
