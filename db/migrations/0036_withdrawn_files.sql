-- Files that are withdrawn before they were ever handed over: their attempts go with another file, so only what is not withdrawn is in one file alone. And what could not be put into a file while others could.
ALTER TABLE payout_batch ADD COLUMN withdrawn_at timestamptz, ADD COLUMN withdrawn_by text, ADD COLUMN discarded_at timestamptz,
  DROP CONSTRAINT payout_batch_state_check, ADD CONSTRAINT payout_batch_state_check CHECK (state IN ('assembled','sent','accepted','rejected','unknown','withdrawn')),
  ADD CONSTRAINT payout_batch_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL OR (sends = 0 AND staged IS NULL)));
--> statement-breakpoint
ALTER TABLE payout_batch_item ADD COLUMN withdrawn_at timestamptz, DROP CONSTRAINT payout_batch_item_attempt_id_key;
--> statement-breakpoint
CREATE UNIQUE INDEX payout_batch_item_attempt ON payout_batch_item (attempt_id) WHERE withdrawn_at IS NULL;
--> statement-breakpoint
CREATE INDEX payout_batch_discard ON payout_batch (rail) WHERE state = 'withdrawn' AND discarded_at IS NULL;
--> statement-breakpoint
ALTER TABLE payout_attempt ADD COLUMN left_out_since timestamptz;
--> statement-breakpoint
CREATE INDEX payout_attempt_left_out ON payout_attempt (payout_id) WHERE left_out_since IS NOT NULL AND state = 'prepared';
--> statement-breakpoint
GRANT UPDATE (withdrawn_at, withdrawn_by, discarded_at) ON payout_batch TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (withdrawn_at) ON payout_batch_item TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (left_out_since) ON payout_attempt TO cashback_app;
--> statement-breakpoint
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES ('payout_file_withdrawal', true, NULL, 24, '{finance,compliance,admin}');
