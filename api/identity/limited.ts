declare module 'fastify' {
  interface FastifyContextConfig { attempts?: boolean }
}

/** Options of a route that takes a password, a code or an address: plugins/safety.ts gives it a limit of its own, beside the one of all routes. */
export function limited<O extends { config: object }>(options: O): O & { config: { attempts: true } } {
  return { ...options, config: { ...options.config, attempts: true } };
}
