-- Webhooks out: where somebody wants to be told, with which secrets, what is to be told, and every try at it. Who owns an endpoint,
-- what is sent and when it was tried never change; states do.
CREATE TABLE webhook_endpoint (
  id text PRIMARY KEY,
  user_id text REFERENCES app_user (id), -- null: a program's, told of everybody
  created_by text NOT NULL,
  url text NOT NULL,
  event_types text[], -- null: all
  description text NOT NULL DEFAULT '',
  state text NOT NULL,
  reason text,
  state_at timestamp(3) with time zone NOT NULL,
  failing_since timestamp(3) with time zone, -- first failure since the last success
  version integer NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT webhook_endpoint_state CHECK (state IN ('enabled','disabled','deleted')),
  CONSTRAINT webhook_endpoint_reason CHECK ((state = 'disabled') = (reason IS NOT NULL)),
  CONSTRAINT webhook_endpoint_types CHECK (event_types IS NULL OR cardinality(event_types) > 0),
  CONSTRAINT webhook_endpoint_version CHECK (version >= 1)
);
--> statement-breakpoint
CREATE INDEX webhook_endpoint_user ON webhook_endpoint (user_id, id);
--> statement-breakpoint
-- Sealed under the endpoint's id. One is in use; the ones before it stay valid for a while after a rotation.
CREATE TABLE webhook_secret (
  endpoint_id text NOT NULL REFERENCES webhook_endpoint (id),
  no integer NOT NULL,
  sealed text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  expires_at timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  PRIMARY KEY (endpoint_id, no),
  CONSTRAINT webhook_secret_no CHECK (no >= 1)
);
--> statement-breakpoint
CREATE UNIQUE INDEX webhook_secret_in_use ON webhook_secret (endpoint_id) WHERE expires_at IS NULL;
--> statement-breakpoint
-- One event for one endpoint. The payload is kept as it is sent: each try sends the same bytes under the same webhook-id, the event's.
CREATE TABLE webhook_delivery (
  id text PRIMARY KEY,
  endpoint_id text NOT NULL REFERENCES webhook_endpoint (id),
  event_id text NOT NULL,
  type text NOT NULL,
  payload text NOT NULL,
  state text NOT NULL,
  round integer NOT NULL, -- 1, and one more with every replay
  round_at timestamp(3) with time zone NOT NULL,
  tries integer NOT NULL, -- finished ones of this round
  next_at timestamp(3) with time zone,
  settled_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT webhook_delivery_state CHECK (state IN ('pending','delivered','failed','stopped')),
  CONSTRAINT webhook_delivery_pending CHECK ((state = 'pending') = (next_at IS NOT NULL) AND (state = 'pending') = (settled_at IS NULL)),
  CONSTRAINT webhook_delivery_counts CHECK (round >= 1 AND tries >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX webhook_delivery_once ON webhook_delivery (endpoint_id, event_id);
--> statement-breakpoint
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);
--> statement-breakpoint
CREATE INDEX webhook_delivery_of ON webhook_delivery (endpoint_id, id);
--> statement-breakpoint
CREATE INDEX webhook_delivery_pending ON webhook_delivery (id) WHERE state = 'pending';
--> statement-breakpoint
-- A row is there before the first byte leaves; one that is not finished belongs to a worker that is sending or has died.
CREATE TABLE webhook_attempt (
  delivery_id text NOT NULL REFERENCES webhook_delivery (id),
  no integer NOT NULL,
  round integer NOT NULL,
  started_at timestamp(3) with time zone NOT NULL,
  finished_at timestamp(3) with time zone,
  duration_ms integer,
  status integer,
  error_code text,
  answer text,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  PRIMARY KEY (delivery_id, no),
  CONSTRAINT webhook_attempt_finished CHECK (finished_at IS NOT NULL OR (duration_ms IS NULL AND status IS NULL AND error_code IS NULL AND answer IS NULL)),
  CONSTRAINT webhook_attempt_counts CHECK (no >= 1 AND round >= 1 AND duration_ms >= 0)
);
--> statement-breakpoint
-- What happened while an endpoint was disabled is looked for by time.
CREATE INDEX notification_created ON notification (created_at, id);
--> statement-breakpoint
CREATE FUNCTION webhook_attempt_finished_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'WEBHOOK_ATTEMPT_FINISHED: attempt % of % is finished and stays as it was', OLD.no, OLD.delivery_id USING ERRCODE = 'WH001';
END $$;
--> statement-breakpoint
CREATE TRIGGER webhook_attempt_finished_once BEFORE UPDATE ON webhook_attempt FOR EACH ROW
  WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION webhook_attempt_finished_once();
--> statement-breakpoint
GRANT SELECT, INSERT ON webhook_endpoint, webhook_secret, webhook_delivery, webhook_attempt TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (url, event_types, description, state, reason, state_at, failing_since, version) ON webhook_endpoint TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (expires_at) ON webhook_secret TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, round, round_at, tries, next_at, settled_at) ON webhook_delivery TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (finished_at, duration_ms, status, error_code, answer) ON webhook_attempt TO cashback_app;
