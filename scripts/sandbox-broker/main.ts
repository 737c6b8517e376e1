import { parseArgs } from 'node:util';
import { withSecretFiles } from '../../db/secretFiles.ts';
import { runUntilEnded } from '../sandbox/process.ts';
import { faultRates } from './faults.ts';
import { startSandboxBroker } from './server.ts';

/*
 * The sandbox broker as a process of its own:
 *   node scripts/sandbox-broker/main.ts --record FILE [--port 0] [--host 127.0.0.1] [--currency USD] [--lag-ms N] [--credits FOLDER --results FOLDER [--files-every-ms 1000]]
 *                                       [--faults none|all|a,b|all,-c] [--fault-rate 0.1] [--seed 1] [--slow-ms N] [--late-ms N] [--list-lag-ms N] [--until-stdin-ends]
 * with the bearer token in SANDBOX_BROKER_TOKEN or SANDBOX_BROKER_TOKEN_FILE. Prints one line of JSON {"port","url","pid"} when it is ready; ends cleanly on SIGTERM and SIGINT.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' }, record: { type: 'string' }, currency: { type: 'string', default: 'USD' }, 'lag-ms': { type: 'string', default: '0' },
    credits: { type: 'string' }, results: { type: 'string' }, 'files-every-ms': { type: 'string', default: '1000' },
    faults: { type: 'string', default: 'none' }, 'fault-rate': { type: 'string', default: '0.1' }, seed: { type: 'string', default: '1' },
    'slow-ms': { type: 'string', default: '3000' }, 'late-ms': { type: 'string', default: '2000' }, 'list-lag-ms': { type: 'string', default: '5000' }, 'until-stdin-ends': { type: 'boolean', default: false },
  },
});
const token = withSecretFiles(['SANDBOX_BROKER_TOKEN'], process.env)['SANDBOX_BROKER_TOKEN'];
if (values.record === undefined || token === undefined) {
  console.error('Name the record with --record FILE, and the bearer token in SANDBOX_BROKER_TOKEN or SANDBOX_BROKER_TOKEN_FILE.');
  process.exit(2);
}
const { credits, results } = values;
const broker = await startSandboxBroker({
  port: Number(values.port), host: values.host, record: values.record, token, anyAccountIn: values.currency, lagMs: Number(values['lag-ms']),
  ...(credits === undefined || results === undefined ? {} : { folders: { credits, results }, filesEveryMs: Number(values['files-every-ms']) }),
  faults: { seed: Number(values.seed), rates: faultRates(values.faults, Number(values['fault-rate'])), slowMs: Number(values['slow-ms']), lateMs: Number(values['late-ms']), lagMs: Number(values['list-lag-ms']) },
});
runUntilEnded(broker, { untilStdinEnds: values['until-stdin-ends'] });
