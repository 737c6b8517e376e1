import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { SystemConfig } from '../config.ts';
import { secret } from '../local/postgres-cluster.ts';
import type { Supervisor } from '../local/supervise.ts';
import { startSandboxVerification } from '../sandbox-verification/server.ts';

/** The provider's part of the children's environment: runs the sandbox provider in this process where it is in use and no other is named. */
export async function startVerificationProvider(supervisor: Supervisor, config: SystemConfig, dataDir: string, apiUrl: string, log: (line: string) => void): Promise<Record<string, string>> {
  if (config.VERIFICATION_PROVIDER !== 'sandbox') return {};
  if (config.SANDBOX_VERIFICATION_URL !== undefined) {
    log(`Sandbox verification: ${config.SANDBOX_VERIFICATION_URL} (SANDBOX_VERIFICATION_URL)`);
    return {};
  }
  const folder = join(dataDir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const shared = config.SANDBOX_VERIFICATION_SECRET ?? secret(join(folder, 'sandbox-verification'));
  const provider = await startSandboxVerification({ secret: shared, webhookUrl: `${apiUrl}/v1/webhooks/verification/sandbox`, decideAfterMs: 500 });
  supervisor.onStop('sandbox verification', () => provider.stop());
  log(`Sandbox verification: ${provider.url}`);
  return { SANDBOX_VERIFICATION_URL: provider.url, SANDBOX_VERIFICATION_SECRET: shared };
}
