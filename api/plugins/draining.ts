import type { Api } from '../deps.ts';

/** While the server closes, each answer also ends its connection; a kept-alive one would hold the process for its whole idle time. */
export function installDraining(app: Api): void {
  let closing = false;
  app.addHook('preClose', async () => { closing = true; });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}
