/**
 * Runs a counterparty as this process: prints one line of JSON {"port","url","pid", …} that it is ready; ends cleanly on SIGTERM and SIGINT and, with `untilStdinEnds`,
 * when the parent's pipe closes, as it does when the parent was killed: none is left behind.
 */
export function runUntilEnded(server: { port: number; url: string; stop(): Promise<void> }, { untilStdinEnds = false, says = {} }: { untilStdinEnds?: boolean; says?: object } = {}): void {
  const end = (): void => { void server.stop().then(() => process.exit(0)); };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  if (untilStdinEnds) process.stdin.once('end', end).resume();
  console.log(JSON.stringify({ port: server.port, url: server.url, pid: process.pid, ...says }));
}
