import { z } from 'zod';
import { brokerIdIn, decimalIn, DecimalText, idOut, Instant, instantIn, instrumentClass, text } from './common.ts';

const server = () => text(100).meta({ description: "Name of the broker's trading server.", examples: ['Alpha-Live'] });

export const NewBroker = z.strictObject({
  id: brokerIdIn().meta({ description: 'Your own short name for the broker; it stays.' }),
  name: text(200).meta({ examples: ['Alpha Markets'] }),
  servers: z.array(server()).max(200).default([]),
}).meta({ id: 'NewBroker' });
export const Broker = z.object({ id: z.string(), name: z.string(), servers: z.array(z.string()), createdAt: Instant }).meta({ id: 'Broker' });
export const NewServers = z.strictObject({ servers: z.array(server()).min(1).max(200) });

export const NewAgreement = z.strictObject({
  activeFrom: instantIn(),
  activeTo: instantIn().nullable().default(null).meta({ description: 'Exclusive; null: open-ended.' }),
}).meta({ id: 'NewAgreement' });
export const EndAgreement = z.strictObject({ activeTo: instantIn() });
export const Agreement = z.object({ id: idOut('agr'), brokerId: z.string(), activeFrom: Instant, activeTo: Instant.nullable() }).meta({ id: 'Agreement' });

const accountTypes = z.record(z.string(), z.object({ eligible: z.boolean(), lotFactor: DecimalText }));
export const NewTerms = z.strictObject({
  effectiveFrom: instantIn(),
  accountTypes: z.record(text(60), z.strictObject({ eligible: z.boolean(), lotFactor: decimalIn(12, '0.01').meta({ description: 'Standard lots in one lot of this type.' }) }))
    .meta({ examples: [{ standard: { eligible: true, lotFactor: '1' }, cent: { eligible: true, lotFactor: '0.01' }, demo: { eligible: false, lotFactor: '1' } }] }),
  excludedClasses: z.array(instrumentClass()).max(100).default([]),
  symbolSuffixes: z.array(text(20)).max(200).default([]).meta({ description: 'Stripped, longest first, when the whole symbol is unknown.', examples: [['.pro', '#']] }),
  minDurationSeconds: z.int().min(0).max(2_000_000_000).nullable().default(null),
  minMovePoints: decimalIn(8, '30').nullable().default(null),
}).meta({ id: 'NewTerms' });
export const Terms = z.object({
  id: idOut('trm'), brokerId: z.string(), version: z.int(), effectiveFrom: Instant, accountTypes, excludedClasses: z.array(z.string()),
  symbolSuffixes: z.array(z.string()), minDurationSeconds: z.int().nullable(), minMovePoints: DecimalText.nullable(),
}).meta({ id: 'Terms' });

export const NewRate = z.strictObject({
  class: instrumentClass(),
  perLot: decimalIn(8, '6.00').meta({ description: 'USD per standardised lot.' }),
  effectiveFrom: instantIn(),
  appliesTo: z.enum(['all', 'new']).default('all').meta({ description: 'All links, or only links requested from `effectiveFrom` on.' }),
}).meta({ id: 'NewRate' });
export const Rate = z.object({
  id: idOut('rat'), brokerId: z.string(), class: z.string(), version: z.int(), perLot: DecimalText, effectiveFrom: Instant, appliesTo: z.enum(['all', 'new']),
}).meta({ id: 'Rate' });

export const SymbolsIn = z.strictObject({ symbols: z.record(text(60), instrumentClass()).meta({ examples: [{ EURUSD: 'forex', XAUUSD: 'metals' }] }) });
export const Symbols = z.object({ symbols: z.record(z.string(), z.string()) }).meta({ id: 'Symbols', description: 'Base symbol → instrument class.' });
export const BrokerParams = z.object({ brokerId: brokerIdIn() });
