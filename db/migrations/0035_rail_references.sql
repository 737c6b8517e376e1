-- The rails' own records name a payment by its reference: events and reconciliation look attempts up by it.
CREATE INDEX payout_attempt_reference ON payout_attempt (rail_reference) WHERE rail_reference IS NOT NULL;
--> statement-breakpoint
CREATE INDEX payout_attempt_version_reference ON payout_attempt_version (rail_reference) WHERE rail_reference IS NOT NULL;
