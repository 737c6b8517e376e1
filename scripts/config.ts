import { z } from 'zod';
import { ScheduleEnvironment, WorkerEnvironment } from '../activities/config.ts';
import { RailEnvironment } from '../activities/payouts/rails/configured.ts';
import { VerificationEnvironment } from '../activities/verification/configured.ts';
import { ApiEnvironment } from '../api/config.ts';
import { MailEnvironment } from '../db/mailConfig.ts';
import { PersonalDataEnvironment } from '../db/personal/masterKeys.ts';
import { withSecretFiles } from '../db/secretFiles.ts';
import { parseEnvironment, ProcessEnvironment, PublicEnvironment, SourceEnvironment, TwoPeopleEnvironment, WebhookEnvironment, whole } from '../db/config.ts';

/** What only the programs read that start the others. */
export const SystemEnvironment = z.object({
  DATA_DIR: z.string().default('.data').describe('Folder of everything that is kept: databases, rail record, logs, secrets.'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional().describe('Postgres as the role that owns the tables. Not set: an embedded one with its data in DATA_DIR.'),
  TEMPORAL_UI_URL: z.url().optional().describe('Base address of the Temporal UI for links, where the server is not a local one.'),
  WORKERS: whole(1, 0, 64).describe('Worker processes that `npm start` runs on this machine; 0: they run elsewhere.'),
  SANDBOX_RAIL_FAULTS: z.string().optional().describe('Faults of the sandbox rail that `npm start` runs, e.g. `all` or `reset_after,slow_before`.'),
});

/** Every variable by the process that reads it: the README's table is checked against it. */
export const ENVIRONMENT = {
  'npm start': SystemEnvironment, 'every process': ProcessEnvironment, 'api, worker': z.object({ ...PublicEnvironment.shape, ...MailEnvironment.shape, ...PersonalDataEnvironment.shape, ...WebhookEnvironment.shape, ...SourceEnvironment.shape, ...TwoPeopleEnvironment.shape }), api: ApiEnvironment, worker: WorkerEnvironment, rails: RailEnvironment, verification: VerificationEnvironment, schedules: ScheduleEnvironment,
} as const;

export type SystemConfig = z.infer<typeof SystemEnvironment> & z.infer<typeof RailEnvironment> & z.infer<typeof VerificationEnvironment> & { PORT: number; portChosen: boolean; TEMPORAL_ADDRESS?: string | undefined };

/** This process's environment for programs that hand it on to others: every `NAME_FILE` is already NAME. Throws `Problem` CONFIG_INVALID. */
export function ourEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return withSecretFiles(Object.values(ENVIRONMENT).flatMap(({ shape }) => Object.keys(shape)), env);
}

/** Throws `Problem` CONFIG_INVALID. */
export function readSystemConfig(env: NodeJS.ProcessEnv = process.env): SystemConfig {
  const all = z.object({ ...SystemEnvironment.shape, ...RailEnvironment.shape, ...VerificationEnvironment.shape, PORT: ApiEnvironment.shape.PORT, TEMPORAL_ADDRESS: ProcessEnvironment.shape.TEMPORAL_ADDRESS });
  return { ...parseEnvironment(all, env), portChosen: Boolean(env['PORT']?.trim()) };
}

/** One line of the README's table for each variable: name, who reads it, default, what it is. */
export function environmentRows(): string[] {
  return Object.entries(ENVIRONMENT).flatMap(([reader, { shape }]) => Object.entries<z.ZodType>(shape).map(([name, variable]) => {
    const { data: fallback } = variable.safeParse(undefined);
    return `| \`${name}\` | ${reader} | ${fallback === undefined ? '' : `\`${Array.isArray(fallback) ? fallback.join(',') : JSON.stringify(fallback).replaceAll('"', '')}\``} | ${variable.description ?? ''} |`;
  }));
}
