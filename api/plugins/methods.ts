import { Problem } from '../../domain/problem.ts';
import type { Api } from '../deps.ts';

/** Answers OPTIONS with `Allow`, and 405 with it where the path exists with other methods; a path that does not exist stays 404. Installed before any route. */
export function installMethods(app: Api): void {
  const routes = new Map<string, { path: RegExp; open: number; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { path: shape(url), open: url.split('/').filter((part) => part.startsWith(':') || part === '*').length, methods: new Set<string>() };
    for (const one of [method].flat()) route.methods.add(one);
    routes.set(url, route);
  });
  // Before the body is looked at: some methods are refused for their missing Content-Type first.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0]!;
    const found = [...routes.values()].filter((route) => route.path.test(path));
    if (found.length === 0) return;
    // `/sessions/revoke-others` is not meant as a session's id: the route with the fewest parameters speaks for the path.
    const fewest = Math.min(...found.map(({ open }) => open));
    const allowed = new Set(found.filter(({ open }) => open === fewest).flatMap(({ methods }) => [...methods]));
    reply.header('allow', [...allowed].sort().join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw new Problem('METHOD_NOT_ALLOWED', `${path} does not take ${request.method}; it takes ${[...allowed].sort().join(', ')}.`, { status: 405 });
  });
}

/** `/v1/links/:linkId` → what paths of that route look like. */
function shape(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)));
  return new RegExp(`^${parts.join('/')}$`);
}
