import { pino, type Logger } from 'pino';
import { safeError } from '../db/safeError.ts';

/** JSON lines to stdout; authorization and keys are cut out wherever they might appear. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: { service: 'api' },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['authorization', '*.authorization', '*.*.authorization', 'key', '*.key', '*.destination'], censor: '[redacted]' },
    serializers: { err: safeError, req: () => undefined, res: () => undefined },
  };
  return destination ? pino(options, destination) : pino(options);
}
