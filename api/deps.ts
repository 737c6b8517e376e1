import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '@temporalio/client';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type pg from 'pg';
import type { PersonalData } from '../db/personal/personalData.ts';
import { minimumInUsd, type RailGuarantees } from '../domain/payouts/guarantees.ts';
import type { LookUpOutcome } from '../domain/payouts/outcomes.ts';
import type { ApiConfig } from './config.ts';

/** An inbound event of a rail whose signature and time were checked; only a hint to look. */
export interface VerifiedRailEvent { eventId: string; idempotencyKey: string | null; railReference: string | null }

export type DestinationVerdict =
  /**
   * `payeeName`: whom the destination names; null where the rail has no such field or it was left out. `tradingAccountOf`: the broker whose trading account (`server`, `account`) it is,
   * which must be the user's own; missing: it is none.
   */
  | { ok: true; destination: Readonly<Record<string, string>>; payeeName?: string | null; tradingAccountOf?: string }
  | { ok: false; code: string; reason: string; field: string };

/** What the rails' adapters do for the API, which may not import them: handed over where the process is composed. */
export interface RailDoor {
  /** Throws `Problem` RAIL_UNKNOWN (404) or RAIL_EVENT_… (401, 400). */
  verifyEvent(rail: string, headers: IncomingHttpHeaders, rawBody: Buffer): VerifiedRailEvent;
  /** Throws `Problem` RAIL_UNKNOWN. */
  checkDestination(rail: string, destination: Readonly<Record<string, string>>): DestinationVerdict;
  /** What a rail declares; null: it is not configured (any more). */
  guarantees(rail: string): RailGuarantees | null;
  /** The configured rails. */
  ids(): readonly string[];
  /** What the rail says of a payout's latest attempt now; null: nothing was sent. It posts nothing. Throws `Problem` PAYOUT_UNKNOWN or RAIL_UNKNOWN. */
  askAbout(source: { pool: pg.Pool; personal: PersonalData }, payoutId: string): Promise<LookUpOutcome | null>;
}

/** What readiness asks of a rail: the least (USD) that it pays, where that is known without a rate; null: it is not configured. */
export const railTerms = (rails: RailDoor) => (rail: string): { minimum: string | null } | null => {
  const declared = rails.guarantees(rail);
  return declared === null ? null : { minimum: minimumInUsd(declared) };
};

/** The least (USD) that a rail pays, where that is known without a rate. */
export const railMinimum = (rails: RailDoor) => (rail: string): string | null => railTerms(rails)(rail)?.minimum ?? null;

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
