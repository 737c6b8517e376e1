import { validateIBAN } from 'ibantools';
import type { Pool } from 'pg';
import { z } from 'zod';
import { required } from '../../../../db/config.ts';
import { Problem } from '../../../../domain/problem.ts';
import { type FxSettings, fxRates } from '../fx/settings.ts';
import type { Rail } from '../rail.ts';
import { type BankRailConfig, bankRail } from './rail.ts';
import { localFolders } from './localFolders.ts';
import { sftpFolders } from './sftpFolders.ts';

const names = (text: string): string[] => text.split(',').map((name) => name.trim()).filter(Boolean);
const decimal = (fallback: string) => z.string().regex(/^\d{1,12}(\.\d{1,8})?$/, 'must be a decimal').default(fallback);

/** The bank rail's variables. */
export const BankEnvironment = z.object({
  BANK_ACCOUNT_NAME: z.string().min(1).max(70).optional().describe("Name of the company's account, from which bank transfers are paid."),
  BANK_ACCOUNT_IBAN: z.string().transform((text) => text.replace(/\s/g, '').toUpperCase()).refine((iban) => validateIBAN(iban).valid, 'must be an IBAN').optional().describe('Its IBAN.'),
  BANK_ACCOUNT_BIC: z.string().regex(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'must be a BIC').optional().describe('BIC of its bank. Not set: none is named.'),
  BANK_OUT: z.string().min(1).optional().describe('Where payment files are handed over: a folder, or `sftp://user@host:port/folder`.'),
  BANK_IN: z.string().min(1).optional().describe('Where the bank leaves its messages: a folder, or one on the same SFTP server. Read files are moved to `done/` in it, refused ones to `failed/`.'),
  BANK_SFTP_SECRET: z.string().min(1).optional().describe('Password or private key of the SFTP user.'),
  BANK_SFTP_HOST_KEY: z.string().startsWith('SHA256:').optional().describe("The SFTP server's key, as `ssh-keygen -lf` prints it (`SHA256:…`)."),
  BANK_CURRENCIES: z.string().regex(/^[A-Z]{3}(,[A-Z]{3})*$/, 'must be currencies, separated by commas').default('EUR').transform(names)
    .refine((currencies) => currencies.every((currency) => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits === 2), 'must be currencies of two decimals').describe('Currencies in which bank transfers are paid. An account gets the one that its method names, else that of its country, else the first that reaches it.'),
  BANK_CUT_OFF: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM').default('15:00').describe('When the bank stops taking files for the same day, in BANK_TIME_ZONE.'),
  BANK_TIME_ZONE: z.string().default('UTC').refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'must be an IANA time zone').describe("The bank's time zone."),
  BANK_HOLIDAYS: z.string().regex(/^(\d{4}-\d{2}-\d{2}(,\d{4}-\d{2}-\d{2})*)?$/, 'must be days (YYYY-MM-DD) separated by commas').default('').transform(names).describe('Days on which the bank does not execute, besides weekends and the closing days of TARGET.'),
  BANK_MINIMUM: decimal('1').describe('Least amount of a bank transfer, in its currency, whichever that is.'),
  BANK_MAXIMUM: decimal('100000').describe('Largest amount of a bank transfer, in its currency, whichever that is.'),
  BANK_FEE: decimal('0').describe('What a bank transfer costs, in its currency, whichever that is.'),
  BANK_FEE_BEARER: z.enum(['company', 'payee']).default('company').describe('Who bears it.'),
  BANK_SETTLES_WITHIN_HOURS: z.coerce.number().int().min(1).max(720).default(96).describe('A transfer that is not booked after so long is shown as unknown; it is never taken for failed.'),
  BANK_SETTLE_SECONDS: z.coerce.number().int().min(0).max(3_600).default(20).describe('A message of the bank is read once it has been the same for so long.'),
  BANK_REMITTANCE: z.string().min(1).max(100).default('Cashback').describe('Text of every transfer, before the id of the payout.'),
});
export type BankSettings = z.infer<typeof BankEnvironment>;

/** The rail of this environment. Throws `Problem` CONFIG_MISSING or CONFIG_INVALID. */
export const bankFromSettings = (settings: BankSettings & FxSettings, { pool }: { pool: Pool }): Rail => bankRail({ ...bankConfig(settings), pool, rate: fxRates(settings, { pool }) });

/** What the rail needs, from the environment. Throws `Problem` CONFIG_MISSING or CONFIG_INVALID. */
export function bankConfig(settings: BankSettings): Omit<BankRailConfig, 'pool' | 'rate'> {
  const [out, from] = [required('BANK_OUT', settings.BANK_OUT), required('BANK_IN', settings.BANK_IN)];
  return {
    debtor: { name: required('BANK_ACCOUNT_NAME', settings.BANK_ACCOUNT_NAME), iban: required('BANK_ACCOUNT_IBAN', settings.BANK_ACCOUNT_IBAN), bic: settings.BANK_ACCOUNT_BIC ?? null },
    folders: foldersOf(out, from, settings),
    currencies: settings.BANK_CURRENCIES, calendar: { cutOff: settings.BANK_CUT_OFF, timeZone: settings.BANK_TIME_ZONE, holidays: settings.BANK_HOLIDAYS },
    minimum: settings.BANK_MINIMUM, maximum: settings.BANK_MAXIMUM, fee: settings.BANK_FEE, feeBearer: settings.BANK_FEE_BEARER,
    settlesWithinSeconds: settings.BANK_SETTLES_WITHIN_HOURS * 3_600, settleMs: settings.BANK_SETTLE_SECONDS * 1_000, remittance: settings.BANK_REMITTANCE,
  };
}

function foldersOf(out: string, from: string, settings: BankSettings): BankRailConfig['folders'] {
  const remote = [out, from].filter((where) => where.startsWith('sftp://')).map((where) => new URL(where));
  if (remote.length === 0) return async () => localFolders(out, from);
  const [outgoing, incoming] = remote;
  if (outgoing === undefined || incoming === undefined || outgoing.host !== incoming.host || outgoing.username !== incoming.username) {
    throw new Problem('CONFIG_INVALID', 'BANK_OUT and BANK_IN must both be folders, or both be on the same SFTP server with the same user.');
  }
  const server = { host: outgoing.hostname, port: outgoing.port === '' ? 22 : Number(outgoing.port), user: decodeURIComponent(outgoing.username), secret: required('BANK_SFTP_SECRET', settings.BANK_SFTP_SECRET), hostKey: required('BANK_SFTP_HOST_KEY', settings.BANK_SFTP_HOST_KEY) };
  const [outFolder, inFolder] = [decodeURIComponent(outgoing.pathname), decodeURIComponent(incoming.pathname)];
  return (signal) => sftpFolders({ ...server, outgoing: outFolder, incoming: inFolder }, signal);
}
