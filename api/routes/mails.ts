import { z } from 'zod';
import { listBounces, type MailBounce as BounceRow, recordBounce, releaseBounce } from '../../db/stores/bounces.ts';
import { findMail, listMails, type Mail as MailRow, moveMail } from '../../db/stores/mails.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { BounceQuery, Mail, MailBounce, MailQuery, NewBounce } from '../schemas/notifications.ts';
import { asFlag, defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** For operators: what became of mails, and the addresses that send them back. */
export function mailRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const tag = 'Mails';

  app.get('/v1/mails', operation('listMails', { tag, summary: 'Mails with their state, newest first', querystring: z.object({ ...pageQuery, ...MailQuery }), response: { 200: pageOf(Mail) } }), (request) => {
    const { limit: _limit, cursor: _cursor, ...filter } = request.query;
    return readPage<MailRow>(request.query, ({ id }) => id, ({ after, limit }) => listMails(pool, defined(filter), { before: after ?? null, limit }));
  });
  app.get('/v1/mail-bounces', operation('listMailBounces', { tag, summary: 'Addresses that sent mails back', querystring: z.object({ ...pageQuery, ...BounceQuery }), response: { 200: pageOf(MailBounce) } }), (request) =>
    readPage<BounceRow>(request.query, ({ id }) => id, (page) => listBounces(pool, defined({ blocked: asFlag(request.query.blocked), personId: request.query.personId }), page)));
  app.post('/v1/mail-bounces', operation('reportMailBounce', {
    tag, summary: 'Report a mail that came back', description: 'For a program that reads the bounces of your mail provider, and for operators. After a hard one nothing more is sent to the address.', body: NewBounce, response: { 201: MailBounce },
  }), (request, reply) =>
    once(deps, request, reply, {
      status: 201,
      effect: async (tx, audit) => {
        const { messageId, kind, reason } = request.body;
        const mail = await findMail(tx, { messageId });
        if (mail === null || mail.mailIndex === null) throw new Problem('MAIL_UNKNOWN', 'No mail was sent under this Message-ID.', { status: 404, at: { field: 'messageId' } });
        const at = deps.now();
        const why = `${kind === 'hard' ? 'BOUNCED' : 'BOUNCED_FOR_NOW'}${reason === undefined ? '' : `: ${reason.replace(/[^\s<>@]+@[^\s<>@]+/g, '…')}`}`;
        audit.userId = mail.userId;
        if (kind === 'hard') await moveMail(tx, mail.id, { state: 'bounced', reason: why, nextAttemptAt: null, at });
        return recordBounce(tx, { mailIndex: mail.mailIndex, personId: mail.personId, hard: kind === 'hard', reason: why, at });
      },
    }));
  app.delete('/v1/mail-bounces/:bounceId', operation('removeMailBounce', { tag, summary: 'Send mails to an address again', params: z.object({ bounceId: idIn('bnc') }), response: { 200: MailBounce } }), (request, reply) =>
    once(deps, request, reply, { status: 200, effect: (tx) => releaseBounce(tx, request.params.bounceId) }));
}
