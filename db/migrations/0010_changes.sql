-- Changes that need a second operator (product.md "Two people"): what is asked for, by whom, and what a second one decided. A change is
-- decided once; who asked, what for and what it was compared with stay as they were written.
CREATE TABLE approval_policy (
  kind text PRIMARY KEY,
  needs_second_operator boolean NOT NULL,
  over_amount numeric CHECK (over_amount >= 0),
  expiry_hours integer NOT NULL CHECK (expiry_hours BETWEEN 1 AND 8760),
  deciders text[] NOT NULL CHECK (cardinality(deciders) > 0 AND deciders <@ ARRAY['support','finance','compliance','admin']),
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  -- Whoever could switch off the second operator alone would need none.
  CONSTRAINT approval_policy_itself CHECK (kind <> 'approval_policy' OR needs_second_operator)
);
--> statement-breakpoint
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES
  ('rate', true, NULL, 168, '{finance,admin}'),
  ('terms', true, NULL, 168, '{finance,admin}'),
  ('agreement', true, NULL, 168, '{finance,compliance,admin}'),
  ('agreement_end', true, NULL, 168, '{finance,compliance,admin}'),
  ('symbols', true, NULL, 168, '{support,finance,admin}'),
  ('profile', true, NULL, 168, '{support,finance,admin}'),
  ('methodology', true, NULL, 168, '{finance,compliance,admin}'),
  ('user_suspension', true, NULL, 168, '{support,finance,compliance,admin}'),
  ('user_tier', true, NULL, 168, '{finance,compliance,admin}'),
  ('verification_override', true, NULL, 168, '{compliance,admin}'),
  ('operator_role', true, NULL, 168, '{compliance,admin}'),
  ('approval_policy', true, NULL, 168, '{finance,compliance,admin}'),
  ('report_over_limit', true, 100000, 336, '{finance,admin}'),
  ('payout_run_over_limit', true, 50000, 168, '{finance,admin}'),
  ('payout_over_limit', true, 10000, 168, '{finance,admin}'),
  ('dashboard_figures', true, NULL, 168, '{finance,compliance,admin}'),
  ('unaligned_mail', true, NULL, 168, '{support,finance,admin}');
--> statement-breakpoint
CREATE TABLE change (
  id text PRIMARY KEY,
  kind text NOT NULL REFERENCES approval_policy (kind),
  subject_type text NOT NULL,
  subject_id text NOT NULL,
  payload jsonb NOT NULL,
  payload_hash text NOT NULL,
  before jsonb,
  amount numeric,
  state text NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamp(3) with time zone NOT NULL,
  expires_at timestamp(3) with time zone NOT NULL,
  reminded_at timestamp(3) with time zone,
  decided_by text,
  decided_at timestamp(3) with time zone,
  decision_reason text,
  result jsonb,
  followed_up_at timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT change_state CHECK (state IN ('requested','approved','rejected','expired','withdrawn','failed')),
  CONSTRAINT change_expiry CHECK (expires_at > requested_at),
  CONSTRAINT change_two_people CHECK (state <> 'approved' OR decided_by <> requested_by),
  CONSTRAINT change_decided CHECK ((state = 'requested') = (decided_at IS NULL) AND (state = 'requested') = (decided_by IS NULL)),
  CONSTRAINT change_reason CHECK (state NOT IN ('rejected','failed') OR decision_reason IS NOT NULL)
);
--> statement-breakpoint
-- The same change is asked for once at a time.
CREATE UNIQUE INDEX change_open ON change (kind, subject_type, subject_id, payload_hash) WHERE state = 'requested';
--> statement-breakpoint
CREATE INDEX change_subject ON change (subject_type, subject_id, id);
--> statement-breakpoint
CREATE INDEX change_kind ON change (kind, id);
--> statement-breakpoint
CREATE INDEX change_unfinished ON change (id) WHERE followed_up_at IS NULL;
--> statement-breakpoint
CREATE FUNCTION change_decided_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'CHANGE_DECIDED: change % is % already', OLD.id, OLD.state USING ERRCODE = 'CH001';
END $$;
--> statement-breakpoint
-- What applying it led to is known after the move, in the same transaction: it is set once.
CREATE TRIGGER change_decided_once BEFORE UPDATE ON change FOR EACH ROW
  WHEN (OLD.state <> 'requested' AND ((OLD.state, OLD.decided_by, OLD.decided_at, OLD.decision_reason) IS DISTINCT FROM (NEW.state, NEW.decided_by, NEW.decided_at, NEW.decision_reason)
    OR (OLD.result IS NOT NULL AND OLD.result IS DISTINCT FROM NEW.result)))
  EXECUTE FUNCTION change_decided_once();
--> statement-breakpoint
-- A report over the limit is tied out, and waits before anything is posted.
ALTER TABLE report DROP CONSTRAINT report_state,
  ADD CONSTRAINT report_state CHECK (state IN ('received','staged','judging','judged','awaiting_approval','tied_out','posting','settling','posted','refused','unchanged'));
--> statement-breakpoint
CREATE FUNCTION report_needs_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.change c WHERE c.kind = 'report_over_limit' AND c.subject_id = OLD.id AND c.state = 'approved') THEN
    RAISE EXCEPTION 'REPORT_NOT_APPROVED: report % waits for a second operator', OLD.id USING ERRCODE = 'CH002';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER report_needs_approval BEFORE UPDATE ON report FOR EACH ROW
  WHEN (OLD.state = 'awaiting_approval' AND NEW.state NOT IN ('awaiting_approval','refused')) EXECUTE FUNCTION report_needs_approval();
--> statement-breakpoint
-- Runs that wait already are changes from now on, as if they had been asked for now.
INSERT INTO change (id, kind, subject_type, subject_id, payload, payload_hash, amount, state, requested_by, requested_at, expires_at)
SELECT 'chg_' || replace(gen_random_uuid()::text, '-', ''), 'payout_run_over_limit', 'payoutRun', r.id, jsonb_build_object('key', r.key, 'total', r.total::text), 'of run ' || r.id, r.total,
  'requested', coalesce(r.started_by, 'system:payoutRun'), now(), now() + interval '168 hours'
FROM payout_run r WHERE r.state = 'awaiting_approval';
--> statement-breakpoint
GRANT SELECT, INSERT ON change TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, reminded_at, decided_by, decided_at, decision_reason, result, followed_up_at) ON change TO cashback_app;
--> statement-breakpoint
GRANT SELECT ON approval_policy TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (needs_second_operator, over_amount, expiry_hours, deciders) ON approval_policy TO cashback_app;
