import { startSandboxBroker } from '../sandbox-broker/server.ts';
import { type SandboxRailOptions, startSandboxRail } from '../sandbox-rail/server.ts';

/*
 * The counterparty that scripts/chaos.ts kills: what to start is in the environment. Prints `ready PORT`, and a line for each fault that met a request.
 * It ends with its parent: its input closes.
 */
const { kind, ...options } = JSON.parse(process.env['CHAOS_COUNTERPARTY'] ?? '{}') as SandboxRailOptions & { kind: 'sandbox' | 'broker-credit'; token: string };
// Synchronous: a kill loses none.
const onDrawn = (fault: string): void => console.log(`fault ${fault}`);
const server = kind === 'sandbox'
  ? await startSandboxRail({ ...options, faults: { ...options.faults, onDrawn } })
  : await startSandboxBroker({ record: options.record, token: options.token, port: options.port ?? 0, faults: { ...options.faults as object, onDrawn } });
process.stdin.once('end', () => process.exit(0)).resume();
console.log(`ready ${server.port}`);
