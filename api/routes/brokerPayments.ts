import { z } from 'zod';
import { type BrokerPayment as StoredPayment, getBrokerPayment, listBrokerPayments, requireBooked, reverseBrokerPayment } from '../../db/stores/brokerPayments.ts';
import { matchAutomatically, matchParts, unmatch } from '../../db/stores/paymentMatches.ts';
import { BROKER_PAYMENT } from '../changes/fundingChanges.ts';
import { submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { BrokerParams } from '../schemas/brokers.ts';
import { Change } from '../schemas/changes.ts';
import { BrokerPayment, NewBrokerPayment, NewMatches, NewReversal, NewUnmatch, PaymentParams, PaymentQuery } from '../schemas/funding.ts';
import { asFlag, pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** What brokers have paid us, and which month's commission it pays. */
export function brokerPaymentRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const tag = 'Funding';
  const day = (instant: string | undefined): string | undefined => instant && new Date(instant).toISOString().slice(0, 10);

  app.post('/v1/brokers/:brokerId/payments', operation('recordBrokerPayment', { tag, summary: 'Record that a broker has paid', description: 'It is matched to the oldest months that are owed.', params: BrokerParams, body: NewBrokerPayment, response: { 201: BrokerPayment, 202: Change } }), (request, reply) =>
    submitOnce(deps, request, reply, 201, BROKER_PAYMENT, { subject: { type: 'broker', id: request.params.brokerId }, payload: { ...request.body, recordedBy: callerOf(request).actor.principalId } }));
  app.get('/v1/broker-payments', operation('listBrokerPayments', { tag, summary: "Brokers' payments in the order in which they were recorded", querystring: z.object({ ...pageQuery, ...PaymentQuery }), response: { 200: pageOf(BrokerPayment) } }), (request) => {
    const { brokerId, state, open, from, to } = request.query;
    return readPage(request.query, (payment) => payment.id, (page) => listBrokerPayments(pool, { brokerId, state, open: asFlag(open), from: day(from), to: day(to) }, page));
  });
  app.get('/v1/broker-payments/:paymentId', operation('getBrokerPayment', { tag, summary: 'A payment with what it is matched to', params: PaymentParams, response: { 200: BrokerPayment } }), (request) => getBrokerPayment(pool, request.params.paymentId));

  app.post('/v1/broker-payments/:paymentId/matches', operation('matchBrokerPayment', { tag, summary: 'Match what is left of a payment to months of commission', description: 'Parts that are named, or without any the oldest month that is owed first. What is left after that stays unmatched.', params: PaymentParams, body: NewMatches, response: { 200: BrokerPayment } }), (request, reply) =>
    once<StoredPayment>(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const payment = await getBrokerPayment(tx, request.params.paymentId, true);
        requireBooked(payment);
        audit.before = payment;
        const who = { by: callerOf(request).actor.principalId, at: deps.now() };
        const { matches } = request.body;
        await (matches === undefined ? matchAutomatically(tx, payment, who) : matchParts(tx, payment, matches.filter(({ amount }) => /[1-9]/.test(amount)), who));
        return getBrokerPayment(tx, payment.id);
      },
    }));
  app.post('/v1/broker-payments/:paymentId/unmatch', operation('unmatchBrokerPayment', { tag, summary: 'Take a match back, as a new entry', params: PaymentParams, body: NewUnmatch, response: { 200: BrokerPayment } }), (request, reply) =>
    once<StoredPayment>(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const payment = await getBrokerPayment(tx, request.params.paymentId, true);
        requireBooked(payment);
        audit.before = payment;
        const { month, amount, reason } = request.body;
        await unmatch(tx, payment, { month, amount }, { by: callerOf(request).actor.principalId, at: deps.now(), reason });
        return getBrokerPayment(tx, payment.id);
      },
    }));
  app.post('/v1/broker-payments/:paymentId/reverse', operation('reverseBrokerPayment', { tag, summary: 'A payment bounced: take it back, as a new entry', description: 'Its matches are taken back with it. It only stops money, so one operator may.', params: PaymentParams, body: NewReversal, response: { 200: BrokerPayment } }), (request, reply) =>
    once<StoredPayment>(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        audit.before = await getBrokerPayment(tx, request.params.paymentId, true);
        return reverseBrokerPayment(tx, request.params.paymentId, { ...request.body, by: callerOf(request).actor.principalId, at: deps.now() });
      },
    }));
}
