import { sendPage } from '../../../activities/notifications/sendPage.ts';
import { MAIL_SETTINGS } from '../../../activities/notifications/settings.ts';
import { smtpTransport } from '../../../activities/notifications/smtp.ts';
import { createPool } from '../../../db/connection.ts';
import { readMasterKeys } from '../../../db/personal/masterKeys.ts';
import { personalData } from '../../../db/personal/personalData.ts';

// A process that sends what is due until nothing is, for a test that kills it in the middle. Settings by its environment.
const { APP_URL, SMTP_URL, AS_OF, PERSONAL_DATA_KEYS, PERSONAL_DATA_INDEX_KEY } = process.env as Record<string, string>;
const pool = createPool(APP_URL!, { max: 8 });
const from = { name: 'Cashback', address: 'no-reply@cashback.test' };
const settings = { ...MAIL_SETTINGS, from, connections: 2, publicUrl: 'https://app.cashback.test', transport: smtpTransport({ url: SMTP_URL!, from }) };
const personal = personalData(readMasterKeys({ PERSONAL_DATA_KEYS, PERSONAL_DATA_INDEX_KEY }));
while ((await sendPage({ pool, personal }, settings, AS_OF!)).more);
await pool.end();
