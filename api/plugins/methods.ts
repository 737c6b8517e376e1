import { Problem } from '../../domain/problem.ts';
import type { Api } from '../deps.ts';

/** Answers 405 with `Allow` where the path exists with other methods; a path that does not exist stays 404. Installed before any route. */
export function installMethods(app: Api): void {
  const routes = new Map<string, { path: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { path: shape(url), methods: new Set<string>() };
    for (const one of [method].flat()) route.methods.add(one);
    routes.set(url, route);
  });
  // Before the body is looked at: some methods are refused for their missing Content-Type first.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0]!;
    const allowed = new Set([...routes.values()].filter((route) => route.path.test(path)).flatMap(({ methods }) => [...methods]));
    if (allowed.size === 0) return;
    reply.header('allow', [...allowed].sort().join(', '));
    throw new Problem('METHOD_NOT_ALLOWED', `${path} does not take ${request.method}; it takes ${[...allowed].sort().join(', ')}.`, { status: 405 });
  });
}

/** `/v1/links/:linkId` → what paths of that route look like. */
function shape(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)));
  return new RegExp(`^${parts.join('/')}$`);
}
