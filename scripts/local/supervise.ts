import { Problem } from '../../domain/problem.ts';

export interface Supervisor {
  /** Says how to stop what was just started. Things are stopped in reverse order, each at most once. */
  onStop(name: string, stop: () => Promise<unknown>): void;
  /** Aborted as soon as stopping begins: for loops and waits of the caller. */
  signal: AbortSignal;
}

/** A terminal's Ctrl-C reaches us twice: from the terminal itself and once more forwarded by npm. */
const ONE_KEYSTROKE_MS = 1_500;
/** Enough for a worker to drain its activities; longer means that something hangs. */
const STOP_LIMIT_MS = 60_000;

/**
 * Runs a program that starts servers. It ends when `main` returns an exit code, throws, or on Ctrl-C, SIGTERM, SIGHUP
 * or an uncaught error; `'stay up'` waits for one of those. Whatever was started is stopped first, newest first; a
 * second Ctrl-C exits at once (what is still running then dies with this process). Run by npm, it also stops when npm
 * is killed. npm scripts must say `exec node …`: else the shell between npm and us swallows the signals.
 */
export async function supervise(main: (supervisor: Supervisor) => Promise<number | 'stay up'>): Promise<void> {
  const stops: { name: string; stop: () => Promise<unknown> }[] = [];
  const aborter = new AbortController();
  let stopping: Promise<never> | undefined;
  let askedAt = 0;
  const parent = process.ppid;

  const stopAll = async (code: number): Promise<never> => {
    aborter.abort();
    const limit = setTimeout(() => {
      console.error(`Stopping took longer than ${STOP_LIMIT_MS / 1_000} s; leaving.`);
      process.exit(1);
    }, STOP_LIMIT_MS);
    let failed = false;
    while (stops.length > 0) {
      const { name, stop: stopOne } = stops.pop()!;
      try {
        await stopOne();
      } catch (error) {
        failed = true;
        console.error(`${name} did not stop cleanly: ${sentence(error)}`);
      }
    }
    clearTimeout(limit);
    process.exit(failed ? 1 : code);
  };
  const stop = (code: number): Promise<never> => (stopping ??= stopAll(code));

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stopping && Date.now() - askedAt > ONE_KEYSTROKE_MS) process.exit(130);
      if (stopping) return;
      askedAt = Date.now();
      console.error('\nStopping … (Ctrl-C again to leave at once)');
      void stop(0);
    });
  }
  const crash = (error: unknown): void => {
    console.error(sentence(error));
    askedAt ||= Date.now();
    void stop(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  // A closed terminal or pipe must not look like a crash while we stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

  const supervisor: Supervisor = {
    signal: aborter.signal,
    onStop(name, stopOne) {
      stops.push({ name, stop: stopOne });
      if (stopping) throw new Problem('STOPPING', 'Stopping was asked for while this was starting.');
    },
  };
  try {
    const result = await main(supervisor);
    if (result !== 'stay up') await stop(result);
    // Keeps the event loop alive: the servers are processes of their own.
    setInterval(() => {
      if (stopping || process.env['npm_lifecycle_event'] === undefined || process.ppid === parent) return;
      console.error('npm was killed.');
      askedAt ||= Date.now();
      void stop(1);
    }, 1_000);
  } catch (error) {
    if (stopping) return;
    crash(error);
  }
}

/** A problem, or an option that does not exist, as one line for people; anything else with its stack. */
function sentence(error: unknown): string {
  if (error instanceof Problem) return `${error.code}: ${error.message}`;
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')) return `USAGE: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
