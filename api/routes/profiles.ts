import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { requireBroker } from '../../db/stores/brokers.ts';
import { getProfile, profilesPage, type ProfileVersion as StoredProfile } from '../../db/stores/profiles.ts';
import { namedProfile, PROFILE } from '../changes/brokerChanges.ts';
import { isChange, submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { BrokerParams } from '../schemas/brokers.ts';
import { Change } from '../schemas/changes.ts';
import { idIn, idOut, profileNameIn } from '../schemas/common.ts';
import { NUMBERED, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { brokerProfileSchema } from '../schemas/profile.ts';

// Out it goes as it is stored; it was checked on its way in.
const ProfileVersion = z.object({ id: idOut('prf'), brokerId: z.string(), version: z.int(), name: z.string().meta({ description: 'Of several layouts that the broker has.' }), profile: z.record(z.string(), z.unknown()) }).meta({ id: 'ProfileVersion' });
const shown = <T extends { profile: object }>(row: T) => ({ ...row, profile: { ...row.profile } as Record<string, unknown> });

const name = profileNameIn().meta({ description: 'Where a broker sends files of several layouts, each has a profile of its own name. Default `default`.', examples: ['default'] });

/** How a broker's files are read. */
export function profileRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Profiles';

  app.post('/v1/brokers/:brokerId/profiles', operation('addProfile', { tag, summary: 'Add the next version; reports received under its name from now on are read by it', params: BrokerParams, querystring: z.object({ name: name.optional() }), body: brokerProfileSchema, response: { 201: ProfileVersion, 202: Change } }), async (request, reply) => {
    const done = await submitOnce(deps, request, reply, 201, PROFILE, { subject: { type: 'broker', id: request.params.brokerId }, payload: namedProfile(request.body, request.query.name) });
    return isChange(done) ? done : shown(done);
  });
  app.get('/v1/brokers/:brokerId/profiles', operation('listProfiles', { tag, summary: 'Profile versions, newest first', params: BrokerParams, querystring: z.object({ ...pageQuery, name: name.optional() }), response: { 200: pageOf(ProfileVersion) } }), async (request) => {
    await requireBroker(db, request.params.brokerId);
    const page = await readPage<StoredProfile>(request.query, (profile) => String(profile.version), (page) => profilesPage(db, request.params.brokerId, page, request.query.name), NUMBERED);
    return { ...page, items: page.items.map(shown) };
  });
  app.get('/v1/profiles/:profileId', operation('getProfile', { tag, summary: 'A profile version', params: z.object({ profileId: idIn('prf') }), response: { 200: ProfileVersion } }), async (request) =>
    shown(await getProfile(db, request.params.profileId)));
}
