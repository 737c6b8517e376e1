import { parseArgs } from 'node:util';
import { withSecretFiles } from '../db/secretFiles.ts';
import { runUntilEnded } from './sandbox/process.ts';
import { faultRates } from './sandbox-rail/faults.ts';
import { startSandboxRail } from './sandbox-rail/server.ts';

/*
 * The sandbox payout rail as a process of its own:
 *   node scripts/sandbox-rail.ts --record FILE --secret TEXT [--port 0] [--host 127.0.0.1] [--webhook-url URL] [--key-window SECONDS]
 *                                [--faults none|all|a,b|all,-c] [--fault-rate 0.1] [--seed 1] [--slow-ms N] [--late-ms N] [--return-ms N] [--until-stdin-ends]
 * Prints one line of JSON {"port","url","pid"} when it is ready; ends cleanly on SIGTERM and SIGINT.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' }, record: { type: 'string' }, secret: { type: 'string' }, 'webhook-url': { type: 'string' },
    'key-window': { type: 'string', default: '604800' }, faults: { type: 'string', default: 'none' }, 'fault-rate': { type: 'string', default: '0.1' },
    seed: { type: 'string', default: '1' }, 'slow-ms': { type: 'string', default: '3000' }, 'late-ms': { type: 'string', default: '2000' }, 'return-ms': { type: 'string', default: '5000' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});
const secret = values.secret ?? withSecretFiles(['SANDBOX_RAIL_SECRET'], process.env)['SANDBOX_RAIL_SECRET'];
if (values.record === undefined || secret === undefined) {
  console.error('Name the record with --record FILE, and the shared secret with --secret TEXT, SANDBOX_RAIL_SECRET or SANDBOX_RAIL_SECRET_FILE.');
  process.exit(2);
}
const rail = await startSandboxRail({
  port: Number(values.port), host: values.host, record: values.record, secret, webhookUrl: values['webhook-url'] ?? null, keyWindowSeconds: Number(values['key-window']),
  faults: {
    seed: Number(values.seed), rates: faultRates(values.faults, Number(values['fault-rate'])),
    slowMs: Number(values['slow-ms']), lateMs: Number(values['late-ms']), returnMs: Number(values['return-ms']),
  },
});
runUntilEnded(rail, { untilStdinEnds: values['until-stdin-ends'] });
