import { Decimal, plain, sum } from '../decimal.ts';

/** Parts of payouts by broker, USD. */
export interface BrokerPart { brokerId: string; amount: string }

/** USD of a broker's users that was reserved or paid out and not given back, less what the broker has paid us, over all time; below zero: it has paid ahead. */
export const exposureOf = (claimed: string, funded: string): string => plain(new Decimal(claimed).minus(funded));

/** How much more may be reserved; null: no limit. Below zero where the limit was lowered or a payment bounced. */
export const roomOf = (limit: string | null, exposure: string): string | null => (limit === null ? null : plain(new Decimal(limit).minus(exposure)));

/** USD that may still be reserved, by broker; a broker that is not in it has no limit. */
export type Rooms = ReadonlyMap<string, string>;

/** The first broker whose parts together do not fit into its room; null: all fit. */
export function overRoom(parts: readonly BrokerPart[], rooms: Rooms): string | null {
  for (const [brokerId, own] of Map.groupBy(parts, (part) => part.brokerId)) {
    const room = rooms.get(brokerId);
    if (room !== undefined && sum(own.map(({ amount }) => amount)).gt(room)) return brokerId;
  }
  return null;
}

/** The rooms after these parts were reserved. */
export function roomsAfter(rooms: Rooms, parts: readonly BrokerPart[]): Map<string, string> {
  const left = new Map(rooms);
  for (const { brokerId, amount } of parts) {
    const room = left.get(brokerId);
    if (room !== undefined) left.set(brokerId, plain(new Decimal(room).minus(amount)));
  }
  return left;
}

/** Sums of parts by broker, in the order of the brokers' ids: locks are taken in that order. */
export function byBroker(parts: readonly BrokerPart[]): BrokerPart[] {
  return [...Map.groupBy(parts, (part) => part.brokerId)].map(([brokerId, own]) => ({ brokerId, amount: plain(sum(own.map(({ amount }) => amount))) }))
    .sort((a, b) => (a.brokerId < b.brokerId ? -1 : 1));
}
