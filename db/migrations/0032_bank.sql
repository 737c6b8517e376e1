-- The bank rail: what a statement says of itself for the next one, findings of messages that were read, how a batch was staged, and the EndToEndId by which a bank names an attempt.
ALTER TABLE rail_message ADD COLUMN facts jsonb NOT NULL DEFAULT '{}', ADD COLUMN findings jsonb NOT NULL DEFAULT '[]';
--> statement-breakpoint
ALTER TABLE payout_batch ADD COLUMN staged text;
--> statement-breakpoint
GRANT UPDATE (kind, state, problem, facts, findings, received_at) ON rail_message TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (staged) ON payout_batch TO cashback_app;
--> statement-breakpoint
CREATE UNIQUE INDEX payout_attempt_end_to_end ON payout_attempt ((facts ->> 'endToEndId')) WHERE facts ->> 'endToEndId' IS NOT NULL;
--> statement-breakpoint
CREATE INDEX rail_entry_by_batch ON rail_entry (rail, batch_id) WHERE batch_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX rail_entry_by_message ON rail_entry (message_id);
--> statement-breakpoint
CREATE INDEX rail_message_received ON rail_message (rail, received_at);
