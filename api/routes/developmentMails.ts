import { listMailsToWrite, type MailToWrite } from '../../db/stores/mails.ts';
import { addressOf } from '../../db/stores/personAddress.ts';
import { writeMail } from '../../domain/notifications/write.ts';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';

interface ShownMail { id: string; state: string; kind: string; to: string | null; subject: string; text: string; html: string; messageId: string; createdAt: string }

const HIDDEN = { schema: { hide: true } as object, onRequest: onlyFromThisMachine };

const NEWEST = 100;

/**
 * In development only (MAIL_TRANSPORT=development): every mail with its address and secret links, for whoever sits at this
 * machine: an API that listens to others as well answers them 404, and so does a page elsewhere whose name was led here.
 * Nothing of it is stored: each is written anew from what it tells.
 */
export function developmentMailRoutes(app: Api, { pool, personal, config }: ApiDeps): void {
  if (!config.showMails) return;

  const shown = async (mail: MailToWrite): Promise<ShownMail> => {
    const { id, state, kind, messageId, createdAt } = mail;
    const common = { id, state, kind, to: await addressOf(pool, personal, mail), messageId, createdAt };
    try {
      return { ...common, ...writeMail(mail, config.publicUrl, personal.token) };
    } catch (error) {
      if (error instanceof Problem) return { ...common, subject: error.code, text: error.message, html: '' };
      throw error;
    }
  };
  const newest = async (): Promise<ShownMail[]> => Promise.all((await listMailsToWrite(pool, { before: null, limit: NEWEST })).map(shown));

  app.get('/dev/mails.json', HIDDEN, async () => ({ items: await newest() }));
  app.get('/dev/mails', HIDDEN, async (_request, reply) => reply
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    .type('text/html; charset=utf-8').send(page(await newest())));
}

const page = (mails: readonly ShownMail[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mails (development)</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f8fa;padding:1em}iframe{width:100%;height:22em;border:1px solid #d0d7de}summary{cursor:pointer}</style></head>
<body><h1>Mails</h1><p>What would have been sent, newest first; nothing left this installation. As JSON: <a href="/dev/mails.json">/dev/mails.json</a>.</p>
${mails.map((mail) => `<details><summary>${escaped(mail.createdAt)} · ${escaped(mail.to ?? 'nobody')} · <b>${escaped(mail.subject)}</b> (${escaped(mail.state)})</summary>
<pre>${escaped(mail.text)}</pre><iframe sandbox title="HTML" srcdoc="${escaped(mail.html)}"></iframe></details>`).join('\n') || '<p>None yet.</p>'}
</body></html>
`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const HERE = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

async function onlyFromThisMachine(request: FastifyRequest): Promise<void> {
  const { headers, socket } = request;
  const direct = /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '') && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
  if (direct && HERE.test(headers.host ?? '')) return;
  throw new Problem('ROUTE_UNKNOWN', 'Mails are shown to this machine only.', { status: 404 });
}
