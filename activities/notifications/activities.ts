import type { PersonalData } from '../../db/personal/personalData.ts';
import { nextMailDueAt } from '../../db/stores/mails.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { type FannedOut, fanOut } from './fanOut.ts';
import { type SentPage, sendPage } from './sendPage.ts';
import type { MailSettings } from './settings.ts';

/** The side effects of `outbox`. */
export function createOutboxActivities({ pool, client, personal }: Pick<Dependencies, 'pool' | 'client'> & { personal: PersonalData }, settings: MailSettings) {
  const { transport } = settings;
  return {
    fanOut: (input: { asOf: string }): Promise<FannedOut> => alive(() => fanOut({ pool, client }, settings, input.asOf)),
    sendMails: (input: { asOf: string }): Promise<SentPage> => alive(async () => {
      if (transport !== null) return sendPage({ pool, personal }, { ...settings, transport }, input.asOf);
      const waiting = await nextMailDueAt(pool);
      return { taken: 0, more: false, nextAt: null, down: waiting === null ? null : 'OFF: no mail server is configured (SMTP_URL)' };
    }),
  };
}
