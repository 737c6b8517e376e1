-- Who did what, when, from where and why. Entries are only ever added: not even the owner of the table changes one in place.
CREATE TABLE audit_entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamp(3) with time zone NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('api_key','session','system','nobody')),
  actor_id text NOT NULL,
  principal_id text NOT NULL,
  role text,
  operation text NOT NULL,
  subject_type text NOT NULL,
  subject_id text NOT NULL,
  user_id text,
  outcome text NOT NULL DEFAULT 'done' CHECK (outcome IN ('done','asked','refused')),
  reason text,
  before jsonb,
  after jsonb,
  request_id text,
  network text,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX audit_entry_subject ON audit_entry (subject_type, subject_id, id);
--> statement-breakpoint
CREATE INDEX audit_entry_principal ON audit_entry (principal_id, id);
--> statement-breakpoint
CREATE INDEX audit_entry_operation ON audit_entry (operation, id);
--> statement-breakpoint
CREATE INDEX audit_entry_user ON audit_entry (user_id, id) WHERE user_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX audit_entry_at ON audit_entry (at);
--> statement-breakpoint
CREATE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'AUDIT_KEPT: audit entries are never changed or removed' USING ERRCODE = 'AU001';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_kept();
--> statement-breakpoint
GRANT SELECT, INSERT ON audit_entry TO cashback_app;
--> statement-breakpoint
-- Idempotency keys belong to whoever sends them: an API key, or a person whatever his session.
ALTER TABLE idempotency_record DROP CONSTRAINT idempotency_record_api_key_id_api_key_id_fk;
--> statement-breakpoint
ALTER TABLE idempotency_record RENAME COLUMN api_key_id TO owner_id;
