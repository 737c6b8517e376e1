-- What DKIM says of a mailed report is kept beside how it came, once; nothing else of that is ever changed.
GRANT UPDATE (facts) ON report TO cashback_app;
--> statement-breakpoint
CREATE FUNCTION report_facts_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF coalesce(OLD.facts, '{}') ? 'dkim' OR NEW.facts IS NULL OR (NEW.facts - 'dkim') <> coalesce(OLD.facts, '{}') THEN
    RAISE EXCEPTION 'REPORT_FACTS_KEPT: how report % came was written when it came', OLD.id USING ERRCODE = 'RE002';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER report_facts_kept BEFORE UPDATE ON report FOR EACH ROW WHEN (OLD.facts IS DISTINCT FROM NEW.facts) EXECUTE FUNCTION report_facts_kept();
--> statement-breakpoint
-- A mail that nobody's signature speaks for goes on only when a person has vouched for it (he handed it in, or agreed to it first) and another has agreed; then it
-- is looked at again, for it can be over the limit as well.
CREATE OR REPLACE FUNCTION report_needs_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.change c WHERE c.subject_type = 'report' AND c.subject_id = OLD.id AND c.state = 'approved'
      AND (CASE WHEN NEW.state = 'judged' THEN c.kind = 'unaligned_mail' AND c.requested_by !~ '^(system:|src_)' ELSE c.kind = 'report_over_limit' END)) THEN
    RAISE EXCEPTION 'REPORT_NOT_APPROVED: report % waits for a second operator', OLD.id USING ERRCODE = 'CH002';
  END IF;
  RETURN NEW;
END $$;
