-- A run that waits for approval may be refused by an operator, with a reason: nothing was reserved, so it only ends.
ALTER TABLE payout_run ADD COLUMN refused_by text, ADD COLUMN refusal_reason text;
--> statement-breakpoint
ALTER TABLE payout_run DROP CONSTRAINT payout_run_state,
  ADD CONSTRAINT payout_run_state CHECK (state IN ('open','frozen','awaiting_approval','approved','done','refused'));
--> statement-breakpoint
ALTER TABLE payout_run ADD CONSTRAINT payout_run_refused CHECK ((state = 'refused') = (refused_by IS NOT NULL) AND (state = 'refused') = (refusal_reason IS NOT NULL));
--> statement-breakpoint
GRANT UPDATE (refused_by, refusal_reason) ON payout_run TO cashback_app;
