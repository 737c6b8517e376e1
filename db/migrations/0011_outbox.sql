-- Whom it is for where that is one person; told to all of the user's otherwise. `fanned_out_at`: mails and webhook deliveries of it are written.
ALTER TABLE notification ADD COLUMN person_id text, ADD COLUMN fanned_out_at timestamp(3) with time zone;
--> statement-breakpoint
-- What was told before there was mail is not mailed late.
UPDATE notification SET fanned_out_at = created_at;
--> statement-breakpoint
CREATE INDEX notification_waiting ON notification (id) WHERE fanned_out_at IS NULL;
--> statement-breakpoint
DROP INDEX notification_user;
--> statement-breakpoint
CREATE INDEX notification_user ON notification (user_id, id);
--> statement-breakpoint
CREATE INDEX notification_person ON notification (person_id, id) WHERE person_id IS NOT NULL;
--> statement-breakpoint
-- A hint for the workers, once a transaction; who misses it looks every minute.
CREATE FUNCTION notification_nudge() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('outbox', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER notification_nudge AFTER INSERT ON notification FOR EACH STATEMENT EXECUTE FUNCTION notification_nudge();
--> statement-breakpoint
-- One notification for one person. Neither address nor text is kept: both are made from the person and the facts when it is sent.
CREATE TABLE mail (
  id text PRIMARY KEY,
  notification_id text NOT NULL REFERENCES notification (id),
  person_id text NOT NULL,
  urgent boolean NOT NULL, -- sent before the others: security
  state text NOT NULL,
  attempts integer NOT NULL DEFAULT 0, -- dialogues that were begun
  next_attempt_at timestamp(3) with time zone, -- of a queued one; of one that is being sent, when that began
  message_id text NOT NULL,
  mail_index text, -- keyed hash of the address that it was sent to
  reason text, -- why it was not, or not yet, sent: a code, and what the mail server answered
  created_at timestamp(3) with time zone NOT NULL,
  settled_at timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT mail_state CHECK (state IN ('queued','sending','sent','suppressed','failed','bounced')),
  CONSTRAINT mail_due CHECK ((state IN ('queued','sending')) = (next_attempt_at IS NOT NULL) AND (state IN ('queued','sending')) = (settled_at IS NULL)),
  CONSTRAINT mail_reason CHECK (state NOT IN ('suppressed','failed','bounced') OR reason IS NOT NULL),
  CONSTRAINT mail_attempts CHECK (attempts >= 0 AND (state NOT IN ('sending','sent','bounced') OR attempts > 0))
);
--> statement-breakpoint
CREATE UNIQUE INDEX mail_once ON mail (notification_id, person_id);
--> statement-breakpoint
CREATE UNIQUE INDEX mail_message_id ON mail (message_id);
--> statement-breakpoint
CREATE INDEX mail_due ON mail (urgent DESC, next_attempt_at, id) WHERE state IN ('queued','sending');
--> statement-breakpoint
CREATE INDEX mail_person ON mail (person_id, id);
--> statement-breakpoint
CREATE INDEX mail_by_state ON mail (state, id);
--> statement-breakpoint
-- No row: mails of that category are wanted.
CREATE TABLE mail_preference (
  person_id text NOT NULL,
  category text NOT NULL,
  wanted boolean NOT NULL,
  changed_at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  PRIMARY KEY (person_id, category),
  CONSTRAINT mail_preference_category CHECK (category IN ('security','money','account','operations')),
  CONSTRAINT mail_preference_security CHECK (category <> 'security' OR wanted)
);
--> statement-breakpoint
-- Addresses that sent mails back, by a keyed hash: nothing is sent to one that is blocked.
CREATE TABLE mail_bounce (
  id text PRIMARY KEY,
  mail_index text NOT NULL,
  person_id text, -- whose address it was when it last bounced
  blocked_at timestamp(3) with time zone,
  soft_bounces integer NOT NULL DEFAULT 0, -- for a while only (mailbox full), since the last mail that was taken or the last hard one
  reason text NOT NULL,
  last_at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT mail_bounce_soft CHECK (soft_bounces >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX mail_bounce_index ON mail_bounce (mail_index);
--> statement-breakpoint
CREATE INDEX mail_bounce_blocked ON mail_bounce (id) WHERE blocked_at IS NOT NULL;
--> statement-breakpoint
GRANT SELECT, INSERT ON mail, mail_preference, mail_bounce TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (fanned_out_at) ON notification TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, attempts, next_attempt_at, mail_index, reason, settled_at) ON mail TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (wanted, changed_at) ON mail_preference TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (person_id, blocked_at, soft_bounces, reason, last_at) ON mail_bounce TO cashback_app;
