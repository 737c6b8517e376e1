import type { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail { messageId: string; from: string; to: string[]; raw: string; subject: string; secure: boolean; user: string | null }

/** What the server answers to a step: nothing (accept), or an SMTP error. */
export type Answer = void | undefined | { code: number; text: string };

export interface TestSmtp {
  url: string;
  port: number;
  /** Mails that were taken to the end, in their order, also those whose answer nobody heard. */
  received: ReceivedMail[];
  /** Everything that was said so far may change; tests set these. */
  onRecipient: (address: string) => Answer | Promise<Answer>;
  /** Runs once the whole message has arrived, before it is answered. */
  onMessage: (mail: ReceivedMail) => Answer | Promise<Answer>;
  connections(): number;
  close(): Promise<void>;
}

/** A real SMTP server in this process. */
export async function testSmtp(options: SMTPServerOptions = {}, port = 0): Promise<TestSmtp> {
  let connections = 0;
  const reply = async (answer: Answer | Promise<Answer>, done: (error?: Error | null, message?: string) => void, taken: () => void = () => {}): Promise<void> => {
    const refusal = await answer;
    if (refusal) return done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
    taken();
    done(null, 'kept');
  };
  const smtp: TestSmtp = {
    url: '', port: 0, received: [], onRecipient: () => undefined, onMessage: () => undefined, connections: () => connections,
    close: () => new Promise((done) => server.close(() => done())),
  };
  const server = new SMTPServer({
    authOptional: true, disabledCommands: options.secure || options.key ? [] : ['STARTTLS'], logger: false, disableReverseLookup: true,
    onConnect(_session, done) {
      connections++;
      done();
    },
    onRcptTo({ address }, _session, done) {
      void reply(smtp.onRecipient(address), done);
    },
    onData(stream: Readable, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        const header = (name: string): string => (new RegExp(`^${name}: (.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(raw)?.[1] ?? '').replace(/\r?\n[ \t]+/g, ' ');
        const { mailFrom, rcptTo } = session.envelope;
        const mail: ReceivedMail = {
          messageId: header('Message-ID'), subject: header('Subject'), from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), raw,
          secure: session.secure, user: typeof session.user === 'string' ? session.user : null,
        };
        void reply(smtp.onMessage(mail), done, () => smtp.received.push(mail));
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', () => ready()));
  smtp.port = (server.server.address() as { port: number }).port;
  smtp.url = `smtp://127.0.0.1:${smtp.port}`;
  return smtp;
}
