/**
 * An error for the log without what it was about: Drizzle writes the query's parameters into its message, and Postgres' detail
 * repeats values, so only Postgres' own message, the codes and the stack's frames are kept.
 */
export function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const inner = error.name === 'DrizzleQueryError' || error.message.startsWith('Failed query') ? error.cause : error;
  const shown = inner instanceof Error ? inner : error;
  return {
    type: shown.name,
    code: 'code' in shown ? shown.code : undefined,
    message: shown === error && inner !== error ? 'Failed query' : shown.message,
    stack: error.stack?.split('\n').filter((line) => line.startsWith('    at ')).join('\n'),
  };
}
