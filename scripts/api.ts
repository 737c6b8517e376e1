import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { configuredRails, RailEnvironment } from '../activities/payouts/rails/configured.ts';
import { readApiConfig } from '../api/config.ts';
import { createLogger } from '../api/log.ts';
import { serve } from '../api/server.ts';
import { parseEnvironment, ProcessEnvironment, required } from '../db/config.ts';
import { createPool } from '../db/connection.ts';
import { PersonalDataEnvironment, readMasterKeys } from '../db/personal/masterKeys.ts';
import { personalData } from '../db/personal/personalData.ts';
import { configuredProvider, VerificationEnvironment } from '../activities/verification/configured.ts';
import { railDoor } from './rail-door.ts';
import { verificationDoor } from './verification-door.ts';

/*
 * The API as a process. It is composed here because the API may not import the rails' adapters. Any number may run side by side;
 * SIGTERM, SIGINT or the end of the parent that started it lets requests in flight end.
 */
const config = readApiConfig();
const log = createLogger(config.logLevel);
const environment = parseEnvironment(z.object({ ...ProcessEnvironment.shape, ...RailEnvironment.shape, ...VerificationEnvironment.shape, ...PersonalDataEnvironment.shape }), process.env);
const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
// Lazy: the API answers, and says on /readyz what is away, also while Temporal is down.
const connection = Connection.lazy(connectionOptions);
const pool = createPool(required('DATABASE_APP_URL', environment.DATABASE_APP_URL), {
  max: environment.DATABASE_POOL_SIZE, applicationName: 'cashback-api', onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
});
const now = (): string => new Date().toISOString();

const api = await serve({ pool, client: new Client({ connection, namespace }), config, log, now, rails: railDoor(configuredRails(environment, { pool }), now), personal: personalData(readMasterKeys(environment)), verification: verificationDoor(configuredProvider(environment), now) });
if (!config.twoPeople) log.warn('TWO_PEOPLE is off: no change waits for a second operator');
log.info({ url: api.url }, 'API ready');
process.send?.(api.url);

let ending: Promise<void> | undefined;
const end = (): void => {
  ending ??= api.close().then(() => Promise.allSettled([connection.close(), pool.end()])).then(() => process.exit(0));
};
for (const name of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(name, end);
