import type { ChaosResult } from './run.ts';

const list = (counts: Readonly<Record<string, number | undefined>>): string =>
  Object.entries(counts).filter(([, times]) => (times ?? 0) > 0).map(([name, times]) => `${name} ${times}`).join(', ') || 'none';

/** What was killed, which faults hit, what came of it, as text. */
export function reportOf(result: ChaosResult): string {
  const { control } = result;
  const doubles = control?.findings.filter(({ code }) => code === 'PAID_TWICE').length ?? 0;
  const others = Object.fromEntries([...Map.groupBy(control?.findings ?? [], ({ code }) => code)].map(([code, of]) => [code, of.length]));
  return [
    `killed by SIGKILL in ${result.stormSeconds} s: ${list(result.kills)}; workers that ended by themselves: ${result.workersEndedByThemselves}`,
    `the counterparty's own faults that met a request: ${list(result.counterpartyFaults)}`,
    ...Object.entries(result.linkFaults).map(([name, met]) => `bad wire ${name}: ${list(met)}`),
    `webhooks taken ${result.webhooks.taken}, refused ${result.webhooks.refused}; attempts sent more than once with the same key: ${result.resent}`,
    `payouts: ${list(result.states)}; executions by the counterparty's own record: ${result.executions}`,
    result.quietSeconds === null ? 'not everything was settled in time' : `everything settled ${result.quietSeconds} s after the last fault`,
    ...result.findings.slice(0, 20).map(({ code, payoutId, detail }) => `  ${code} ${payoutId ?? ''} ${detail}`),
    ...(control === null ? [] : [`negative control (a fresh key each try, money given back on a time-out): ${doubles} payouts paid twice, found by the same judge (${list(others)})`]),
    result.findings.length === 0 ? 'The ledger and the counterparty agree: nobody was paid twice, nothing is lost, nothing is stuck.' : `${result.findings.length} findings.`,
  ].join('\n');
}
