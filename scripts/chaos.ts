import { parseArgs } from 'node:util';
import { chaos } from './chaos/run.ts';

/*
 * npm run chaos -- [--payouts 200] [--seed 1] [--seconds 60] [--fault-rate 0.06] [--naive]
 * Every fault of the sandbox rail on and the worker process killed -9 at random, on a real Temporal server; afterwards the
 * rail's own record is compared with our rows and our ledger. Exit 0 only if nothing was found. `--naive` is the negative
 * control: code with a fresh key per try, of which the comparison must find double payments.
 */
const { values } = parseArgs({
  options: { payouts: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' }, seconds: { type: 'string', default: '60' }, 'fault-rate': { type: 'string', default: '0.06' }, naive: { type: 'boolean', default: false } },
});
const started = performance.now();
const result = await chaos({
  payouts: Number(values.payouts), seed: Number(values.seed), seconds: Number(values.seconds), faultRate: Number(values['fault-rate']), naive: values.naive,
  log: (line) => console.log(line),
});
console.log(`\n${values.payouts} payouts, seed ${values.seed}: ${result.kills} kills -9, ${result.executions} executions by the rail's record, ${result.resent} attempts sent again with the same key,`);
console.log(`webhooks taken ${result.webhooks.taken}, refused ${result.webhooks.refused}; quiet ${result.quietSeconds} s after the last fault; ${Math.round((performance.now() - started) / 1000)} s in all`);
console.table(result.states);
for (const finding of result.findings.slice(0, 20)) console.log(`${finding.code} ${finding.payoutId ?? ''} ${finding.detail}`);
const doubles = result.findings.filter((finding) => finding.code === 'PAID_TWICE').length;
console.log(result.findings.length === 0 ? 'The ledger and the rail agree: nobody was paid twice, nothing is lost.' : `${result.findings.length} findings, ${doubles} paid twice.`);
process.exit(result.findings.length === 0 ? 0 : 1);
