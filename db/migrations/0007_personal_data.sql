-- One key for each person or user whose data is kept encrypted, wrapped by a master key of the environment. Deleting the row
-- erases the data everywhere, backups of other tables included; the ledger knows only ids.
CREATE TABLE data_key (
  subject_id text PRIMARY KEY,
  id text NOT NULL UNIQUE,
  master_key_id text NOT NULL,
  wrapped bytea NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX data_key_master ON data_key (master_key_id);
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE, UPDATE (master_key_id, wrapped) ON data_key TO cashback_app;
