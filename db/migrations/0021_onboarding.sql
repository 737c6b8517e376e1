-- Samples of a broker's files that somebody looks at before the broker is set up: what a profile would make of one (a preview), or which profile would read it (a
-- suggestion). Nothing of them is a report. They are forgotten after some days, the file with them.
CREATE TABLE report_preview (
  id text PRIMARY KEY,
  kind text NOT NULL,
  broker_id text REFERENCES broker (id),
  -- The version that reads it, or one that is only tried.
  profile_id text REFERENCES profile_version (id),
  profile jsonb,
  period_from timestamp(3) with time zone,
  period_to timestamp(3) with time zone,
  file_name text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  made_by text NOT NULL,
  made_at timestamp(3) with time zone NOT NULL,
  expires_at timestamp(3) with time zone NOT NULL,
  state text NOT NULL,
  result jsonb,
  problem jsonb,
  finished_at timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT report_preview_kind CHECK (kind IN ('preview','suggestion')),
  CONSTRAINT report_preview_state CHECK (state IN ('waiting','done','failed') AND (state = 'waiting') = (finished_at IS NULL)),
  CONSTRAINT report_preview_profile CHECK (kind <> 'preview' OR (broker_id IS NOT NULL AND profile IS NOT NULL)),
  CONSTRAINT report_preview_period CHECK ((period_from IS NULL) = (period_to IS NULL) AND period_from < period_to)
);
--> statement-breakpoint
CREATE INDEX report_preview_expiry ON report_preview (expires_at);
--> statement-breakpoint
CREATE INDEX report_preview_waiting ON report_preview (id) WHERE state = 'waiting';
--> statement-breakpoint
CREATE TABLE report_preview_chunk (
  preview_id text NOT NULL REFERENCES report_preview (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  no integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (preview_id, no)
);
--> statement-breakpoint
REVOKE ALL ON report_preview, report_preview_chunk FROM cashback_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE, UPDATE (state, result, problem, finished_at) ON report_preview TO cashback_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON report_preview_chunk TO cashback_app;
--> statement-breakpoint
-- A report that reads the bytes of an earlier one again by another profile version is the next version of its period: what it reads again, and whose kept file it is.
ALTER TABLE report ADD COLUMN rereads text REFERENCES report (id), ADD COLUMN file_of text REFERENCES report (id),
  ADD CONSTRAINT report_reread CHECK ((rereads IS NULL) = (file_of IS NULL));
