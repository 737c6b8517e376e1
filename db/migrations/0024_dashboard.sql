-- Figures that an operator read off a broker's dashboard, with the picture they were read from (product.md "Data source"). They become a report only when a
-- second operator confirms them (policy `dashboard_figures`, 0010). What was typed stays as it was typed.
CREATE TABLE dashboard_figures (
  id text PRIMARY KEY,
  broker_id text NOT NULL REFERENCES broker (id),
  period_from timestamp(3) with time zone NOT NULL,
  period_to timestamp(3) with time zone NOT NULL,
  -- The file that they become, byte for byte, and how it is read.
  file text NOT NULL,
  sha256 text NOT NULL,
  profile jsonb NOT NULL,
  row_count integer NOT NULL CHECK (row_count > 0),
  lots numeric NOT NULL,
  screenshot bytea NOT NULL,
  screenshot_type text NOT NULL CHECK (screenshot_type IN ('image/png','image/jpeg','application/pdf')),
  screenshot_sha256 text NOT NULL,
  note text,
  typed_by text NOT NULL,
  typed_at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT dashboard_figures_period CHECK (period_from < period_to)
);
--> statement-breakpoint
CREATE INDEX dashboard_figures_broker ON dashboard_figures (broker_id, id);
--> statement-breakpoint
GRANT SELECT, INSERT ON dashboard_figures TO cashback_app;
--> statement-breakpoint
-- Figures become one report, however often the confirmation is repeated.
CREATE UNIQUE INDEX report_of_figures ON report ((facts->>'figuresId')) WHERE origin = 'dashboard';
