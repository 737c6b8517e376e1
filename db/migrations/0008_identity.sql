-- People who sign in, their sessions, the links mailed to them and the guards against guessing. What is personal is sealed under the
-- person's own key; what opens something is kept as a hash only.
CREATE TABLE person (
  id text PRIMARY KEY,
  role text NOT NULL,
  user_id text REFERENCES app_user (id),
  state text NOT NULL,
  mail text NOT NULL, -- sealed
  mail_index text, -- keyed hash of the normalised address; null once the person is closed, so that the address is free again
  password_hash text, -- argon2id; null until the address was confirmed
  password_at timestamp(3) with time zone,
  totp_secret text, -- sealed
  totp_since timestamp(3) with time zone,
  totp_pending text, -- sealed; asked for and not yet confirmed by a code
  totp_last_step bigint, -- the last 30-second step whose code was taken: no code is taken twice
  invited_by text,
  created_at timestamp(3) with time zone NOT NULL,
  confirmed_at timestamp(3) with time zone,
  closed_at timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT person_role CHECK (role IN ('trader','partner','support','finance','compliance','admin')),
  CONSTRAINT person_user_role CHECK ((role IN ('trader','partner')) = (user_id IS NOT NULL)),
  CONSTRAINT person_state CHECK (state IN ('unconfirmed','active','closed')),
  CONSTRAINT person_active CHECK (state <> 'active' OR (confirmed_at IS NOT NULL AND password_hash IS NOT NULL AND mail_index IS NOT NULL)),
  CONSTRAINT person_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT person_totp CHECK ((totp_secret IS NULL) = (totp_since IS NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX person_mail ON person (mail_index);
--> statement-breakpoint
CREATE UNIQUE INDEX person_user ON person (user_id);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (role, state, mail, mail_index, password_hash, password_at, totp_secret, totp_since, totp_pending, totp_last_step, confirmed_at, closed_at) ON person TO cashback_app;
--> statement-breakpoint
CREATE TABLE session (
  id text PRIMARY KEY,
  person_id text NOT NULL REFERENCES person (id),
  token_sha256 text NOT NULL,
  second_factor boolean NOT NULL,
  network text,
  agent text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  seen_at timestamp(3) with time zone NOT NULL, -- written at most once a minute
  idle_minutes integer NOT NULL,
  expires_at timestamp(3) with time zone NOT NULL, -- whatever is done with it
  step_up_until timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  revoked_why text,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT session_idle CHECK (idle_minutes > 0 AND expires_at > created_at),
  CONSTRAINT session_revoked CHECK ((revoked_at IS NULL) = (revoked_why IS NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX session_token ON session (token_sha256);
--> statement-breakpoint
CREATE INDEX session_person ON session (person_id, id);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (second_factor, seen_at, step_up_until, revoked_at, revoked_why) ON session TO cashback_app;
--> statement-breakpoint
-- A link in a mail. Its secret is made from the id when the mail is written and stands nowhere.
CREATE TABLE mail_token (
  id text PRIMARY KEY,
  person_id text NOT NULL REFERENCES person (id),
  purpose text NOT NULL,
  password_hash text, -- of a sign-up: the password counts only with the link of the same sign-up
  new_mail text, -- sealed; of a change of address
  new_mail_index text,
  old_mail text, -- sealed; the address that was replaced, which is told so
  created_at timestamp(3) with time zone NOT NULL,
  expires_at timestamp(3) with time zone NOT NULL,
  used_at timestamp(3) with time zone,
  voided_at timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT mail_token_purpose CHECK (purpose IN ('confirm_mail','reset_password','change_mail','invitation')),
  CONSTRAINT mail_token_change CHECK ((purpose = 'change_mail') = (new_mail IS NOT NULL) AND (new_mail IS NULL) = (new_mail_index IS NULL)),
  CONSTRAINT mail_token_end CHECK (used_at IS NULL OR voided_at IS NULL)
);
--> statement-breakpoint
CREATE INDEX mail_token_person ON mail_token (person_id, purpose, created_at);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (used_at, voided_at, old_mail) ON mail_token TO cashback_app;
--> statement-breakpoint
CREATE TABLE recovery_code (
  person_id text NOT NULL REFERENCES person (id),
  hash text NOT NULL, -- keyed
  created_at timestamp(3) with time zone NOT NULL,
  used_at timestamp(3) with time zone,
  voided_at timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  PRIMARY KEY (person_id, hash)
);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (used_at, voided_at) ON recovery_code TO cashback_app;
--> statement-breakpoint
-- Failed attempts in a row by what is guessed at: an address whether somebody has it or not, a person, a network.
CREATE TABLE sign_in_guard (
  subject text PRIMARY KEY,
  failures integer NOT NULL CHECK (failures >= 0),
  last_at timestamp(3) with time zone NOT NULL,
  locked_until timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX sign_in_guard_last ON sign_in_guard (last_at);
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE, UPDATE (failures, last_at, locked_until) ON sign_in_guard TO cashback_app;
--> statement-breakpoint
ALTER TABLE api_key ADD COLUMN person_id text REFERENCES person (id);
--> statement-breakpoint
-- Who is behind the key: the person who made it, or the key that a chain of keys began with; null: the key itself.
ALTER TABLE api_key ADD COLUMN principal_id text;
--> statement-breakpoint
ALTER TABLE api_key ADD COLUMN last_used_at timestamp(3) with time zone;
--> statement-breakpoint
ALTER TABLE api_key ADD COLUMN replaced_by text REFERENCES api_key (id);
--> statement-breakpoint
CREATE INDEX api_key_person ON api_key (person_id) WHERE person_id IS NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX api_key_replaced_by ON api_key (replaced_by);
--> statement-breakpoint
GRANT UPDATE (expires_at, last_used_at, replaced_by) ON api_key TO cashback_app;
