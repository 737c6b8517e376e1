-- Lines that wait (quarantined, or of a link not yet verified) are judged again when what was unknown is known (docs/decisions/waiting-lines.md).
-- How often what a broker's lines are judged by has changed: symbols, rates, terms, profiles, an account's type. A line is tried once for each number.
CREATE TABLE broker_knowledge (
  broker_id text PRIMARY KEY REFERENCES broker (id),
  no bigint NOT NULL
);
--> statement-breakpoint
INSERT INTO broker_knowledge (broker_id, no) SELECT id, 1 FROM broker;
--> statement-breakpoint
-- Counted by the tables themselves, so that no way of changing them is forgotten. Brokers in the order of their ids: two changes never wait for each other in a ring.
CREATE FUNCTION broker_learned() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.broker_knowledge AS k (broker_id, no) SELECT DISTINCT l.broker_id, 1 FROM learned l ORDER BY 1
    ON CONFLICT (broker_id) DO UPDATE SET no = k.no + 1;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER broker_learned AFTER INSERT ON broker_symbol REFERENCING NEW TABLE AS learned FOR EACH STATEMENT EXECUTE FUNCTION broker_learned();
--> statement-breakpoint
CREATE TRIGGER broker_learned_again AFTER UPDATE ON broker_symbol REFERENCING NEW TABLE AS learned FOR EACH STATEMENT EXECUTE FUNCTION broker_learned();
--> statement-breakpoint
CREATE TRIGGER broker_learned AFTER INSERT ON rate REFERENCING NEW TABLE AS learned FOR EACH STATEMENT EXECUTE FUNCTION broker_learned();
--> statement-breakpoint
CREATE TRIGGER broker_learned AFTER INSERT ON broker_terms REFERENCING NEW TABLE AS learned FOR EACH STATEMENT EXECUTE FUNCTION broker_learned();
--> statement-breakpoint
CREATE TRIGGER broker_learned AFTER INSERT ON profile_version REFERENCING NEW TABLE AS learned FOR EACH STATEMENT EXECUTE FUNCTION broker_learned();
--> statement-breakpoint
CREATE TRIGGER broker_learned AFTER UPDATE ON trading_account REFERENCING NEW TABLE AS learned FOR EACH STATEMENT EXECUTE FUNCTION broker_learned();
--> statement-breakpoint
-- With which number all lines that wait in a report version were last tried; none: not since it was posted.
CREATE TABLE waiting_report (
  report_no bigint PRIMARY KEY,
  knowledge_no bigint NOT NULL
);
--> statement-breakpoint
-- The same for one account of it, while its report is being gone through, and the changes by which a second operator's word was used up.
CREATE TABLE waiting_account (
  report_no bigint NOT NULL,
  server text NOT NULL,
  account text NOT NULL,
  knowledge_no bigint NOT NULL,
  approvals text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (report_no, server, account)
);
--> statement-breakpoint
GRANT SELECT ON broker_knowledge TO cashback_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON waiting_report, waiting_account TO cashback_app;
--> statement-breakpoint
-- Holds only what waits: a line that is paid or excluded for good costs nothing here.
CREATE INDEX earning_waiting ON earning (broker_id, outcome, period_id, report_no, row_number) WHERE outcome IN ('quarantined', 'ignored') OR reason = 'LINK_NOT_VERIFIED';
--> statement-breakpoint
-- Malformed lines speak of nothing that could be known by a key: they stand in no earning.
CREATE INDEX line_outcome_malformed ON line_outcome (report_no, row_number) WHERE reason = 'MALFORMED';
--> statement-breakpoint
-- When a further revision became known (the workflow's clock). Null for the first one, which is known since its report was posted.
ALTER TABLE line_outcome ADD COLUMN known_at timestamp(3) with time zone;
--> statement-breakpoint
-- A ticket is looked for by itself, over all brokers' reports: the broker is known by the report, and few lines share a ticket.
CREATE INDEX report_line_ticket ON report_line (ticket) WHERE ticket IS NOT NULL;
