import { z } from 'zod';
import { type BrokerPayment, recordBrokerPayment } from '../../db/stores/brokerPayments.ts';
import { lockBroker } from '../../db/stores/brokers.ts';
import { addFundingTerms, newestFundingTerms } from '../../db/stores/fundingTerms.ts';
import { NewBrokerPayment, NewFundingTerms } from '../schemas/funding.ts';
import type { Applier } from './applier.ts';

/** How much of a broker's cashback is paid before it has paid us; the subject is the broker. `before`: the newest version. */
export const FUNDING_TERMS = {
  kind: 'funding_terms', payload: NewFundingTerms,
  async before(tx, _payload, { subject }) {
    await lockBroker(tx.db, subject.id);
    return newestFundingTerms(tx, subject.id);
  },
  apply: (tx, payload, { subject }) => addFundingTerms(tx, { brokerId: subject.id, ...payload }),
} satisfies Applier<z.output<typeof NewFundingTerms>>;

const Recorded = NewBrokerPayment.extend({ recordedBy: z.string() });

/** A broker has paid, says an operator: it makes room for payouts, so somebody else looks at the bank account too. The subject is the broker. */
export const BROKER_PAYMENT = {
  kind: 'broker_payment', payload: Recorded,
  before: async () => null,
  apply: (tx, payload, { subject, at }): Promise<BrokerPayment> => recordBrokerPayment(tx, { brokerId: subject.id, ...payload, at }),
} satisfies Applier<z.output<typeof Recorded>, BrokerPayment>;
