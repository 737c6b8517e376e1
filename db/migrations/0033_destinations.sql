-- Payout methods are confirmed and cool down; their links in mails; when a run was frozen, and the limit of a day.
ALTER TABLE payout_method ADD CONSTRAINT payout_method_usable CHECK ((confirmed_at IS NULL) = (usable_from IS NULL) AND usable_from >= confirmed_at);
--> statement-breakpoint
ALTER TABLE mail_token ADD COLUMN method_id text REFERENCES payout_method (id), DROP CONSTRAINT mail_token_purpose,
  ADD CONSTRAINT mail_token_purpose CHECK (purpose IN ('confirm_mail','reset_password','change_mail','invitation','confirm_destination','disown_destination')),
  ADD CONSTRAINT mail_token_method CHECK ((purpose IN ('confirm_destination','disown_destination')) = (method_id IS NOT NULL));
--> statement-breakpoint
-- The instant (of the run's workflow) at which its members were decided; of runs before, when it was scheduled.
ALTER TABLE payout_run ADD COLUMN frozen_at timestamp(3) with time zone;
--> statement-breakpoint
UPDATE payout_run SET frozen_at = scheduled_at WHERE state <> 'open';
--> statement-breakpoint
ALTER TABLE payout_run ADD CONSTRAINT payout_run_frozen_at CHECK (state <> 'open' OR frozen_at IS NULL);
--> statement-breakpoint
CREATE INDEX payout_run_frozen_on ON payout_run (frozen_at);
--> statement-breakpoint
CREATE INDEX payout_planned_on ON payout (planned_at);
--> statement-breakpoint
GRANT UPDATE (frozen_at) ON payout_run TO cashback_app;
--> statement-breakpoint
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES ('payout_day_over_limit', true, 100000, 168, '{finance,admin}');
