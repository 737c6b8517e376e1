-- Whoever reads the mail box has said of a payout method that it is not the user's: what has not left for it is not sent any more. Said once, and never taken back.
ALTER TABLE payout_method ADD COLUMN disowned_at timestamptz;
--> statement-breakpoint
ALTER TABLE payout_method ADD CONSTRAINT payout_method_disowned CHECK (disowned_at IS NULL OR removed_at IS NOT NULL);
--> statement-breakpoint
GRANT UPDATE (disowned_at) ON payout_method TO cashback_app;
--> statement-breakpoint
CREATE TRIGGER payout_method_disowned_kept BEFORE UPDATE ON payout_method FOR EACH ROW
  WHEN (OLD.disowned_at IS NOT NULL AND OLD.disowned_at IS DISTINCT FROM NEW.disowned_at) EXECUTE FUNCTION payout_method_kept();
