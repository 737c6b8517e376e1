-- Where money goes is confirmed once: what has a cool-down behind it cannot be given another, taken back or revived, also not by the application.
UPDATE payout_method SET confirmed_at = created_at, usable_from = greatest(usable_from, created_at) WHERE confirmed_at < created_at;
--> statement-breakpoint
ALTER TABLE payout_method ADD CONSTRAINT payout_method_confirmed CHECK (confirmed_at >= created_at);
--> statement-breakpoint
CREATE FUNCTION payout_method_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'PAYOUT_METHOD_KEPT: payout method % is % already', OLD.id, CASE WHEN OLD.removed_at IS NULL THEN 'confirmed' ELSE 'removed' END USING ERRCODE = 'PM001';
END $$;
--> statement-breakpoint
CREATE TRIGGER payout_method_kept BEFORE UPDATE ON payout_method FOR EACH ROW
  WHEN ((OLD.removed_at IS NOT NULL OR OLD.confirmed_at IS NOT NULL) AND (OLD.confirmed_at, OLD.usable_from) IS DISTINCT FROM (NEW.confirmed_at, NEW.usable_from)
    OR OLD.removed_at IS NOT NULL AND OLD.removed_at IS DISTINCT FROM NEW.removed_at)
  EXECUTE FUNCTION payout_method_kept();
