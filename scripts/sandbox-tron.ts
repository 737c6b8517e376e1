import { parseArgs } from 'node:util';
import { runUntilEnded } from './sandbox/process.ts';
import { startSandboxTron } from './sandbox-tron/server.ts';

/*
 * A stand-in for a TRON full node as a process of its own:
 *   node scripts/sandbox-tron.ts --record FILE [--port 0] [--host 127.0.0.1] [--block-ms 3000|none] [--fund ADDRESS] [--until-stdin-ends]
 * `--fund` gives that address a million USDT and a hundred thousand TRX on a new chain. Prints one line of JSON {"port","url","pid","env"} when it is ready; ends cleanly on SIGTERM and SIGINT.
 */
const { values } = parseArgs({
  options: {
    record: { type: 'string' }, port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' }, 'block-ms': { type: 'string', default: '3000' },
    fund: { type: 'string' }, 'until-stdin-ends': { type: 'boolean', default: false },
  },
});
if (values.record === undefined) {
  console.error('Name the record with --record FILE.');
  process.exit(2);
}
const node = await startSandboxTron({
  record: values.record, port: Number(values.port), host: values.host, blockMs: values['block-ms'] === 'none' ? null : Number(values['block-ms']),
  accounts: values.fund === undefined ? [] : [{ address: values.fund, token: '1000000000000', trx: '100000000000' }],
});
runUntilEnded(node, { untilStdinEnds: values['until-stdin-ends'], says: { env: node.env } });
