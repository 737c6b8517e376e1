import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';

/**
 * A request that changes something and brings a cookie must come from our own pages: a browser says where it comes from, in
 * `Sec-Fetch-Site` or `Origin`. A program that sends neither has no pages that could be tricked; but what a page of somebody else can
 * send without asking (a form) must prove that it is not one. Throws ORIGIN_FOREIGN (403).
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const own = [publicUrl, `${request.protocol}://${request.host}`].filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
  if (site !== undefined && site !== 'same-origin') throw foreign(`Sec-Fetch-Site is "${site}"`);
  if (origin !== undefined && !own.includes(origin)) throw foreign('Origin is another one');
  const proven = site !== undefined || origin !== undefined;
  const type = request.headers['content-type'];
  if (!proven && type !== undefined && !/^application\/json\b/i.test(type)) throw foreign('the body is no JSON and neither Origin nor Sec-Fetch-Site says where it comes from');
}

const foreign = (why: string): Problem => new Problem('ORIGIN_FOREIGN', `With a session, changes are taken from our own pages only: ${why}.`, { status: 403 });
