-- The newest payout method is used, so an operator who adds one for a user says where his money goes: another one agrees first.
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES ('payout_method', true, NULL, 168, '{finance,compliance,admin}');
--> statement-breakpoint
-- Whoever verifies a link chooses its account's lot factor: when its waiting lines earn more than the limit, he cannot be the one who agrees.
ALTER TABLE account_link ADD COLUMN decided_by text;
--> statement-breakpoint
GRANT UPDATE (decided_by) ON account_link TO cashback_app;
