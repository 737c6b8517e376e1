-- Lines without a ticket that stand in another period of the broker as well are posted only when a second operator agrees (docs/decisions/repeated-rows.md).
INSERT INTO approval_policy (kind, needs_second_operator, over_amount, expiry_hours, deciders) VALUES ('repeated_rows', true, NULL, 336, '{support,finance,admin}');
--> statement-breakpoint
-- They are looked for by what they say. Holds nothing of files whose lines have tickets.
CREATE INDEX report_line_ticketless ON report_line (content_hash, report_no) WHERE ticket IS NULL AND malformed IS NULL AND kind IN ('trade','adjustment');
--> statement-breakpoint
-- A report whose mail or whose repeated lines were agreed to is looked at again, for more can be asked of it; one over the limit goes on. None goes on while it is still asked about.
CREATE OR REPLACE FUNCTION report_needs_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.change c WHERE c.subject_type = 'report' AND c.subject_id = OLD.id AND c.state = 'requested' AND c.kind IN ('unaligned_mail','repeated_rows','report_over_limit'))
    OR NOT EXISTS (SELECT FROM public.change c WHERE c.subject_type = 'report' AND c.subject_id = OLD.id AND c.state = 'approved'
      AND (CASE WHEN NEW.state = 'judged' THEN c.kind = 'repeated_rows' OR c.kind = 'unaligned_mail' AND c.requested_by !~ '^(system:|src_)' ELSE c.kind = 'report_over_limit' END)) THEN
    RAISE EXCEPTION 'REPORT_NOT_APPROVED: report % waits for a second operator', OLD.id USING ERRCODE = 'CH002';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- A bank's second try often has the reference of the payment that bounced: unique among those that were not taken back, whatever the case of the letters and the
-- blanks around. Payments are never changed, so whoever records one waits for the others of his broker (the lock of db/stores/brokerPayments.ts) and is compared with what stands.
ALTER TABLE broker_payment DROP CONSTRAINT broker_payment_reference;
--> statement-breakpoint
CREATE INDEX broker_payment_reference ON broker_payment (broker_id, lower(btrim(reference)));
--> statement-breakpoint
CREATE FUNCTION broker_payment_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('funding ' || NEW.broker_id, 0));
  IF EXISTS (SELECT FROM public.broker_payment p WHERE p.broker_id = NEW.broker_id AND lower(btrim(p.reference)) = lower(btrim(NEW.reference))
      AND NOT EXISTS (SELECT FROM public.broker_payment_reversal r WHERE r.payment_id = p.id)) THEN
    RAISE EXCEPTION 'BROKER_PAYMENT_EXISTS: a payment of % with the reference % stands', NEW.broker_id, NEW.reference USING ERRCODE = 'FU002';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER broker_payment_once BEFORE INSERT ON broker_payment FOR EACH ROW EXECUTE FUNCTION broker_payment_once();
