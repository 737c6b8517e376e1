import { expect, it } from 'vitest';
import { partnerShare } from '../../../domain/partners/share.ts';

it('worked example 11: 30 % of a spread of 13.6 USD a lot on 5 lots, 10 % of a commission of 70', () => {
  expect(partnerShare('30', { of: 'spread', perLot: '13.6', lots: '5' }).toFixed()).toBe('20.4');
  expect(partnerShare('10', { of: 'commission', amount: '70' }).toFixed()).toBe('7');
});

it('is cut, not rounded, and refuses an impossible percentage', () => {
  expect(partnerShare('33.333333', { of: 'commission', amount: '0.00000029' }).toFixed(8)).toBe('0.00000009');
  expect(() => partnerShare('100.01', { of: 'commission', amount: '1' })).toThrow(/between 0 and 100/);
});
