import { parseEnvironment } from '../db/config.ts';
import { createPool } from '../db/connection.ts';
import { PersonalDataEnvironment, readMasterKeys } from '../db/personal/masterKeys.ts';
import { rewrapKeys } from '../db/personal/subjectKeys.ts';
import { localLedger } from './local/ledger-url.ts';
import { keptPersonalKeys } from './local/personal-keys.ts';
import { supervise } from './local/supervise.ts';

/*
 * `npm run personal:rewrap`: after a new key was put first in PERSONAL_DATA_KEYS, wraps every subject's key with it, so that the old one can
 * be taken out. The data itself is not touched. Can be stopped and started again at any time, and beside running processes that have both keys.
 */
await supervise(async ({ onStop, signal }) => {
  const { url, source, stop } = await localLedger((line) => console.log(line));
  onStop('Postgres', stop);
  console.log(source);
  const keys = readMasterKeys({ ...keptPersonalKeys(process.env['DATA_DIR'] || '.data'), ...parseEnvironment(PersonalDataEnvironment, process.env) });
  const pool = createPool(url, { max: 1, applicationName: 'cashback-rewrap' });
  onStop('connections', () => pool.end());
  let total = 0;
  for (let done = 0; !signal.aborted && (done = await rewrapKeys(pool, keys)) > 0;) console.log(`${(total += done)} keys wrapped with "${keys.current.id}" …`);
  if (signal.aborted) return 1;
  const { rows } = await pool.query<{ id: string; n: string }>('SELECT master_key_id AS id, count(*) AS n FROM data_key GROUP BY 1 ORDER BY 1');
  console.log(`Done: ${total} keys wrapped anew. In use now: ${rows.map(({ id, n }) => `"${id}" for ${n}`).join(', ') || 'none'}.`);
  return 0;
});
