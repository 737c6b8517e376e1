-- Two kinds of change (product.md "Two people"): what became of a payout that nobody knows the outcome of, and letting payouts go on after they were stopped.
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES
  ('payout_outcome', true, NULL, 168, '{finance,compliance,admin}'),
  ('payouts_resume', true, NULL, 24, '{finance,compliance,admin}');
--> statement-breakpoint
-- A rail that could not be read that day is no reconciliation; it is tried again.
ALTER TABLE reconciliation ADD COLUMN unreachable_at timestamptz;
--> statement-breakpoint
GRANT UPDATE (unreachable_at) ON reconciliation TO cashback_app;
--> statement-breakpoint
CREATE INDEX reconciliation_case_age ON reconciliation_case ((code <> 'UNKNOWN_OUTCOME'), opened_at, id) WHERE closed_at IS NULL;
