import { parseArgs } from 'node:util';
import { withSecretFiles } from '../db/secretFiles.ts';
import { runUntilEnded } from './sandbox/process.ts';
import { startSandboxVerification } from './sandbox-verification/server.ts';

/*
 * The sandbox verification provider as a process of its own:
 *   SANDBOX_VERIFICATION_SECRET=… node scripts/sandbox-verification.ts [--port 0] [--host 127.0.0.1] [--webhook-url URL] [--decide-after-ms 0]
 * Prints one line of JSON {"port","url","pid"} when it is ready; ends cleanly on SIGTERM and SIGINT.
 */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' }, 'webhook-url': { type: 'string' }, 'decide-after-ms': { type: 'string', default: '0' } } });
const secret = withSecretFiles(['SANDBOX_VERIFICATION_SECRET'], process.env)['SANDBOX_VERIFICATION_SECRET'];
if (secret === undefined) {
  console.error('Name the shared secret in SANDBOX_VERIFICATION_SECRET.');
  process.exit(2);
}
const provider = await startSandboxVerification({ port: Number(values.port), host: values.host, secret, webhookUrl: values['webhook-url'] ?? null, decideAfterMs: Number(values['decide-after-ms']) });
runUntilEnded(provider);
