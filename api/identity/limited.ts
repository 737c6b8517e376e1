import type { ApiDeps } from '../deps.ts';

/** Options of a route that takes a password, a code or an address: a limit of its own, beside the one of all routes. */
export function limited<O extends { config?: object }>({ config }: ApiDeps, options: O): O & { config: { rateLimit: { max: number; timeWindow: string } } } {
  return { ...options, config: { ...options.config, rateLimit: { max: config.signInRateLimitPerMinute, timeWindow: '1 minute' } } } as O & { config: { rateLimit: { max: number; timeWindow: string } } };
}
