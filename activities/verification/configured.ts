import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { required } from '../../db/config.ts';
import { Problem } from '../../domain/problem.ts';
import { fileList } from './lists/fileList.ts';
import type { ScreeningList } from './lists/list.ts';
import type { VerificationProvider } from './providers/provider.ts';
import { sandboxVerification } from './providers/sandbox.ts';

/** Who verifies users and which list screens them. */
export const VerificationEnvironment = z.object({
  VERIFICATION_PROVIDER: z.string().default('sandbox').describe('Who verifies users.'),
  SANDBOX_VERIFICATION_URL: z.url().optional().describe('Where the sandbox provider listens. Not set: `npm start` and the demo run one themselves.'),
  SANDBOX_VERIFICATION_SECRET: z.string().min(8).optional().describe('Secret shared with the sandbox provider. Made and kept where `npm start` runs it.'),
  SCREENING_LIST_FILE: z.string().optional().describe('JSON file of the list that users are screened against. Not set: the sandbox list that comes with the code.'),
});
export type VerificationSettings = z.infer<typeof VerificationEnvironment>;

const SANDBOX_LIST = fileURLToPath(new URL('../../scripts/sandbox-verification/list.json', import.meta.url));

/** Every provider that this build knows, by name: a new one is one more entry. */
const PROVIDERS: Readonly<Record<string, (settings: VerificationSettings) => VerificationProvider>> = {
  sandbox: (settings) => sandboxVerification({
    url: required('SANDBOX_VERIFICATION_URL', settings.SANDBOX_VERIFICATION_URL), secret: required('SANDBOX_VERIFICATION_SECRET', settings.SANDBOX_VERIFICATION_SECRET),
  }),
};

/** Throws `Problem` VERIFICATION_PROVIDER_UNKNOWN or CONFIG_MISSING. */
export function configuredProvider(settings: VerificationSettings): VerificationProvider {
  const build = Object.hasOwn(PROVIDERS, settings.VERIFICATION_PROVIDER) ? PROVIDERS[settings.VERIFICATION_PROVIDER] : undefined;
  if (build === undefined) throw new Problem('VERIFICATION_PROVIDER_UNKNOWN', `VERIFICATION_PROVIDER names "${settings.VERIFICATION_PROVIDER}"; this build has ${Object.keys(PROVIDERS).join(', ')}.`);
  return build(settings);
}

export const configuredList = (settings: VerificationSettings): ScreeningList => fileList(settings.SCREENING_LIST_FILE ?? SANDBOX_LIST);
