import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '@temporalio/client';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type pg from 'pg';
import type { PersonalData } from '../db/personal/personalData.ts';
import type { ApiConfig } from './config.ts';

/** An inbound event of a rail whose signature and time were checked; only a hint to look. */
export interface VerifiedRailEvent { eventId: string; idempotencyKey: string | null; railReference: string | null }

export type DestinationVerdict =
  /** `payeeName`: whom the destination names; null where the rail has no such field or it was left out. */
  | { ok: true; destination: Readonly<Record<string, string>>; payeeName?: string | null }
  | { ok: false; code: string; reason: string; field: string };

/** What the rails' adapters do for the API, which may not import them: handed over where the process is composed. */
export interface RailDoor {
  /** Throws `Problem` RAIL_UNKNOWN (404) or RAIL_EVENT_… (401, 400). */
  verifyEvent(rail: string, headers: IncomingHttpHeaders, rawBody: Buffer): VerifiedRailEvent;
  /** Throws `Problem` RAIL_UNKNOWN. */
  checkDestination(rail: string, destination: Readonly<Record<string, string>>): DestinationVerdict;
}

/** What the verification provider's adapter does for the API. */
export interface VerificationDoor {
  /** Its name, kept with what is submitted to it. */
  providerId: string;
  /** The verification that an event is about, null where it is none of ours. Throws `Problem` VERIFICATION_PROVIDER_UNKNOWN (404) or VERIFICATION_EVENT_… (401, 400). */
  verifyEvent(provider: string, headers: IncomingHttpHeaders, rawBody: Buffer): { eventId: string; verificationId: string | null };
}

export interface ApiDeps {
  /** Connects as the application's role. */
  pool: pg.Pool;
  /** Temporal; only routes that start or signal a workflow (and /readyz) call it. */
  client: Client;
  config: ApiConfig;
  log: FastifyBaseLogger;
  /** The one clock of the API: ISO instant. */
  now(): string;
  rails: RailDoor;
  personal: PersonalData;
  verification: VerificationDoor;
}

export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;
