-- Who a user is. Names, dates, countries, documents and free texts are sealed under the user's own key (data_key); states, codes and
-- instants are plain, so that a payout run is planned in sets without opening anything.
CREATE TABLE user_profile (
  user_id text PRIMARY KEY REFERENCES app_user (id),
  -- {fullName, country, dateOfBirth}, sealed; NULL where it was taken over without them, or erased.
  sealed text,
  -- Counts changes of the sealed data: a verification and a screening are of one version.
  version integer NOT NULL DEFAULT 1,
  documents text NOT NULL DEFAULT 'none' CONSTRAINT user_profile_documents CHECK (documents IN ('none','given','asked_again','accepted','refused')),
  -- The states of the newest verification and screening, kept in the statement that moves them.
  verification text NOT NULL DEFAULT 'not_started' CONSTRAINT user_profile_verification CHECK (verification IN ('not_started','submitted','asked_again','approved','rejected','expired')),
  screening text NOT NULL DEFAULT 'none' CONSTRAINT user_profile_screening CHECK (screening IN ('none','pending','clear','hit','cleared','confirmed')),
  screened_version integer,
  list_version text,
  screen_again_at timestamp(3) with time zone,
  screen_again_with_money_at timestamp(3) with time zone,
  screened_until timestamp(3) with time zone,
  changed_at timestamp(3) with time zone NOT NULL,
  erased_at timestamp(3) with time zone,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT user_profile_version CHECK (version >= 1),
  CONSTRAINT user_profile_erased CHECK (erased_at IS NULL OR sealed IS NULL)
);
--> statement-breakpoint
CREATE INDEX user_profile_screen_again ON user_profile (user_id) WHERE verification = 'approved' AND sealed IS NOT NULL;
--> statement-breakpoint
CREATE TABLE verification (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES app_user (id),
  state text NOT NULL CONSTRAINT verification_state CHECK (state IN ('not_started','submitted','asked_again','approved','rejected','expired')),
  profile_version integer NOT NULL,
  provider text,
  -- How often it was submitted; with the id it makes the reference under which the provider knows it, so the same submission twice is one.
  submission integer NOT NULL DEFAULT 0,
  -- When the provider had the present submission; NULL while it still has to be sent.
  sent_at timestamp(3) with time zone,
  looks integer NOT NULL DEFAULT 0,
  sealed_documents text,
  requested_at timestamp(3) with time zone NOT NULL,
  -- Since when it is whose turn it is, and until when.
  turn_since timestamp(3) with time zone NOT NULL,
  expires_at timestamp(3) with time zone NOT NULL,
  reminders_sent integer NOT NULL DEFAULT 0,
  -- Why it was decided or asked again: a code of ours or of the provider.
  code text,
  decided_at timestamp(3) with time zone,
  decided_by text,
  -- An operator's words.
  sealed_reason text,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT verification_counts CHECK (submission >= 0 AND looks >= 0 AND reminders_sent >= 0 AND profile_version >= 1),
  CONSTRAINT verification_turn CHECK (turn_since < expires_at),
  CONSTRAINT verification_submitted CHECK (state <> 'submitted' OR (provider IS NOT NULL AND submission >= 1)),
  CONSTRAINT verification_decided CHECK ((state IN ('approved','rejected','expired')) = (decided_at IS NOT NULL) AND (state NOT IN ('approved','rejected') OR decided_by IS NOT NULL)),
  CONSTRAINT verification_asked_why CHECK (state <> 'asked_again' OR code IS NOT NULL)
);
--> statement-breakpoint
CREATE UNIQUE INDEX verification_one_current ON verification (user_id) WHERE state IN ('not_started','submitted','asked_again','approved');
--> statement-breakpoint
CREATE INDEX verification_user ON verification (user_id, id);
--> statement-breakpoint
CREATE INDEX verification_open ON verification (id) WHERE state IN ('not_started','submitted','asked_again');
--> statement-breakpoint
CREATE TABLE screening (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES app_user (id),
  reason text NOT NULL CONSTRAINT screening_reason CHECK (reason IN ('first_payout','change','periodic')),
  state text NOT NULL CONSTRAINT screening_state CHECK (state IN ('pending','clear','hit','cleared','confirmed')),
  profile_version integer NOT NULL,
  list text,
  list_version text,
  -- The list's own number of the entry that fits, never its name.
  entry text,
  at timestamp(3) with time zone NOT NULL,
  decided_at timestamp(3) with time zone,
  decided_by text,
  sealed_reason text,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT screening_answered CHECK (state = 'pending' OR (list IS NOT NULL AND list_version IS NOT NULL)),
  CONSTRAINT screening_entry CHECK ((state IN ('hit','cleared','confirmed')) = (entry IS NOT NULL)),
  CONSTRAINT screening_decided CHECK ((state IN ('cleared','confirmed')) = (decided_at IS NOT NULL) AND (state IN ('cleared','confirmed')) = (decided_by IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX screening_one_pending ON screening (user_id) WHERE state = 'pending';
--> statement-breakpoint
CREATE INDEX screening_user ON screening (user_id, id);
--> statement-breakpoint
CREATE INDEX screening_hit ON screening (id) WHERE state = 'hit';
--> statement-breakpoint
-- Whether the payee that a method names is the verified person; judged when the method is added and when the profile changes.
ALTER TABLE payout_method ADD COLUMN payee text NOT NULL DEFAULT 'not_asked' CONSTRAINT payout_method_payee CHECK (payee IN ('not_asked','matches','differs','unjudged'));
--> statement-breakpoint
ALTER TABLE payout_run_member DROP CONSTRAINT payout_run_member_decision,
  ADD CONSTRAINT payout_run_member_decision CHECK (decision IN ('to_pay','planned','below_minimum','suspended','no_method','rail_unavailable','verification_missing','verification_pending',
    'verification_rejected','screening_hit','screening_due','payee_name_differs','ownership_missing','changed_since'));
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (sealed, version, documents, verification, screening, screened_version, list_version, screen_again_at, screen_again_with_money_at, screened_until, changed_at, erased_at) ON user_profile TO cashback_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (state, profile_version, provider, submission, sent_at, looks, sealed_documents, turn_since, expires_at, reminders_sent, code, decided_at, decided_by, sealed_reason) ON verification TO cashback_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (state, profile_version, list, list_version, entry, at, decided_at, decided_by, sealed_reason) ON screening TO cashback_app;
--> statement-breakpoint
-- The payee's verdict, and the caller's name for a user, which may be a mail address and goes when he is erased.
GRANT UPDATE (payee) ON payout_method TO cashback_app;
--> statement-breakpoint
CREATE FUNCTION user_erased_name() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.external_id <> 'erased:' || NEW.id THEN
    RAISE EXCEPTION 'USER_NAME_KEPT: the external id of % changes only when his data is erased', OLD.id USING ERRCODE = 'US001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER user_erased_name BEFORE UPDATE OF external_id ON app_user FOR EACH ROW WHEN (OLD.external_id IS DISTINCT FROM NEW.external_id) EXECUTE FUNCTION user_erased_name();
--> statement-breakpoint
GRANT UPDATE (external_id) ON app_user TO cashback_app;
