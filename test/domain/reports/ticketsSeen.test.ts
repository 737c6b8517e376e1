import { expect, it } from 'vitest';
import { TicketsSeen } from '../../../domain/reports/ticketsSeen.ts';
import fc from '../../support/properties.ts';

const line = (ticket: string | null, kind: 'trade' | 'adjustment' | 'reversal' = 'trade', server = 'S', malformed: string | null = null) => ({ ticket, kind, server, malformed });
const seen = (...lines: ReturnType<typeof line>[]): boolean => {
  const tickets = new TicketsSeen();
  for (const one of lines) tickets.add(one);
  return tickets.maybeRepeated;
};

it('finds every ticket that stands twice, wherever, and none among a hundred thousand different ones', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => line(String(9_007_199_254_740_993n + BigInt(i))));
  expect(seen(...many)).toBe(false);
  expect(seen(...many, many[77_777]!)).toBe(true);
});

it('says so exactly where there is one, in any order', () => {
  fc.assert(fc.property(fc.array(fc.record({ ticket: fc.string({ minLength: 1, maxLength: 3 }), server: fc.constantFrom('A', 'B'), kind: fc.constantFrom('trade' as const, 'adjustment' as const) })), (rows) => {
    const names = rows.map(({ ticket, server, kind }) => JSON.stringify([kind, server, ticket]));
    expect(seen(...rows.map(({ ticket, server, kind }) => line(ticket, kind, server)))).toBe(new Set(names).size < names.length);
  }));
});

it.each([
  ['without a ticket', [line(null), line(null)]],
  ['on two servers', [line('1'), line('1', 'trade', 'T')]],
  ['a trade and a money adjustment', [line('1'), line('1', 'adjustment')]],
  ['reversals of one ticket', [line('1', 'reversal'), line('1', 'reversal')]],
  ['one of them malformed', [line('1'), line('1', 'trade', 'S', 'no lots')]],
])('no repeat: %s', (_name, lines) => {
  expect(seen(...lines)).toBe(false);
});
