-- The ledger: double entry, append-only, exact decimals (docs/decisions/ledger-accounts.md, ledger-guards.md).
-- What must never happen is refused here, by the database, whoever connects; the application's role owns nothing.
--
-- Sign: an amount is a credit when positive and a debit when negative, so a positive balance on a user's account means
-- "the user has this money"; expenses, receivables and cash are negative while we carry them. A journal sums to zero.
CREATE TABLE ledger_account (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  user_id text COLLATE "C",
  broker_id text COLLATE "C",
  programme text COLLATE "C",
  rail text COLLATE "C",
  currency char(3) NOT NULL DEFAULT 'USD',
  -- The account in one word, e.g. available:usr_1:ava:cashback; how programs name it.
  code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (kind || coalesce(':' || user_id, '') || coalesce(':' || broker_id, '')
    || coalesce(':' || programme, '') || coalesce(':' || rail, '')) STORED,
  -- never: no journal may take it below zero; clawback: only clawbacks and negative adjustments may; always: free.
  may_go_negative text COLLATE "C" NOT NULL GENERATED ALWAYS AS (CASE WHEN kind = 'available' THEN 'clawback'
    WHEN kind IN ('pending', 'held', 'reserved') THEN 'never' ELSE 'always' END) STORED,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (id, currency),
  UNIQUE (code, currency),
  CONSTRAINT ledger_account_currency CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT ledger_account_owner CHECK (CASE
    WHEN kind IN ('pending', 'available', 'held', 'reserved')
      THEN num_nonnulls(user_id, broker_id, programme) = 3 AND rail IS NULL AND programme IN ('cashback', 'partner')
    WHEN kind IN ('broker_receivable', 'commission_income', 'cashback_expense', 'partner_expense')
      THEN broker_id IS NOT NULL AND num_nonnulls(user_id, programme, rail) = 0
    WHEN kind IN ('rail_clearing', 'rail_cash') THEN rail IS NOT NULL AND num_nonnulls(user_id, broker_id, programme) = 0
    WHEN kind IN ('fees', 'fx', 'suspense') THEN num_nonnulls(user_id, broker_id, programme, rail) = 0
    ELSE false END),
  CONSTRAINT ledger_account_names CHECK (concat(user_id, broker_id, rail) !~ '[:\s]' AND '' NOT IN (user_id, broker_id, rail) IS NOT FALSE)
);
--> statement-breakpoint
CREATE INDEX ledger_account_user ON ledger_account (user_id) WHERE user_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX ledger_account_broker ON ledger_account (broker_id, kind) WHERE broker_id IS NOT NULL;
--> statement-breakpoint
-- Rules on single values are domains: a table's own CHECK is parsed again by every INSERT, a domain's once a session.
CREATE DOMAIN journal_kind AS text COLLATE "C" CONSTRAINT journal_kind CHECK (VALUE IN ('accrual_posted', 'accrual_cleared', 'difference',
  'clawback', 'negative_adjustment', 'accrual_held', 'accrual_released', 'payout_reserved', 'payout_paid', 'payout_released',
  'payout_returned', 'payout_fee', 'rail_settled', 'commission_reported', 'broker_funded'));
--> statement-breakpoint
CREATE DOMAIN ledger_name AS text COLLATE "C" CONSTRAINT ledger_name CHECK (octet_length(VALUE) BETWEEN 1 AND 200);
--> statement-breakpoint
CREATE DOMAIN ledger_instant AS timestamptz(3) CONSTRAINT ledger_instant CHECK (isfinite(VALUE));
--> statement-breakpoint
CREATE DOMAIN ledger_hash AS bytea CONSTRAINT ledger_hash CHECK (octet_length(VALUE) = 32);
--> statement-breakpoint
CREATE DOMAIN ledger_line AS smallint CONSTRAINT ledger_line CHECK (VALUE >= 1);
--> statement-breakpoint
-- NaN and infinities are above every bound in Postgres, and scale() of them is null.
CREATE DOMAIN ledger_amount AS numeric CONSTRAINT ledger_amount CHECK (VALUE <> 0 AND VALUE > -1e20 AND VALUE < 1e20 AND scale(VALUE) <= 8);
--> statement-breakpoint
CREATE TABLE journal (
  -- Cached ids would let a session use an old id later, behind a sealed block: see ledger_block.
  id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
  kind journal_kind NOT NULL,
  effective_at ledger_instant NOT NULL,
  -- Not clock_timestamp(): a volatile default would make COPY insert row by row.
  recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
  idempotency_key ledger_name NOT NULL,
  payload_hash ledger_hash NOT NULL,
  cause_type ledger_name NOT NULL,
  cause_id ledger_name NOT NULL,
  CONSTRAINT journal_idempotency_key UNIQUE (idempotency_key)
);
--> statement-breakpoint
CREATE INDEX journal_by_cause ON journal (cause_id, cause_type);
--> statement-breakpoint
CREATE TABLE posting (
  journal_id bigint NOT NULL,
  account_id bigint NOT NULL,
  -- 1…n within the journal. With the primary key it proves that nothing can join a journal later: line 1 is taken.
  line ledger_line NOT NULL,
  currency char(3) NOT NULL,
  amount ledger_amount NOT NULL,
  PRIMARY KEY (journal_id, line)
);
--> statement-breakpoint
CREATE INDEX posting_by_account ON posting (account_id, journal_id);
--> statement-breakpoint
-- An account without a floor (expenses, receivables, rails) keeps its balance in 8 stripes that sum up to it, chosen by
-- connection, so that concurrent postings do not queue for one row until each other's commit. Others have stripe 0.
CREATE TABLE balance (
  account_id bigint NOT NULL,
  stripe smallint NOT NULL,
  currency char(3) NOT NULL,
  may_go_negative text COLLATE "C" NOT NULL,
  amount numeric NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, stripe),
  FOREIGN KEY (account_id, currency) REFERENCES ledger_account (id, currency),
  CONSTRAINT balance_floor CHECK (may_go_negative <> 'never' OR amount >= 0)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE VIEW account_balance AS
  SELECT a.id AS account_id, a.code, a.kind, a.user_id, a.broker_id, a.programme, a.rail, a.currency,
    sum(b.amount) AS amount, sum(b.version)::bigint AS version
  FROM ledger_account a JOIN balance b ON b.account_id = a.id GROUP BY a.id;
--> statement-breakpoint
-- Journals whose postings come in a later statement of the same transaction (COPY fills one table at a time). A row here
-- makes COMMIT check them and is gone after it.
CREATE UNLOGGED TABLE ledger_unposted (first_id bigint PRIMARY KEY, last_id bigint NOT NULL);
--> statement-breakpoint
-- Sealed blocks: every journal with first_id ≤ id ≤ last_id, hashed in id order and chained to the block before.
CREATE TABLE ledger_block (
  height bigint PRIMARY KEY,
  first_id bigint NOT NULL,
  last_id bigint NOT NULL,
  journals integer NOT NULL,
  content_hash bytea NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT ledger_block_range CHECK (height >= 1 AND first_id <= last_id AND journals >= 1),
  CONSTRAINT ledger_block_hashes CHECK (octet_length(content_hash) = 32 AND octet_length(previous_hash) = 32 AND octet_length(hash) = 32),
  UNIQUE (previous_hash), UNIQUE (last_id)
);
--> statement-breakpoint
-- The keys of posting are checked for whole statements by ledger_postings_inserted below (a check per row costs more
-- than all the rest together). Newer servers can also declare them, so that tools see them.
DO $$ BEGIN
  IF current_setting('server_version_num')::int >= 180000 THEN
    EXECUTE 'ALTER TABLE posting ADD CONSTRAINT posting_journal FOREIGN KEY (journal_id) REFERENCES journal (id) NOT ENFORCED';
    EXECUTE 'ALTER TABLE posting ADD CONSTRAINT posting_account FOREIGN KEY (account_id, currency) REFERENCES ledger_account (id, currency) NOT ENFORCED';
  END IF;
END $$;
--> statement-breakpoint
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'LEDGER_IMMUTABLE: % of % is refused; correct it by a new journal', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'LE001';
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_account_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--> statement-breakpoint
CREATE TRIGGER journal_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--> statement-breakpoint
CREATE TRIGGER posting_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON posting
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--> statement-breakpoint
CREATE TRIGGER ledger_block_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_block
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--> statement-breakpoint
-- Balances are moved by the triggers below and by nothing else, not even by the tables' owner.
CREATE TRIGGER balance_moves_by_postings BEFORE INSERT OR UPDATE OR DELETE ON balance
  FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse_change();
--> statement-breakpoint
CREATE TRIGGER balance_not_truncated BEFORE TRUNCATE ON balance
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--> statement-breakpoint
CREATE FUNCTION ledger_accounts_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.balance (account_id, stripe, currency, may_go_negative)
    SELECT a.id, s.stripe, a.currency, a.may_go_negative FROM new_accounts a
    CROSS JOIN LATERAL generate_series(CASE a.may_go_negative WHEN 'always' THEN 1 ELSE 0 END,
                                       CASE a.may_go_negative WHEN 'always' THEN 8 ELSE 0 END) AS s (stripe);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_account_opens_balance AFTER INSERT ON ledger_account
  REFERENCING NEW TABLE AS new_accounts FOR EACH STATEMENT EXECUTE FUNCTION ledger_accounts_inserted();
--> statement-breakpoint
-- The plans in the functions below are cached for a session; one made for a batch of 100,000 must not serve single posts,
-- nor one made for an empty table a full one. So they only look up by index: sequential scans are off, and look-ups are
-- scalar sub-selects, which the planner cannot turn into a join. Every further SET would cost each post some time.
CREATE FUNCTION ledger_journals_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  seen record;
BEGIN
  SELECT min(n.id) AS first_id, max(n.id) AS last_id,
    (SELECT s.last_value FROM public.journal_id_seq s) AS allotted, (SELECT max(k.last_id) FROM public.ledger_block k) AS sealed,
    (SELECT true FROM new_journals j WHERE (SELECT p.line FROM public.posting p WHERE p.journal_id = j.id AND p.line = 1) IS NULL LIMIT 1) AS lonely
    INTO seen FROM new_journals n;
  IF seen.first_id <= seen.sealed OR seen.first_id < 1 OR seen.last_id > seen.allotted THEN
    RAISE EXCEPTION 'LEDGER_JOURNAL_ID: ids % to % are not freshly allotted ones', seen.first_id, seen.last_id USING ERRCODE = 'LE006';
  END IF;
  IF seen.lonely THEN
    INSERT INTO public.ledger_unposted VALUES (seen.first_id, seen.last_id);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER journal_has_postings AFTER INSERT ON journal
  REFERENCING NEW TABLE AS new_journals FOR EACH STATEMENT EXECUTE FUNCTION ledger_journals_inserted();
--> statement-breakpoint
CREATE FUNCTION ledger_check_posted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  lonely bigint;
BEGIN
  SELECT j.id INTO lonely FROM public.journal j WHERE j.id BETWEEN NEW.first_id AND NEW.last_id
    AND (SELECT p.line FROM public.posting p WHERE p.journal_id = j.id AND p.line = 1) IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'LEDGER_JOURNAL_EMPTY: journal % has no postings', lonely USING ERRCODE = 'LE002';
  END IF;
  DELETE FROM public.ledger_unposted u WHERE u.first_id = NEW.first_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_unposted_at_commit AFTER INSERT ON ledger_unposted
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_posted();
--> statement-breakpoint
CREATE FUNCTION ledger_postings_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  stripes smallint[] := ARRAY[0, 1 + pg_backend_pid() % 8];
  one record;
  posted bigint;
  moved bigint;
  overdrawn bigint;
  overdrawn_to numeric;
  journal_kind text;
  unbalanced bigint;
  partial bigint;
  mixed bigint;
  doubtful bigint[];
  joins text[];
  bad record;
BEGIN
  SELECT count(*) AS n, min(p.journal_id) AS journal_id, max(p.journal_id) AS last_journal, sum(p.amount) AS total,
      max(p.line) AS last_line, min(p.currency) AS currency, max(p.currency) AS last_currency, array_agg(p.account_id) AS account_ids, array_agg(p.amount) AS amounts
    INTO one FROM (SELECT journal_id, line, account_id, currency, amount FROM new_postings LIMIT 3) p;
  IF one.n = 0 THEN RETURN NULL; END IF;

  -- The usual single post: two postings of one journal on two accounts. The same checks as for many below, without grouping.
  IF one.n = 2 AND one.journal_id = one.last_journal AND one.account_ids[1] <> one.account_ids[2] AND one.currency = one.last_currency THEN
    posted := one.n;
    unbalanced := CASE WHEN one.total <> 0 THEN one.journal_id END;
    partial := CASE WHEN one.last_line <> one.n THEN one.journal_id END;
    IF unbalanced IS NULL AND partial IS NULL THEN
      -- By index on both keys: rows lock in ascending account order.
      WITH changed AS (
        UPDATE public.balance b SET amount = b.amount + CASE b.account_id WHEN one.account_ids[1] THEN one.amounts[1] ELSE one.amounts[2] END, version = b.version + 1
          WHERE b.account_id = ANY (one.account_ids) AND b.stripe = ANY (stripes) AND b.currency = one.currency
          RETURNING b.amount, CASE WHEN b.may_go_negative <> 'always' AND b.amount < 0 
            AND CASE b.account_id WHEN one.account_ids[1] THEN one.amounts[1] ELSE one.amounts[2] END < 0 THEN b.account_id END AS below
      ) SELECT count(*), min(c.below), min(c.amount) FILTER (WHERE c.below IS NOT NULL), (SELECT j.kind FROM public.journal j WHERE j.id = one.journal_id)
        INTO moved, overdrawn, overdrawn_to, journal_kind FROM changed c;
      IF journal_kind IS NULL THEN
        RAISE EXCEPTION 'LEDGER_NO_JOURNAL: there is no journal %', one.journal_id USING ERRCODE = '23503';
      END IF;
      -- Accounts that may never be below zero have been refused by the table's own check already.
      IF overdrawn IS NOT NULL AND journal_kind NOT IN ('clawback', 'negative_adjustment') THEN
        RAISE EXCEPTION 'LEDGER_OVERDRAWN: journal % (%) would leave account % at %', one.journal_id, journal_kind,
          (SELECT code FROM public.ledger_account WHERE id = overdrawn), trim_scale(overdrawn_to) USING ERRCODE = 'LE005';
      END IF;
    END IF;
  ELSE
    SELECT sum(g.n), min(g.journal_id) FILTER (WHERE g.total <> 0 AND g.c1 = g.c2), min(g.journal_id) FILTER (WHERE g.last <> g.n),
        min(g.journal_id) FILTER (WHERE g.c1 <> g.c2)
      INTO posted, unbalanced, partial, mixed
      FROM (SELECT journal_id, sum(amount) AS total, count(*) AS n, max(line) AS last, min(currency) AS c1, max(currency) AS c2
            FROM new_postings GROUP BY journal_id) g;
    IF mixed IS NOT NULL THEN
      SELECT coalesce(min(g.journal_id), unbalanced) INTO unbalanced
        FROM (SELECT journal_id FROM new_postings GROUP BY journal_id, currency HAVING sum(amount) <> 0) g;
    END IF;
    IF unbalanced IS NULL AND partial IS NULL THEN
      SELECT p.journal_id INTO bad FROM new_postings p
        WHERE p.line = 1 AND (SELECT j.id FROM public.journal j WHERE j.id = p.journal_id) IS NULL LIMIT 1;
      IF FOUND THEN
        RAISE EXCEPTION 'LEDGER_NO_JOURNAL: there is no journal %', bad.journal_id USING ERRCODE = '23503';
      END IF;
      -- A nested loop driven by the sorted deltas is the only plan left: balances lock in ascending account order.
      joins := ARRAY[current_setting('enable_hashjoin'), current_setting('enable_mergejoin')];
      PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);
      WITH delta AS MATERIALIZED (
        SELECT account_id, currency, sum(amount) AS total, count(*) AS n, sum(amount) FILTER (WHERE amount < 0) AS down
        FROM new_postings GROUP BY account_id, currency ORDER BY account_id
      ), changed AS (
        UPDATE public.balance b SET amount = b.amount + d.total, version = b.version + 1 FROM delta d
          WHERE b.account_id = d.account_id AND b.stripe = ANY (stripes) AND b.currency = d.currency
          RETURNING d.n, CASE WHEN b.may_go_negative <> 'always' AND b.amount - d.total + d.down < 0 THEN b.account_id END AS doubt
      ) SELECT sum(n), array_agg(doubt) FILTER (WHERE doubt IS NOT NULL) INTO moved, doubtful FROM changed;
      PERFORM set_config('enable_hashjoin', joins[1], true), set_config('enable_mergejoin', joins[2], true);
    END IF;
  END IF;

  IF unbalanced IS NOT NULL THEN
    RAISE EXCEPTION 'LEDGER_UNBALANCED: the postings of journal % do not sum to zero in each currency', unbalanced USING ERRCODE = 'LE003';
  END IF;
  IF partial IS NOT NULL THEN
    RAISE EXCEPTION 'LEDGER_PARTIAL: the postings of journal % are not its lines 1 to n; all come in one statement', partial USING ERRCODE = 'LE004';
  END IF;
  IF moved IS DISTINCT FROM posted THEN
    SELECT p.account_id, p.currency, p.journal_id INTO bad FROM new_postings p
      WHERE (SELECT a.id FROM public.ledger_account a WHERE a.id = p.account_id AND a.currency = p.currency) IS NULL LIMIT 1;
    RAISE EXCEPTION 'LEDGER_NO_ACCOUNT: journal % names account % in %, which does not exist', bad.journal_id, bad.account_id, bad.currency
      USING ERRCODE = '23503';
  END IF;

  -- All decreases together might take these accounts below zero: look at them journal by journal, in id order.
  IF doubtful IS NOT NULL THEN
    SELECT s.account_id, s.journal_id, s.kind, s.net, s.before + s.run AS after INTO bad FROM (
      SELECT m.account_id, m.journal_id, j.kind, m.net, b.may_go_negative,
        b.amount - sum(m.net) OVER (PARTITION BY m.account_id) AS before,
        sum(m.net) OVER (PARTITION BY m.account_id ORDER BY m.journal_id) AS run
      FROM (SELECT account_id, journal_id, sum(amount) AS net FROM new_postings
            WHERE account_id = ANY (doubtful) GROUP BY account_id, journal_id) m
      JOIN public.journal j ON j.id = m.journal_id
      JOIN public.balance b ON b.account_id = m.account_id AND b.stripe = 0
    ) s WHERE s.net < 0 AND s.before + s.run < 0
        AND NOT (s.may_go_negative = 'clawback' AND s.kind IN ('clawback', 'negative_adjustment'))
      ORDER BY s.journal_id LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'LEDGER_OVERDRAWN: journal % (%) would leave account % at %', bad.journal_id, bad.kind,
        (SELECT code FROM public.ledger_account WHERE id = bad.account_id), trim_scale(bad.after) USING ERRCODE = 'LE005';
    END IF;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posting_moves_balance AFTER INSERT ON posting
  REFERENCING NEW TABLE AS new_postings FOR EACH STATEMENT EXECUTE FUNCTION ledger_postings_inserted();
--> statement-breakpoint
-- Opens the accounts named by `codes` that do not exist yet. Runs with the caller's rights.
CREATE FUNCTION ledger_open_accounts(codes text[], currencies text[]) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.ledger_account (kind, user_id, broker_id, programme, rail, currency)
    SELECT p.part[1],
      CASE WHEN p.part[1] IN ('pending', 'available', 'held', 'reserved') THEN p.part[2] END,
      CASE WHEN p.part[1] IN ('pending', 'available', 'held', 'reserved') THEN p.part[3]
           WHEN p.part[1] NOT IN ('rail_clearing', 'rail_cash') THEN p.part[2] END,
      p.part[4],
      CASE WHEN p.part[1] IN ('rail_clearing', 'rail_cash') THEN p.part[2] END, p.currency
    FROM (SELECT DISTINCT string_to_array(u.code, ':') AS part, u.currency FROM unnest(codes, currencies) AS u (code, currency)) p
    ORDER BY p.part, p.currency
    ON CONFLICT (code, currency) DO NOTHING
$$;
--> statement-breakpoint
-- `n` fresh journal ids as ranges (one, unless others post at the same moment), for COPY. The lock is the one that any
-- INSERT takes: whoever seals waits for its holders, so no id that is allotted here can come up behind a sealed block.
CREATE FUNCTION ledger_allot_ids(n integer) RETURNS TABLE (first_id bigint, last_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  LOCK TABLE public.journal IN ROW EXCLUSIVE MODE;
  RETURN QUERY SELECT min(r.id), max(r.id) FROM (
      SELECT i.id, i.id - row_number() OVER (ORDER BY i.id) AS island
      FROM (SELECT nextval('public.journal_id_seq') AS id FROM generate_series(1, n)) i
    ) r GROUP BY r.island ORDER BY 1;
END $$;
--> statement-breakpoint
-- The id of the account with this code, opened if there is none yet. Runs with the caller's rights.
CREATE FUNCTION ledger_open_account(code text, currency text) RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM public.ledger_open_accounts(ARRAY[$1], ARRAY[$2]);
  RETURN (SELECT a.id FROM public.ledger_account a WHERE a.code = $1 AND a.currency = $2);
END $$;
--> statement-breakpoint
-- The user's available balances, locked in account order until the transaction ends: take this before reserving.
CREATE FUNCTION ledger_lock_available(p_user text) RETURNS TABLE (account_id bigint, broker_id text, programme text, currency text, amount numeric)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT b.account_id, a.broker_id, a.programme, a.currency, b.amount
  FROM public.ledger_account a JOIN public.balance b ON b.account_id = a.id AND b.stripe = 0
  WHERE a.user_id = p_user AND a.kind = 'available' ORDER BY b.account_id FOR NO KEY UPDATE OF b
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_lock_available(text), ledger_open_accounts(text[], text[]), ledger_allot_ids(integer), ledger_open_account(text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ledger_lock_available(text), ledger_open_accounts(text[], text[]), ledger_allot_ids(integer), ledger_open_account(text, text) TO cashback_app;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO cashback_app;
--> statement-breakpoint
GRANT SELECT ON ledger_account, journal, posting, balance, account_balance, ledger_block TO cashback_app;
--> statement-breakpoint
GRANT INSERT (kind, user_id, broker_id, programme, rail, currency) ON ledger_account TO cashback_app;
--> statement-breakpoint
GRANT INSERT (id, kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id) ON journal TO cashback_app;
--> statement-breakpoint
GRANT INSERT (journal_id, account_id, line, currency, amount) ON posting TO cashback_app;
--> statement-breakpoint
GRANT INSERT (height, first_id, last_id, journals, content_hash, previous_hash, hash) ON ledger_block TO cashback_app;
