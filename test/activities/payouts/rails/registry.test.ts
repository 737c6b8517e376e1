import { expect, it } from 'vitest';
import { railRegistry } from '../../../../activities/payouts/rails/registry.ts';
import { sandboxRail } from '../../../../activities/payouts/rails/sandbox.ts';

const rail = sandboxRail({ url: 'http://127.0.0.1:1', secret: 'x' });

it('gives a rail by its id and says which are known', () => {
  const registry = railRegistry([rail, sandboxRail({ id: 'second', url: 'http://127.0.0.1:1', secret: 'x' })]);
  expect(registry.get('sandbox')).toBe(rail);
  expect(registry.ids()).toEqual(['sandbox', 'second']);
  expect(() => registry.get('usdt')).toThrow(expect.objectContaining({ code: 'RAIL_UNKNOWN', message: expect.stringContaining('sandbox, second') }));
});

it('refuses two rails of one id, and a batch rail that cannot make batches', () => {
  expect(() => railRegistry([rail, rail])).toThrow(expect.objectContaining({ code: 'RAIL_CONFIGURED_TWICE' }));
  expect(() => railRegistry([{ ...rail, guarantees: { ...rail.guarantees, mode: 'batch' } }])).toThrow(expect.objectContaining({ code: 'RAIL_GUARANTEES_CONTRADICT' }));
});
