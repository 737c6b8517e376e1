import { type PersonalKeys, personalKeys } from '../../scripts/local/personal-keys.ts';

/**
 * What a worker as its own process needs besides its database and Temporal: keys for personal data, kept in `folder`, and where
 * rail and verification would be (nobody listens there).
 */
export const workerEnvironment = (folder: string): PersonalKeys & NodeJS.ProcessEnv => ({
  ...personalKeys({}, folder),
  SANDBOX_RAIL_URL: 'http://127.0.0.1:9', SANDBOX_RAIL_SECRET: 'no rail here',
  SANDBOX_VERIFICATION_URL: 'http://127.0.0.1:9', SANDBOX_VERIFICATION_SECRET: 'no provider here',
});
