import multipart from '@fastify/multipart';
import type { Api } from './deps.ts';

/** Longest field of a form: a profile with hundreds of texts. */
const FIELD = 200_000;

/** Routes whose bodies are files: this scope parses none, each is streamed to where it is kept. */
export async function streamedRoutes(app: Api, routes: (scope: Api) => void): Promise<void> {
  await app.register(async (plain) => {
    const scope = plain as unknown as Api;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    await scope.register(multipart, { limits: { files: 1, fields: 20, fieldSize: FIELD, fileSize: Number.MAX_SAFE_INTEGER } });
    routes(scope);
  });
}
