import { parseArgs } from 'node:util';
import { drizzle } from 'drizzle-orm/node-postgres';
import { createPool } from '../db/connection.ts';
import { createApiKey } from '../db/stores/apiKeys.ts';
import { DECIDING_ROLES } from '../domain/changes/policy.ts';
import { Problem } from '../domain/problem.ts';
import { localLedger } from './local/ledger-url.ts';
import { supervise } from './local/supervise.ts';

/**
 * `npm run operator-key -- --name Ben --role finance`: a key for an operator of his own. One that is made over the API belongs to whoever
 * makes it, who could otherwise be his own second operator; so another one's comes from whoever keeps the database.
 */
await supervise(async ({ onStop }) => {
  const { name, role } = parseArgs({ options: { name: { type: 'string' }, role: { type: 'string' } } }).values;
  const known = DECIDING_ROLES.find((one) => one === role);
  if (name === undefined || known === undefined) throw new Problem('OPTIONS_INVALID', `Say for whom: npm run operator-key -- --name NAME --role ${DECIDING_ROLES.join('|')}`);
  const { url, stop } = await localLedger((line) => process.stderr.write(`${line}\n`));
  onStop('Postgres', stop);
  const pool = createPool(url, { max: 1, applicationName: 'operator-key' });
  onStop('connections', () => pool.end());
  const { key, apiKey } = await createApiKey(drizzle(pool), { name, role: known, scopes: ['*'], at: new Date().toISOString() });
  process.stderr.write(`Key ${apiKey.id} of ${name} (${known}); it is shown this once:\n`);
  console.log(key);
  return 0;
});
