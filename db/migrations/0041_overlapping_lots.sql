-- Lots that a broker reports at two levels (trades and sums, days and months), or of the same days in sums of two periods, are posted only when a second operator
-- agrees (docs/decisions/overlapping-lots.md).
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES ('overlapping_lots', true, NULL, 336, '{support,finance,admin}');
--> statement-breakpoint
-- From when to when the trades and sums of a report reach: others that do not meet it need not be looked at.
ALTER TABLE report ADD COLUMN lines_from timestamp(3) with time zone, ADD COLUMN lines_to timestamp(3) with time zone;
--> statement-breakpoint
UPDATE report r SET lines_from = l.first, lines_to = l.last FROM (
  SELECT report_no, min(coalesce(period_start, close_time)) AS first, max(close_time) AS last FROM report_line WHERE malformed IS NULL AND kind IN ('trade','aggregate') GROUP BY report_no
) l WHERE l.report_no = r.no;
--> statement-breakpoint
GRANT UPDATE (lines_from, lines_to) ON report TO cashback_app;
--> statement-breakpoint
-- Whatever a report is stopped for is a change about it. After any but the limit it is looked at again, for more can be asked of it; one over the limit goes on. None goes on while it is still asked about.
CREATE OR REPLACE FUNCTION report_needs_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.change c WHERE c.subject_type = 'report' AND c.subject_id = OLD.id AND c.state = 'requested')
    OR NOT EXISTS (SELECT FROM public.change c WHERE c.subject_type = 'report' AND c.subject_id = OLD.id AND c.state = 'approved'
      AND (NEW.state = 'judged') = (c.kind <> 'report_over_limit') AND NOT (c.kind = 'unaligned_mail' AND c.requested_by ~ '^(system:|src_)')) THEN
    RAISE EXCEPTION 'REPORT_NOT_APPROVED: report % waits for a second operator', OLD.id USING ERRCODE = 'CH002';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- What lines that are judged again change of a broker's commission is posted at once, beside what their report posted: by the step of their posting, '' for the report itself.
ALTER TABLE commission_entry ADD COLUMN step text NOT NULL DEFAULT '';
--> statement-breakpoint
ALTER TABLE commission_entry DROP CONSTRAINT commission_entry_pkey, ADD PRIMARY KEY (report_no, period_id, step);
