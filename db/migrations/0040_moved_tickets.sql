-- A report that takes over tickets of another period which close outside its own is posted only when a second operator agrees (docs/decisions/moved-tickets.md).
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES ('moved_tickets', true, NULL, 336, '{support,finance,admin}');
--> statement-breakpoint
-- What does not count any more since a report no longer has it: looked at when a file comes again.
CREATE INDEX earning_taken_back ON earning (broker_id, key) WHERE taken_back AND vanished_in_report_no IS NOT NULL;
--> statement-breakpoint
-- Whatever is asked of a report before its limit (its mail, its repeated lines, its tickets …) makes it be looked at again when it was agreed to; one over the limit goes on. None goes on while it is still asked about.
CREATE OR REPLACE FUNCTION report_needs_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.change c WHERE c.subject_type = 'report' AND c.subject_id = OLD.id AND c.state = 'requested')
    OR NOT EXISTS (SELECT FROM public.change c WHERE c.subject_type = 'report' AND c.subject_id = OLD.id AND c.state = 'approved'
      AND (CASE WHEN NEW.state = 'judged' THEN c.kind <> 'report_over_limit' AND NOT (c.kind = 'unaligned_mail' AND c.requested_by ~ '^(system:|src_)') ELSE c.kind = 'report_over_limit' END)) THEN
    RAISE EXCEPTION 'REPORT_NOT_APPROVED: report % waits for a second operator', OLD.id USING ERRCODE = 'CH002';
  END IF;
  RETURN NEW;
END $$;
