-- Funding: what brokers owe us for what they reported, what they paid, and how far we pay their cashback before they do.

-- What may be paid out of a broker's cashback before the broker has paid it; the newest version that is in force counts. Null: no limit.
CREATE TABLE funding_terms (
  broker_id text NOT NULL REFERENCES broker (id),
  version integer NOT NULL CHECK (version >= 1),
  effective_from timestamp(3) with time zone NOT NULL,
  exposure_limit numeric CHECK (exposure_limit >= 0 AND exposure_limit < 1e15),
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  PRIMARY KEY (broker_id, version)
);
--> statement-breakpoint
-- What a report version changed of a period's commission as it stands (docs/decisions/commission-receivable.md). Their sum is the broker's receivable before
-- payments. `journal_key` is null where the changes of several periods cancel each other out: then there is nothing to post.
CREATE TABLE commission_entry (
  report_no bigint NOT NULL,
  period_id text NOT NULL REFERENCES report_period (id),
  broker_id text NOT NULL,
  month text NOT NULL CHECK (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  amount numeric NOT NULL CHECK (amount <> 0 AND scale(amount) <= 8),
  journal_key text,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  PRIMARY KEY (report_no, period_id)
);
--> statement-breakpoint
CREATE INDEX commission_entry_period ON commission_entry (period_id);
--> statement-breakpoint
CREATE INDEX commission_entry_month ON commission_entry (broker_id, month);
--> statement-breakpoint
-- Periods whose commission another period's report changed (a ticket that moved, a reversal): worked out anew when that report is settled.
CREATE TABLE commission_stale (period_id text PRIMARY KEY REFERENCES report_period (id), broker_id text NOT NULL);
--> statement-breakpoint
CREATE INDEX commission_stale_broker ON commission_stale (broker_id);
--> statement-breakpoint
-- Money that a broker paid us, as operators say; a payment that bounced is taken back by a row of its own.
CREATE TABLE broker_payment (
  id text PRIMARY KEY,
  broker_id text NOT NULL REFERENCES broker (id),
  received_on date NOT NULL,
  amount numeric NOT NULL CHECK (amount > 0 AND amount < 1e15 AND scale(amount) <= 8),
  reference text NOT NULL,
  -- What it is for, as the broker says; empty: not said.
  months text[] NOT NULL,
  note text,
  recorded_by text NOT NULL,
  at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT broker_payment_reference UNIQUE (broker_id, reference)
);
--> statement-breakpoint
CREATE TABLE broker_payment_reversal (
  payment_id text PRIMARY KEY REFERENCES broker_payment (id),
  reversed_on date NOT NULL,
  reason text NOT NULL,
  reversed_by text NOT NULL,
  at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
-- Which month's commission a payment pays; taking a part back is a negative entry.
CREATE TABLE broker_payment_match (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id text NOT NULL REFERENCES broker_payment (id),
  broker_id text NOT NULL,
  month text NOT NULL CHECK (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  amount numeric NOT NULL CHECK (amount <> 0 AND scale(amount) <= 8),
  how text NOT NULL CHECK (how IN ('oldest_first','operator','reversal')),
  matched_by text NOT NULL,
  reason text,
  at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX broker_payment_match_payment ON broker_payment_match (payment_id);
--> statement-breakpoint
CREATE INDEX broker_payment_match_month ON broker_payment_match (broker_id, month);
--> statement-breakpoint
-- Of each broker's money: what was reserved for payouts and neither released nor returned, so paid out or about to be. Its row is the lock under which payouts are
-- planned: two runs at once never go over a limit together. The ledger says the same (tests and `npm run ledger:verify`); summing it for each page would grow with the years.
CREATE TABLE broker_exposure (broker_id text PRIMARY KEY REFERENCES broker (id), claimed numeric NOT NULL DEFAULT 0);
--> statement-breakpoint
INSERT INTO broker_exposure (broker_id, claimed)
SELECT a.broker_id, -sum(p.amount) FROM journal j JOIN posting p ON p.journal_id = j.id JOIN ledger_account a ON a.id = p.account_id JOIN broker b ON b.id = a.broker_id
WHERE j.kind IN ('payout_reserved','payout_released','payout_returned') AND a.kind = 'available' GROUP BY a.broker_id;
--> statement-breakpoint
-- What a run left out of a user's payout because the broker has not paid us.
CREATE TABLE payout_run_withheld (
  run_id text NOT NULL,
  user_id text NOT NULL,
  broker_id text NOT NULL REFERENCES broker (id),
  amount numeric NOT NULL CHECK (amount > 0),
  PRIMARY KEY (run_id, user_id, broker_id),
  FOREIGN KEY (run_id, user_id) REFERENCES payout_run_member (run_id, user_id)
);
--> statement-breakpoint
CREATE INDEX payout_run_withheld_broker ON payout_run_withheld (broker_id, run_id);
--> statement-breakpoint
ALTER TABLE payout_run_member DROP CONSTRAINT payout_run_member_decision,
  ADD CONSTRAINT payout_run_member_decision CHECK (decision IN ('to_pay','planned','below_minimum','suspended','no_method','rail_unavailable','verification_missing','verification_pending',
    'verification_rejected','screening_hit','screening_due','payee_name_differs','ownership_missing','broker_funding','changed_since'));
--> statement-breakpoint
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES
  ('broker_payment', true, NULL, 168, '{finance,admin}'),
  ('funding_terms', true, NULL, 168, '{finance,admin}');
--> statement-breakpoint
CREATE FUNCTION funding_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'FUNDING_IMMUTABLE: % of % is refused; correct it by a new entry', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'FU001';
END $$;
--> statement-breakpoint
CREATE TRIGGER funding_terms_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON funding_terms FOR EACH STATEMENT EXECUTE FUNCTION funding_refuse_change();
--> statement-breakpoint
CREATE TRIGGER commission_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON commission_entry FOR EACH STATEMENT EXECUTE FUNCTION funding_refuse_change();
--> statement-breakpoint
CREATE TRIGGER broker_payment_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON broker_payment FOR EACH STATEMENT EXECUTE FUNCTION funding_refuse_change();
--> statement-breakpoint
CREATE TRIGGER broker_payment_reversal_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON broker_payment_reversal FOR EACH STATEMENT EXECUTE FUNCTION funding_refuse_change();
--> statement-breakpoint
CREATE TRIGGER broker_payment_match_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON broker_payment_match FOR EACH STATEMENT EXECUTE FUNCTION funding_refuse_change();
--> statement-breakpoint
GRANT SELECT, INSERT ON funding_terms, commission_entry, broker_payment, broker_payment_reversal, broker_payment_match, payout_run_withheld TO cashback_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON commission_stale TO cashback_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (claimed) ON broker_exposure TO cashback_app;
