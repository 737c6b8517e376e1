import { startSandboxBank } from '../../sandbox-bank/server.ts';
import type { Counterparty } from './counterparty.ts';
import { keptPort } from './kept.ts';

/** mock-bank, a bank that nobody here wrote: files in, files out, its day ended by `POST /_mock/advance`. */
export const BANK: Counterparty = {
  id: 'bank',
  name: 'mock-bank',
  serves: (rail) => rail === 'bank',
  outside: ['BANK_OUT', 'BANK_IN', 'BANK_ACCOUNT_NAME', 'BANK_ACCOUNT_IBAN', 'BANK_ACCOUNT_BIC', 'BANK_SFTP_SECRET', 'BANK_SFTP_HOST_KEY'],
  start: ({ folder, log, quick }) => keptPort(folder, (port) => startSandboxBank({ folder, port, log, lookEveryMs: quick ? 200 : 1_000 })),
};
