-- Where reports come from (product.md "Data source"): a broker's API, a mailbox, a drop of files, or figures typed from its dashboard, beside the upload.
-- A broker may send files of several layouts: a profile version has a name, and the newest version of a name reads what comes in under it.
ALTER TABLE profile_version ADD COLUMN name text NOT NULL DEFAULT 'default' CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$');
--> statement-breakpoint
CREATE TABLE report_source (
  id text PRIMARY KEY,
  broker_id text NOT NULL REFERENCES broker (id),
  kind text NOT NULL,
  name text NOT NULL,
  settings jsonb NOT NULL,
  -- Sealed; never shown.
  secret text,
  profile_name text NOT NULL DEFAULT 'default',
  poll_seconds integer NOT NULL,
  state text NOT NULL DEFAULT 'active',
  -- What its last look found, for the operators.
  looked_at timestamp(3) with time zone,
  problem jsonb,
  -- The last try without taking anything, that an operator asked for.
  test jsonb,
  created_at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT report_source_kind CHECK (kind IN ('api','mailbox','sftp','s3')),
  CONSTRAINT report_source_state CHECK (state IN ('active','paused')),
  CONSTRAINT report_source_poll CHECK (poll_seconds BETWEEN 1 AND 86400),
  CONSTRAINT report_source_name UNIQUE (broker_id, name)
);
--> statement-breakpoint
GRANT SELECT, INSERT ON report_source TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (settings, secret, profile_name, poll_seconds, state, looked_at, problem, test) ON report_source TO cashback_app;
--> statement-breakpoint
-- What was found at a source once is not taken again: a mail by message id and attachment, a file by path and content, a response by period and content.
CREATE TABLE source_item (
  -- Order in which they were found.
  no bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  source_id text NOT NULL REFERENCES report_source (id),
  key text NOT NULL,
  state text NOT NULL,
  -- What it is called at the source; only shown.
  name text,
  -- How it looks from outside (path with size and time, or ETag), so that what is known is not read again.
  mark text,
  report_id text,
  problem jsonb,
  seen_at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  PRIMARY KEY (source_id, key),
  CONSTRAINT source_item_state CHECK (state IN ('taken','failed'))
);
--> statement-breakpoint
CREATE INDEX source_item_order ON source_item (source_id, no);
--> statement-breakpoint
CREATE INDEX source_item_mark ON source_item (source_id, mark) WHERE mark IS NOT NULL;
--> statement-breakpoint
-- What was taken stays taken; what failed can be taken later.
GRANT SELECT, INSERT ON source_item TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, name, mark, report_id, problem, seen_at) ON source_item TO cashback_app;
--> statement-breakpoint
-- A source decides what becomes money: where it points, and which profile reads what it brings.
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES ('report_source', true, NULL, 168, '{support,finance,admin}');
--> statement-breakpoint
ALTER TABLE report ADD COLUMN origin text NOT NULL DEFAULT 'upload',
  ADD COLUMN source_id text REFERENCES report_source (id),
  -- How it came, e.g. a mail's id, sender and DKIM verdict, a file's path, the pages of a response.
  ADD COLUMN facts jsonb,
  ADD CONSTRAINT report_origin CHECK (origin IN ('upload','api','mailbox','sftp','s3','dashboard'));
