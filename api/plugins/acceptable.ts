import { Problem } from '../../domain/problem.ts';
import type { Api } from '../deps.ts';
import { fileType } from './openApiDocument.ts';

/** Refuses a request that accepts nothing of what the operation answers with; without Accept anything is fine. */
export function installAcceptable(app: Api): void {
  app.addHook('onRequest', async (request) => {
    const { accept } = request.headers;
    const { url, schema } = request.routeOptions;
    if (accept === undefined || accept === '' || url === undefined || schema?.operationId === undefined) return;
    const type = fileType(url) ?? 'application/json';
    if (!accepts(accept, type)) throw new Problem('NOT_ACCEPTABLE', `This operation answers with ${type}, which the request's Accept leaves out.`, { status: 406 });
  });
}

/** Whether an Accept header (RFC 9110 §12.5.1) takes a media type: the most exact range that fits decides, and q=0 is no. */
export function accepts(header: string, type: string): boolean {
  const [major = ''] = type.split('/');
  const ranges = header.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  for (const wanted of [type, `${major}/*`, '*/*']) {
    const range = ranges.find(([name]) => name === wanted);
    if (range !== undefined) return !range.slice(1).some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter));
  }
  return false;
}
