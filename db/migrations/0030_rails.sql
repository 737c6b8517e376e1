-- Real rails: what a payout pays in the rail's currency and at which rate, bytes that replace others, nonces, batches, what a rail told, the switch, operators'
-- decisions about unknown outcomes, and the cases of reconciliation.
ALTER TABLE payout ADD COLUMN pay_amount numeric, ADD COLUMN pay_currency text NOT NULL DEFAULT 'USD', ADD COLUMN settled_usd numeric, ADD COLUMN settled_rate numeric,
  ADD COLUMN network_fee text, ADD COLUMN executed_at timestamptz;
--> statement-breakpoint
UPDATE payout SET pay_amount = amount;
--> statement-breakpoint
ALTER TABLE payout ADD CONSTRAINT payout_pay_amount CHECK (pay_amount IS NULL OR pay_amount > 0), ADD CONSTRAINT payout_pay_currency CHECK (pay_currency ~ '^[A-Z]{3,5}$');
--> statement-breakpoint
GRANT UPDATE (pay_amount, pay_currency, settled_usd, settled_rate, network_fee, executed_at) ON payout TO cashback_app;
--> statement-breakpoint
CREATE TABLE payout_quote (
  payout_id text NOT NULL REFERENCES payout (id), no integer NOT NULL CHECK (no >= 1),
  amount numeric NOT NULL CHECK (amount > 0), pay_amount numeric NOT NULL CHECK (pay_amount > 0), pay_currency text NOT NULL,
  rate numeric NOT NULL CHECK (rate > 0 AND rate <> 'NaN'), rate_source text NOT NULL, quoted_at timestamptz NOT NULL, valid_until timestamptz,
  fee numeric NOT NULL CHECK (fee >= 0), fee_bearer text NOT NULL CHECK (fee_bearer IN ('company','payee')), recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (payout_id, no));
--> statement-breakpoint
CREATE TABLE payout_attempt_version (
  attempt_id text NOT NULL REFERENCES payout_attempt (id), no integer NOT NULL CHECK (no >= 2), request_hash text NOT NULL, request_bytes bytea NOT NULL,
  rail_reference text, facts jsonb NOT NULL DEFAULT '{}', prepared_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (attempt_id, no));
--> statement-breakpoint
CREATE TABLE hot_wallet (id text PRIMARY KEY, next_nonce bigint NOT NULL CHECK (next_nonce >= 0), recorded_at timestamptz NOT NULL DEFAULT clock_timestamp());
--> statement-breakpoint
CREATE TABLE wallet_nonce (
  wallet_id text NOT NULL REFERENCES hot_wallet (id), nonce bigint NOT NULL CHECK (nonce >= 0), attempt_id text REFERENCES payout_attempt (id) DEFERRABLE INITIALLY DEFERRED,
  purpose text NOT NULL CHECK (purpose IN ('payout','cancel')), recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (wallet_id, nonce),
  CHECK ((purpose = 'payout') = (attempt_id IS NOT NULL)));
--> statement-breakpoint
CREATE TABLE payout_batch (
  id text PRIMARY KEY, rail text NOT NULL, currency text NOT NULL, day date NOT NULL, items integer NOT NULL CHECK (items >= 1), control_sum numeric NOT NULL CHECK (control_sum > 0),
  state text NOT NULL CHECK (state IN ('assembled','sent','accepted','rejected','unknown')), request_hash text NOT NULL, request_bytes bytea NOT NULL, rail_reference text,
  facts jsonb NOT NULL DEFAULT '{}', detail text, assembled_at timestamptz NOT NULL, sends integer NOT NULL DEFAULT 0 CHECK (sends >= 0), sent_at timestamptz,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp());
--> statement-breakpoint
CREATE INDEX payout_batch_open ON payout_batch (rail, id) WHERE state IN ('assembled','sent','unknown');
--> statement-breakpoint
CREATE TABLE payout_batch_item (batch_id text NOT NULL REFERENCES payout_batch (id), attempt_id text NOT NULL UNIQUE REFERENCES payout_attempt (id), no integer NOT NULL CHECK (no >= 1), PRIMARY KEY (batch_id, no));
--> statement-breakpoint
CREATE TABLE rail_message (
  id text PRIMARY KEY, rail text NOT NULL, kind text NOT NULL, name text NOT NULL, sha256 text NOT NULL, size bigint NOT NULL, state text NOT NULL CHECK (state IN ('read','refused')),
  problem jsonb, received_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE (rail, sha256));
--> statement-breakpoint
CREATE TABLE rail_entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, rail text NOT NULL, message_id text NOT NULL REFERENCES rail_message (id), entry_key text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('accepted','pending','rejected','executed','returned')), idempotency_key text, batch_id text, rail_reference text NOT NULL,
  amount numeric, currency text, settled_usd numeric, fee numeric, at timestamptz NOT NULL, code text, reason text, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (rail, entry_key));
--> statement-breakpoint
CREATE INDEX rail_entry_by_key ON rail_entry (rail, idempotency_key);
--> statement-breakpoint
CREATE TABLE rail_switch (
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, rail text NOT NULL, stopped boolean NOT NULL, reason text NOT NULL CHECK (reason <> ''), by text NOT NULL, at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp());
--> statement-breakpoint
CREATE INDEX rail_switch_latest ON rail_switch (rail, no DESC);
--> statement-breakpoint
CREATE TABLE rail_condition (
  rail text NOT NULL, code text NOT NULL, detail text NOT NULL, since timestamptz NOT NULL, seen_at timestamptz NOT NULL, cleared_at timestamptz, told_at timestamptz,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (rail, code));
--> statement-breakpoint
CREATE TABLE payout_decision (
  id text PRIMARY KEY, payout_id text NOT NULL REFERENCES payout (id), attempt_id text NOT NULL REFERENCES payout_attempt (id), outcome text NOT NULL CHECK (outcome IN ('executed','not_executed')),
  reference text NOT NULL CHECK (reference <> ''), executed_at timestamptz, proof text NOT NULL CHECK (proof <> ''), proof_sha256 text, change_id text, by text NOT NULL, approved_by text,
  decided_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE (attempt_id), CHECK ((outcome = 'executed') = (executed_at IS NOT NULL)));
--> statement-breakpoint
CREATE TABLE reconciliation (
  id text PRIMARY KEY, rail text NOT NULL, day date NOT NULL, started_at timestamptz NOT NULL, finished_at timestamptz, items integer, rail_total numeric, ledger_total numeric, differences integer,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE (rail, day));
--> statement-breakpoint
CREATE TABLE reconciliation_case (
  id text PRIMARY KEY, rail text NOT NULL, code text NOT NULL, subject text NOT NULL, payout_id text REFERENCES payout (id), detail text NOT NULL, facts jsonb NOT NULL DEFAULT '{}',
  opened_at timestamptz NOT NULL, seen_at timestamptz NOT NULL, closed_at timestamptz, closed_by text, close_reason text, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((closed_at IS NULL) = (close_reason IS NULL)));
--> statement-breakpoint
CREATE UNIQUE INDEX reconciliation_case_open ON reconciliation_case (rail, code, subject) WHERE closed_at IS NULL;
--> statement-breakpoint
CREATE INDEX reconciliation_case_payout ON reconciliation_case (payout_id);
--> statement-breakpoint
ALTER TABLE payout_method ADD COLUMN name text, ADD COLUMN confirmed_at timestamptz, ADD COLUMN usable_from timestamptz, ADD COLUMN trading_account_id text REFERENCES trading_account (id);
--> statement-breakpoint
UPDATE payout_method SET confirmed_at = created_at, usable_from = created_at;
--> statement-breakpoint
GRANT UPDATE (name, confirmed_at, usable_from) ON payout_method TO cashback_app;
--> statement-breakpoint
ALTER TABLE payout_run_member DROP CONSTRAINT payout_run_member_decision, ADD CONSTRAINT payout_run_member_decision CHECK (decision IN ('to_pay','planned','below_minimum','suspended','no_method','rail_unavailable','verification_missing',
  'verification_pending','verification_rejected','screening_hit','screening_due','payee_name_differs','ownership_missing','broker_funding','changed_since','destination_unconfirmed','destination_cooling_down','destination_not_own','rate_unavailable'));
--> statement-breakpoint
GRANT SELECT, INSERT ON payout_quote, payout_attempt_version, hot_wallet, wallet_nonce, payout_batch, payout_batch_item, rail_message, rail_entry, rail_switch, rail_condition, payout_decision, reconciliation, reconciliation_case TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (next_nonce) ON hot_wallet TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, rail_reference, detail, sends, sent_at) ON payout_batch TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (detail, since, seen_at, cleared_at, told_at) ON rail_condition TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (finished_at, items, rail_total, ledger_total, differences) ON reconciliation TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (detail, facts, seen_at, closed_at, closed_by, close_reason) ON reconciliation_case TO cashback_app;
