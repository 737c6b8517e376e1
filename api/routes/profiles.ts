import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { requireBroker } from '../../db/stores/brokers.ts';
import { addProfile, getProfile, listProfiles } from '../../db/stores/profiles.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { once } from '../plugins/idempotency.ts';
import { BrokerParams } from '../schemas/brokers.ts';
import { idIn, idOut } from '../schemas/common.ts';
import { brokerProfileSchema } from '../schemas/profile.ts';

// Out it goes as it is stored; it was checked on its way in.
const ProfileVersion = z.object({ id: idOut('prf'), brokerId: z.string(), version: z.int(), profile: z.record(z.string(), z.unknown()) }).meta({ id: 'ProfileVersion' });
const shown = <T extends { profile: object }>(row: T) => ({ ...row, profile: { ...row.profile } as Record<string, unknown> });

/** How a broker's files are read. */
export function profileRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Profiles';

  app.post('/v1/brokers/:brokerId/profiles', operation('addProfile', { tag, summary: 'Add the next version; reports received from now on are read by it', params: BrokerParams, body: brokerProfileSchema, response: { 201: ProfileVersion } }), (request, reply) =>
    once(deps, request, reply, { status: 201, effect: async (tx) => shown(await addProfile(tx.db, request.params.brokerId, request.body)) }));
  app.get('/v1/brokers/:brokerId/profiles', operation('listProfiles', { tag, summary: 'Profile versions, newest first', params: BrokerParams, response: { 200: z.object({ items: z.array(ProfileVersion) }) } }), async (request) => {
    await requireBroker(db, request.params.brokerId);
    return { items: (await listProfiles(db, request.params.brokerId)).map(shown) };
  });
  app.get('/v1/profiles/:profileId', operation('getProfile', { tag, summary: 'A profile version', params: z.object({ profileId: idIn('prf') }), response: { 200: ProfileVersion } }), async (request) =>
    shown(await getProfile(db, request.params.profileId)));
}
