import { z } from 'zod';
import { parseEnvironment, ProcessEnvironment, required } from '../db/config.ts';
import { createPool } from '../db/connection.ts';
import { PersonalDataEnvironment, readMasterKeys } from '../db/personal/masterKeys.ts';
import { rewrapKeys } from '../db/personal/subjectKeys.ts';

/*
 * `npm run personal:rewrap`: after a new key was put first in PERSONAL_DATA_KEYS, wraps every subject's key with it, so that the old one can
 * be taken out. The data itself is not touched. Can be stopped and started again at any time, and beside running processes that have both keys.
 */
const environment = parseEnvironment(z.object({ ...ProcessEnvironment.shape, ...PersonalDataEnvironment.shape }), process.env);
const keys = readMasterKeys(environment);
const pool = createPool(required('DATABASE_APP_URL', environment.DATABASE_APP_URL), { max: 1, applicationName: 'cashback-rewrap' });
try {
  let total = 0;
  for (let done = 0; (done = await rewrapKeys(pool, keys)) > 0;) console.log(`${(total += done)} keys wrapped with "${keys.current.id}" …`);
  const { rows } = await pool.query<{ id: string; n: string }>('SELECT master_key_id AS id, count(*) AS n FROM data_key GROUP BY 1 ORDER BY 1');
  console.log(`Done: ${total} keys wrapped anew. In use now: ${rows.map(({ id, n }) => `"${id}" for ${n}`).join(', ') || 'none'}.`);
} finally {
  await pool.end();
}
