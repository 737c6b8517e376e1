-- Payouts and ownership: the states as CHECKs, what an attempt knows of its sends and look-ups, and rights by column.
ALTER TABLE payout ADD CONSTRAINT payout_state CHECK (state IN ('reserved','submitting','submitted','unknown','paid','failed','returned'));
--> statement-breakpoint
ALTER TABLE payout ADD CONSTRAINT payout_settled CHECK ((state IN ('paid','failed','returned')) = (settled_at IS NOT NULL));
--> statement-breakpoint
-- last_sent_at is the latest instant at which bytes of the attempt can have left; facts is what the rail needs again at a look-up.
ALTER TABLE payout_attempt
  ADD COLUMN sends integer NOT NULL DEFAULT 0,
  ADD COLUMN last_sent_at timestamp(3) with time zone,
  ADD COLUMN accepted_at timestamp(3) with time zone,
  ADD COLUMN expires_at timestamp(3) with time zone,
  ADD COLUMN looks integer NOT NULL DEFAULT 0,
  ADD COLUMN facts jsonb NOT NULL DEFAULT '{}';
--> statement-breakpoint
ALTER TABLE payout_attempt ADD CONSTRAINT payout_attempt_state CHECK (state IN ('prepared','sent','accepted','unknown','executed','returned','rejected','not_executed','abandoned'));
--> statement-breakpoint
-- An attempt forbids another one of its payout (payout_attempt_one_open) until it is proven that no money left and none will.
ALTER TABLE payout_attempt ADD CONSTRAINT payout_attempt_blocks_another CHECK (open = (state NOT IN ('rejected','not_executed','abandoned')));
--> statement-breakpoint
ALTER TABLE payout_attempt ADD CONSTRAINT payout_attempt_sends CHECK (no >= 1 AND looks >= 0 AND sends >= 0 AND (sends > 0) = (first_sent_at IS NOT NULL)
  AND (sends > 0) = (last_sent_at IS NOT NULL) AND (state IN ('prepared','abandoned')) = (sends = 0));
--> statement-breakpoint
ALTER TABLE payout_attempt ADD CONSTRAINT payout_attempt_closed CHECK ((state IN ('executed','returned','rejected','not_executed','abandoned')) = (closed_at IS NOT NULL));
--> statement-breakpoint
ALTER TABLE payout_run ADD COLUMN started_by text;
--> statement-breakpoint
-- Two people: whoever started a run cannot be the one who approves it.
ALTER TABLE payout_run ADD CONSTRAINT payout_run_two_people CHECK (approved_by IS DISTINCT FROM started_by OR approved_by IS NULL);
--> statement-breakpoint
ALTER TABLE payout_run ADD CONSTRAINT payout_run_frozen CHECK ((state = 'open') = (total IS NULL) AND (state <> 'approved' OR approved_by IS NOT NULL));
--> statement-breakpoint
ALTER TABLE payout_run_member ADD CONSTRAINT payout_run_member_decision CHECK (decision IN ('to_pay','planned','below_minimum','suspended','no_method','rail_unavailable','ownership_missing','changed_since'));
--> statement-breakpoint
ALTER TABLE ownership_verification ADD CONSTRAINT ownership_decided CHECK ((state IN ('confirmed','rejected','expired')) = (decided_at IS NOT NULL)
  AND (state NOT IN ('confirmed','rejected') OR (decided_by IS NOT NULL AND decision_reason IS NOT NULL)) AND reminders_sent >= 0 AND requested_at < expires_at);
--> statement-breakpoint
CREATE INDEX ownership_open ON ownership_verification (id) WHERE state IN ('requested','evidence_given');
--> statement-breakpoint
CREATE INDEX payout_open ON payout (id) WHERE state NOT IN ('paid','failed','returned');
--> statement-breakpoint
CREATE INDEX payout_of_run ON payout (run_id, id);
--> statement-breakpoint
-- The users' available balances, locked in account order until the transaction ends: taken before a page of payouts is reserved.
CREATE FUNCTION ledger_lock_available_of(p_users text[]) RETURNS TABLE (user_id text, broker_id text, programme text, currency text, amount numeric)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.user_id, a.broker_id, a.programme, a.currency, b.amount
  FROM public.ledger_account a JOIN public.balance b ON b.account_id = a.id AND b.stripe = 0
  WHERE a.user_id = ANY (p_users) AND a.kind = 'available' ORDER BY b.account_id FOR NO KEY UPDATE OF b
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_lock_available_of(text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ledger_lock_available_of(text[]) TO cashback_app;
--> statement-breakpoint
-- Amount, destination, key and bytes stay what they were when the money was reserved and the attempt was prepared.
REVOKE UPDATE ON payout, payout_attempt, payout_run, payout_run_member, ownership_verification FROM cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, rail_reference, detail, settled_at) ON payout TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, open, rail_reference, detail, first_sent_at, last_sent_at, sends, accepted_at, looks, closed_at) ON payout_attempt TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, workflow_id, total, approved_by) ON payout_run TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (decision) ON payout_run_member TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, reminders_sent, decided_at, decided_by, decision_reason) ON ownership_verification TO cashback_app;
