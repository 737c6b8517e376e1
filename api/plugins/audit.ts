import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { Tx } from '../../db/connection.ts';
import { type Actor, type NewAuditEntry, recordAudit } from '../../db/stores/audit.ts';
import { ID_PREFIXES } from '../../domain/ids.ts';
import type { Api } from '../deps.ts';

/** What a route adds to the audit entry of its act; everything has a default. */
export interface AuditDraft extends Partial<Pick<NewAuditEntry, 'subject' | 'userId' | 'outcome' | 'reason' | 'before' | 'after' | 'actor'>> {
  /** Another status than the usual one, e.g. 202 where it waits for a second operator. */
  status?: 200 | 201 | 202;
}

const TYPES = new Map<string, string>(Object.entries(ID_PREFIXES).map(([type, prefix]) => [prefix, type]));
declare module 'fastify' {
  interface FastifyRequest { audited: boolean }
}

/** A change that leaves no entry is a fault of ours: it is logged as one, and the tests look for it. */
export function installAudit(app: Api): void {
  app.decorateRequest('audited', false);
  app.addHook('onResponse', async (request, reply) => {
    const operation = request.routeOptions.schema?.operationId;
    if (request.method === 'GET' || reply.statusCode >= 300 || operation === undefined || UNAUDITED.has(operation) || request.audited) return;
    request.log.error({ operation }, 'a change left no audit entry');
  });
}

/** Nobody's act: a rail's event is a hint, kept in a table of its own. */
const UNAUDITED: ReadonlySet<string> = new Set(['receiveRailEvent', 'receiveVerificationEvent']);
const NOBODY: Actor = { kind: 'nobody', id: 'nobody', principalId: 'nobody', role: null };

/** Writes the entry of a request that has changed something, in its transaction. */
export async function auditAct(tx: Tx, request: FastifyRequest, draft: AuditDraft, answer: unknown, at: string): Promise<void> {
  const body = record(request.body);
  const params = record(request.params);
  await recordAudit(tx, {
    at, actor: draft.actor ?? request.caller?.actor ?? NOBODY, operation: request.routeOptions.schema?.operationId ?? '',
    subject: draft.subject ?? subjectOf(record(answer), params),
    userId: draft.userId ?? userIdIn(record(answer)) ?? userIdIn(params) ?? userIdIn(body) ?? null,
    reason: draft.reason ?? (typeof body['reason'] === 'string' ? body['reason'] : null),
    before: draft.before, after: draft.after ?? answer, requestId: request.id, network: networkOf(request.ip),
    ...(draft.outcome === undefined ? {} : { outcome: draft.outcome }),
  });
}

/** The thing that the answer is, by its id; else the last one that the path names. */
function subjectOf(answer: Record<string, unknown>, params: Record<string, unknown>): { type: string; id: string } {
  const { id } = answer;
  const type = typeof id === 'string' ? TYPES.get(id.split('_')[0]!) : undefined;
  if (typeof id === 'string' && type !== undefined) return { type, id };
  const [name, value] = Object.entries(params).at(-1) ?? ['', ''];
  return { type: name.replace(/Id$/, ''), id: String(value) };
}

const userIdIn = ({ userId }: Record<string, unknown>): string | undefined => (typeof userId === 'string' ? userId : undefined);
const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});

/** `203.0.113.0/24`, `2001:db8:1::/48`: enough to see that somebody came from elsewhere, without keeping his address. */
export function networkOf(ip: string): string | null {
  if (!ipaddr.isValid(ip)) return null;
  const address = ipaddr.process(ip);
  return address.kind() === 'ipv4'
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/24`).toString()}/24`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/48`).toString()}/48`;
}
