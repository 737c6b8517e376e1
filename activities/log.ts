import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { type Level, type Logger, pino } from 'pino';
import { safeError } from '../db/safeError.ts';

/** JSON lines to stdout: ids, states and codes, never a name, a destination or a key. */
export function createWorkerLog(level: string, destination?: { write(line: string): void }): Logger {
  const options = {
    level, base: { service: 'worker' }, timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['*.destination', '*.secret', '*.apiKey'], censor: '[redacted]' }, serializers: { err: safeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** What the SDK tells of a task, as far as it is an id or a number. */
const TOLD = ['rail', 'payoutId', 'finding', 'findings', 'workflowId', 'runId', 'workflowType', 'activityId', 'activityType', 'taskQueue', 'attempt', 'namespace', 'isLocal', 'durationMs'];

/** Sends the SDK's own log through ours, and leaves signals to us. Call it before anything else of Temporal. */
export function installTemporalRuntime(log: Logger): void {
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('DEBUG', ({ level, message, meta }) => {
      const told = Object.fromEntries(Object.entries(meta ?? {}).filter(([name]) => TOLD.includes(name)));
      const error: unknown = meta?.['error'];
      log[level.toLowerCase() as Level]({ ...told, ...(error === undefined ? {} : { err: error }) }, message);
    }),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} } },
  });
}
