import { parseArgs } from 'node:util';
import { withSecretFiles } from '../db/secretFiles.ts';
import { runUntilEnded } from './sandbox/process.ts';
import { startSandboxFx } from './sandbox-fx/server.ts';

/*
 * The sandbox rate service as a process of its own:
 *   FX_RATES_SECRET=… node scripts/sandbox-fx.ts --record FILE [--port 0] [--host 127.0.0.1] [--valid-seconds 600] [--until-stdin-ends]
 * Prints one line of JSON {"port","url","pid"} when it is ready; ends cleanly on SIGTERM and SIGINT.
 */
const { values } = parseArgs({
  options: { record: { type: 'string' }, port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' }, 'valid-seconds': { type: 'string', default: '600' }, 'until-stdin-ends': { type: 'boolean', default: false } },
});
const secret = withSecretFiles(['FX_RATES_SECRET'], process.env)['FX_RATES_SECRET'];
if (values.record === undefined || secret === undefined) {
  console.error('Name the record with --record FILE, and the shared secret in FX_RATES_SECRET or FX_RATES_SECRET_FILE.');
  process.exit(2);
}
const service = await startSandboxFx({ record: values.record, secret, port: Number(values.port), host: values.host, validSeconds: Number(values['valid-seconds']) });
runUntilEnded(service, { untilStdinEnds: values['until-stdin-ends'] });
