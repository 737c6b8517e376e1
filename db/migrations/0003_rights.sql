-- Rights by column for everything that 0001 let the application change in whole rows (0002 did so for payouts and ownership): whose
-- money it is, how much was earned, what was agreed and what was received stay as they were written.
REVOKE UPDATE ON report_period, report, earning, user_tier, accrual, hold, app_user, payout_method, account_link, agreement, broker_symbol, api_key FROM cashback_app;
--> statement-breakpoint
GRANT UPDATE (methodology_id, latest_report_no) ON report_period TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (size, sha256, state, lines, lots, content_digest, cursor, lines_done, refusal, posted_at) ON report TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (period_id, report_no, row_number, user_id, account_link_id, outcome, reason, close_time, lots, earned, reversed_by_report_no, reversed_by_row,
  vanished_in_report_no) ON earning TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (tier, multiplier, lots) ON user_tier TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (state, taken_back, held_amount, reversed_by_report_no, cleared_at) ON accrual TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (released_by, released_at) ON hold TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (status, pinned_tier) ON app_user TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (removed_at) ON payout_method TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (status, decided_at, ended_at) ON account_link TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (active_to) ON agreement TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (class) ON broker_symbol TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (revoked_at) ON api_key TO cashback_app;
--> statement-breakpoint
-- The size and hash of a file are known when its last byte has come: they are set once, and from then on the file is whole.
CREATE FUNCTION report_file_set_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'REPORT_FILE_KEPT: the size and hash of report % were set when its file was received', OLD.id USING ERRCODE = 'RE001';
END $$;
--> statement-breakpoint
CREATE TRIGGER report_file_set_once BEFORE UPDATE ON report FOR EACH ROW
  WHEN ((OLD.sha256 <> '' OR OLD.size <> 0) AND (OLD.sha256, OLD.size) IS DISTINCT FROM (NEW.sha256, NEW.size)) EXECUTE FUNCTION report_file_set_once();
--> statement-breakpoint
-- The lock makes a piece and the hash that ends the file wait for each other.
CREATE FUNCTION report_chunks_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whole text;
BEGIN
  PERFORM FROM public.report r WHERE r.id IN (SELECT c.report_id FROM new_chunks c) ORDER BY r.id FOR SHARE;
  SELECT r.id INTO whole FROM public.report r WHERE r.id IN (SELECT c.report_id FROM new_chunks c) AND r.sha256 <> '' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'REPORT_FILE_KEPT: the file of report % is whole; no piece can be added', whole USING ERRCODE = 'RE001';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER report_chunk_before_hash AFTER INSERT ON report_chunk
  REFERENCING NEW TABLE AS new_chunks FOR EACH STATEMENT EXECUTE FUNCTION report_chunks_inserted();
--> statement-breakpoint
-- A block that claims ids beyond the journal would make every later journal look like a late one.
CREATE FUNCTION ledger_block_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head record;
BEGIN
  SELECT k.height, k.last_id, k.hash INTO head FROM public.ledger_block k ORDER BY k.height DESC LIMIT 1;
  IF NEW.height <> coalesce(head.height, 0) + 1 OR NEW.previous_hash <> coalesce(head.hash, decode(repeat('00', 32), 'hex')) OR NEW.first_id <= coalesce(head.last_id, 0) THEN
    RAISE EXCEPTION 'LEDGER_BLOCK_CHAIN: block % does not follow the last one, %', NEW.height, coalesce(head.height, 0) USING ERRCODE = 'LE007';
  END IF;
  IF NOT EXISTS (SELECT FROM public.journal j WHERE j.id = NEW.first_id) OR NOT EXISTS (SELECT FROM public.journal j WHERE j.id = NEW.last_id) THEN
    RAISE EXCEPTION 'LEDGER_BLOCK_CHAIN: block % covers journals % to %, which are not both there', NEW.height, NEW.first_id, NEW.last_id USING ERRCODE = 'LE007';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_block_follows BEFORE INSERT ON ledger_block FOR EACH ROW EXECUTE FUNCTION ledger_block_follows();
