-- Everything but the ledger: brokers, users, reports and what became of their lines, accruals, ownership, payouts, access.
-- The tables that hold a row per report line (report_line, line_outcome, earning, earning_entry) carry no foreign keys:
-- a per-row check would double the time of a large report; `npm run ledger:verify` checks their sums instead.
CREATE TABLE "api_key" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"sha256" text NOT NULL,
	"role" text NOT NULL,
	"scopes" text[] NOT NULL,
	"user_id" text,
	"created_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_key_role" CHECK ("api_key"."role" in ('trader','partner','support','finance','compliance','admin')),
	CONSTRAINT "api_key_user_role" CHECK (("api_key"."role" in ('trader','partner')) = ("api_key"."user_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "idempotency_record" (
	"api_key_id" text NOT NULL,
	"key" text NOT NULL,
	"operation" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_record_api_key_id_key_pk" PRIMARY KEY("api_key_id","key")
);
--> statement-breakpoint
CREATE TABLE "accrual" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "accrual_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"report_no" bigint NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"period_id" text NOT NULL,
	"broker_id" text NOT NULL,
	"user_id" text NOT NULL,
	"trading_account_id" text NOT NULL,
	"account_link_id" text NOT NULL,
	"amount" numeric NOT NULL,
	"taken_back" numeric DEFAULT '0' NOT NULL,
	"held_amount" numeric DEFAULT '0' NOT NULL,
	"reversed_by_report_no" bigint,
	"state" text NOT NULL,
	"posted_at" timestamp(3) with time zone NOT NULL,
	"clears_at" timestamp(3) with time zone NOT NULL,
	"cleared_at" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accrual_state" CHECK ("accrual"."state" in ('pending','available','held','reversed')),
	CONSTRAINT "accrual_amount" CHECK ("accrual"."amount" > 0 and "accrual"."taken_back" >= 0 and "accrual"."taken_back" <= "accrual"."amount"),
	CONSTRAINT "accrual_reversed" CHECK (("accrual"."state" = 'reversed') = ("accrual"."taken_back" = "accrual"."amount"))
);
--> statement-breakpoint
CREATE TABLE "earning_entry" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "earning_entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"earning_id" bigint NOT NULL,
	"report_no" bigint NOT NULL,
	"row_number" integer NOT NULL,
	"accrual_seq" bigint,
	"amount" numeric NOT NULL,
	"journal_key" text NOT NULL,
	CONSTRAINT "earning_entry_amount" CHECK ("earning_entry"."amount" <> 0)
);
--> statement-breakpoint
CREATE TABLE "hold" (
	"id" text PRIMARY KEY NOT NULL,
	"accrual_id" text NOT NULL,
	"reason" text NOT NULL,
	"note" text NOT NULL,
	"placed_by" text NOT NULL,
	"placed_at" timestamp(3) with time zone NOT NULL,
	"released_by" text,
	"released_at" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agreement" (
	"id" text PRIMARY KEY NOT NULL,
	"broker_id" text NOT NULL,
	"active_from" timestamp(3) with time zone NOT NULL,
	"active_to" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "broker" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "broker_id_slug" CHECK ("broker"."id" ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);
--> statement-breakpoint
CREATE TABLE "broker_server" (
	"broker_id" text NOT NULL,
	"server" text NOT NULL,
	CONSTRAINT "broker_server_broker_id_server_pk" PRIMARY KEY("broker_id","server")
);
--> statement-breakpoint
CREATE TABLE "broker_symbol" (
	"broker_id" text NOT NULL,
	"symbol" text NOT NULL,
	"class" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "broker_symbol_broker_id_symbol_pk" PRIMARY KEY("broker_id","symbol")
);
--> statement-breakpoint
CREATE TABLE "broker_terms" (
	"id" text PRIMARY KEY NOT NULL,
	"broker_id" text NOT NULL,
	"version" integer NOT NULL,
	"effective_from" timestamp(3) with time zone NOT NULL,
	"account_types" jsonb NOT NULL,
	"excluded_classes" jsonb NOT NULL,
	"symbol_suffixes" jsonb NOT NULL,
	"min_duration_seconds" integer,
	"min_move_points" numeric,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "profile_version" (
	"id" text PRIMARY KEY NOT NULL,
	"broker_id" text NOT NULL,
	"version" integer NOT NULL,
	"profile" jsonb NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "rate_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"broker_id" text NOT NULL,
	"class" text NOT NULL,
	"version" integer NOT NULL,
	"per_lot" numeric NOT NULL,
	"effective_from" timestamp(3) with time zone NOT NULL,
	"applies_to" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rate_per_lot" CHECK ("rate"."per_lot" >= 0 and "rate"."per_lot" < 1000000),
	CONSTRAINT "rate_applies_to" CHECK ("rate"."applies_to" in ('all','new'))
);
--> statement-breakpoint
CREATE TABLE "methodology" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"effective_from" timestamp(3) with time zone NOT NULL,
	"pending_period" text NOT NULL,
	"payout_minimum" numeric NOT NULL,
	"tier_window_days" integer NOT NULL,
	"tiers" jsonb NOT NULL,
	"changelog" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notification" (
	"id" text PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"user_id" text,
	"kind" text NOT NULL,
	"facts" jsonb NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ownership_evidence" (
	"id" text PRIMARY KEY NOT NULL,
	"ownership_id" text NOT NULL,
	"kind" text NOT NULL,
	"content" jsonb NOT NULL,
	"given_at" timestamp(3) with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ownership_verification" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"account_link_id" text NOT NULL,
	"state" text NOT NULL,
	"requested_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"reminders_sent" integer DEFAULT 0 NOT NULL,
	"decided_at" timestamp(3) with time zone,
	"decided_by" text,
	"decision_reason" text,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ownership_state" CHECK ("ownership_verification"."state" in ('requested','evidence_given','confirmed','rejected','expired'))
);
--> statement-breakpoint
CREATE TABLE "payout" (
	"id" text PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"user_id" text NOT NULL,
	"method_id" text NOT NULL,
	"rail" text NOT NULL,
	"destination" jsonb NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"state" text NOT NULL,
	"rail_reference" text,
	"detail" text,
	"planned_at" timestamp(3) with time zone NOT NULL,
	"settled_at" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payout_attempt" (
	"id" text PRIMARY KEY NOT NULL,
	"payout_id" text NOT NULL,
	"no" integer NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"request_bytes" "bytea" NOT NULL,
	"state" text NOT NULL,
	"open" boolean NOT NULL,
	"rail_reference" text,
	"detail" text,
	"prepared_at" timestamp(3) with time zone NOT NULL,
	"first_sent_at" timestamp(3) with time zone,
	"closed_at" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payout_run" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"workflow_id" text NOT NULL,
	"scheduled_at" timestamp(3) with time zone NOT NULL,
	"state" text NOT NULL,
	"total" numeric,
	"approved_by" text,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payout_run_state" CHECK ("payout_run"."state" in ('open','frozen','awaiting_approval','approved','done'))
);
--> statement-breakpoint
CREATE TABLE "payout_run_member" (
	"run_id" text NOT NULL,
	"user_id" text NOT NULL,
	"available" numeric NOT NULL,
	"decision" text NOT NULL,
	CONSTRAINT "payout_run_member_run_id_user_id_pk" PRIMARY KEY("run_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "payout_source" (
	"payout_id" text NOT NULL,
	"broker_id" text NOT NULL,
	"programme" text NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "payout_source_payout_id_broker_id_programme_pk" PRIMARY KEY("payout_id","broker_id","programme")
);
--> statement-breakpoint
CREATE TABLE "rail_event" (
	"id" text PRIMARY KEY NOT NULL,
	"rail" text NOT NULL,
	"event_id" text NOT NULL,
	"payout_id" text,
	"body" text NOT NULL,
	"received_at" timestamp(3) with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "calculation_basis" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "calculation_basis_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"report_no" bigint NOT NULL,
	"user_id" text NOT NULL,
	"trading_account_id" text NOT NULL,
	"account_link_id" text NOT NULL,
	"terms_id" text,
	"methodology_id" text NOT NULL,
	"class" text,
	"rate_id" text,
	"per_lot" numeric,
	"lot_factor" numeric,
	"tier" text,
	"multiplier" numeric
);
--> statement-breakpoint
CREATE TABLE "earning" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "earning_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"broker_id" text NOT NULL,
	"key" text NOT NULL,
	"period_id" text NOT NULL,
	"report_no" bigint NOT NULL,
	"row_number" integer NOT NULL,
	"user_id" text,
	"account_link_id" text,
	"outcome" text NOT NULL,
	"reason" text,
	"close_time" timestamp(3) with time zone,
	"lots" numeric NOT NULL,
	"earned" numeric NOT NULL,
	"reversed_by_report_no" bigint,
	"reversed_by_row" integer,
	"vanished_in_report_no" bigint
);
--> statement-breakpoint
CREATE TABLE "line_outcome" (
	"report_no" bigint NOT NULL,
	"row_number" integer NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"detail" text,
	"key" text,
	"basis_id" bigint,
	"lots" numeric NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "line_outcome_report_no_row_number_revision_pk" PRIMARY KEY("report_no","row_number","revision"),
	CONSTRAINT "line_outcome_outcome" CHECK ("line_outcome"."outcome" in ('paid','excluded','quarantined','superseded','ignored'))
);
--> statement-breakpoint
CREATE TABLE "report" (
	"id" text PRIMARY KEY NOT NULL,
	"no" bigint GENERATED ALWAYS AS IDENTITY (sequence name "report_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"broker_id" text NOT NULL,
	"period_id" text NOT NULL,
	"profile_id" text NOT NULL,
	"declared_version" integer,
	"file_name" text NOT NULL,
	"size" bigint NOT NULL,
	"sha256" text NOT NULL,
	"received_at" timestamp(3) with time zone NOT NULL,
	"received_by" text NOT NULL,
	"state" text NOT NULL,
	"content_digest" text,
	"lines" integer,
	"lots" numeric,
	"cursor" text[],
	"lines_done" integer DEFAULT 0 NOT NULL,
	"refusal" jsonb,
	"posted_at" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_state" CHECK ("report"."state" in ('received','staged','judging','judged','tied_out','posting','settling','posted','refused','unchanged'))
);
--> statement-breakpoint
CREATE TABLE "report_chunk" (
	"report_id" text NOT NULL,
	"no" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "report_chunk_report_id_no_pk" PRIMARY KEY("report_id","no")
);
--> statement-breakpoint
CREATE TABLE "report_line" (
	"report_no" bigint NOT NULL,
	"row_number" integer NOT NULL,
	"line_number" integer NOT NULL,
	"raw" text NOT NULL,
	"content_hash" text NOT NULL,
	"kind" text,
	"malformed" text,
	"ticket" text,
	"server" text,
	"account" text,
	"symbol" text,
	"class_text" text,
	"class" text,
	"bucket" text,
	"lots" numeric,
	"open_time" timestamp(3) with time zone,
	"close_time" timestamp(3) with time zone,
	"period_start" timestamp(3) with time zone,
	"points" numeric,
	"commission" numeric,
	"amount" numeric,
	"status" text,
	"status_reason" text,
	"reference" text,
	"reversed_ticket" text,
	"comment" text,
	"kept" jsonb,
	CONSTRAINT "report_line_report_no_row_number_pk" PRIMARY KEY("report_no","row_number")
);
--> statement-breakpoint
CREATE TABLE "report_period" (
	"id" text PRIMARY KEY NOT NULL,
	"broker_id" text NOT NULL,
	"period_from" timestamp(3) with time zone NOT NULL,
	"period_to" timestamp(3) with time zone NOT NULL,
	"methodology_id" text,
	"latest_report_no" bigint,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_period_order" CHECK ("report_period"."period_from" < "report_period"."period_to")
);
--> statement-breakpoint
CREATE TABLE "user_tier" (
	"period_id" text NOT NULL,
	"user_id" text NOT NULL,
	"tier" text NOT NULL,
	"multiplier" numeric NOT NULL,
	"lots" numeric,
	CONSTRAINT "user_tier_period_id_user_id_pk" PRIMARY KEY("period_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "account_link" (
	"id" text PRIMARY KEY NOT NULL,
	"trading_account_id" text NOT NULL,
	"user_id" text NOT NULL,
	"status" text NOT NULL,
	"requested_at" timestamp(3) with time zone NOT NULL,
	"decided_at" timestamp(3) with time zone,
	"ended_at" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_link_status" CHECK ("account_link"."status" in ('requested','verified','rejected','ended')),
	CONSTRAINT "account_link_ended" CHECK (("account_link"."status" = 'ended') = ("account_link"."ended_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "app_user" (
	"id" text PRIMARY KEY NOT NULL,
	"external_id" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"pinned_tier" text,
	"created_at" timestamp(3) with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "app_user_status" CHECK ("app_user"."status" in ('active','suspended'))
);
--> statement-breakpoint
CREATE TABLE "payout_method" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"rail" text NOT NULL,
	"destination" jsonb NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"removed_at" timestamp(3) with time zone,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trading_account" (
	"id" text PRIMARY KEY NOT NULL,
	"broker_id" text NOT NULL,
	"server" text NOT NULL,
	"login" text NOT NULL,
	"type" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "idempotency_record" ADD CONSTRAINT "idempotency_record_api_key_id_api_key_id_fk" FOREIGN KEY ("api_key_id") REFERENCES "public"."api_key"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "accrual" ADD CONSTRAINT "accrual_period_id_report_period_id_fk" FOREIGN KEY ("period_id") REFERENCES "public"."report_period"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "accrual" ADD CONSTRAINT "accrual_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "accrual" ADD CONSTRAINT "accrual_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "accrual" ADD CONSTRAINT "accrual_trading_account_id_trading_account_id_fk" FOREIGN KEY ("trading_account_id") REFERENCES "public"."trading_account"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "accrual" ADD CONSTRAINT "accrual_account_link_id_account_link_id_fk" FOREIGN KEY ("account_link_id") REFERENCES "public"."account_link"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "hold" ADD CONSTRAINT "hold_accrual_id_accrual_id_fk" FOREIGN KEY ("accrual_id") REFERENCES "public"."accrual"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "broker_server" ADD CONSTRAINT "broker_server_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "broker_symbol" ADD CONSTRAINT "broker_symbol_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "broker_terms" ADD CONSTRAINT "broker_terms_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "profile_version" ADD CONSTRAINT "profile_version_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "rate" ADD CONSTRAINT "rate_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notification" ADD CONSTRAINT "notification_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "ownership_evidence" ADD CONSTRAINT "ownership_evidence_ownership_id_ownership_verification_id_fk" FOREIGN KEY ("ownership_id") REFERENCES "public"."ownership_verification"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "ownership_verification" ADD CONSTRAINT "ownership_verification_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "ownership_verification" ADD CONSTRAINT "ownership_verification_account_link_id_account_link_id_fk" FOREIGN KEY ("account_link_id") REFERENCES "public"."account_link"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout" ADD CONSTRAINT "payout_run_id_payout_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."payout_run"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout" ADD CONSTRAINT "payout_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout" ADD CONSTRAINT "payout_method_id_payout_method_id_fk" FOREIGN KEY ("method_id") REFERENCES "public"."payout_method"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout_attempt" ADD CONSTRAINT "payout_attempt_payout_id_payout_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payout"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout_run_member" ADD CONSTRAINT "payout_run_member_run_id_payout_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."payout_run"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout_run_member" ADD CONSTRAINT "payout_run_member_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout_source" ADD CONSTRAINT "payout_source_payout_id_payout_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payout"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout_source" ADD CONSTRAINT "payout_source_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calculation_basis" ADD CONSTRAINT "calculation_basis_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calculation_basis" ADD CONSTRAINT "calculation_basis_trading_account_id_trading_account_id_fk" FOREIGN KEY ("trading_account_id") REFERENCES "public"."trading_account"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calculation_basis" ADD CONSTRAINT "calculation_basis_account_link_id_account_link_id_fk" FOREIGN KEY ("account_link_id") REFERENCES "public"."account_link"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calculation_basis" ADD CONSTRAINT "calculation_basis_terms_id_broker_terms_id_fk" FOREIGN KEY ("terms_id") REFERENCES "public"."broker_terms"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calculation_basis" ADD CONSTRAINT "calculation_basis_methodology_id_methodology_id_fk" FOREIGN KEY ("methodology_id") REFERENCES "public"."methodology"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calculation_basis" ADD CONSTRAINT "calculation_basis_rate_id_rate_id_fk" FOREIGN KEY ("rate_id") REFERENCES "public"."rate"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "report" ADD CONSTRAINT "report_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "report" ADD CONSTRAINT "report_period_id_report_period_id_fk" FOREIGN KEY ("period_id") REFERENCES "public"."report_period"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "report" ADD CONSTRAINT "report_profile_id_profile_version_id_fk" FOREIGN KEY ("profile_id") REFERENCES "public"."profile_version"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Deferred: the pieces of a file come first, the report gets its number when all have arrived.
ALTER TABLE "report_chunk" ADD CONSTRAINT "report_chunk_report_id_report_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."report"("id") ON DELETE no action ON UPDATE no action DEFERRABLE INITIALLY DEFERRED;
--> statement-breakpoint
ALTER TABLE "report_period" ADD CONSTRAINT "report_period_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "report_period" ADD CONSTRAINT "report_period_methodology_id_methodology_id_fk" FOREIGN KEY ("methodology_id") REFERENCES "public"."methodology"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "user_tier" ADD CONSTRAINT "user_tier_period_id_report_period_id_fk" FOREIGN KEY ("period_id") REFERENCES "public"."report_period"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "user_tier" ADD CONSTRAINT "user_tier_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "account_link" ADD CONSTRAINT "account_link_trading_account_id_trading_account_id_fk" FOREIGN KEY ("trading_account_id") REFERENCES "public"."trading_account"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "account_link" ADD CONSTRAINT "account_link_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "payout_method" ADD CONSTRAINT "payout_method_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "trading_account" ADD CONSTRAINT "trading_account_broker_id_broker_id_fk" FOREIGN KEY ("broker_id") REFERENCES "public"."broker"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_sha256" ON "api_key" USING btree ("sha256");
--> statement-breakpoint
CREATE INDEX "api_key_user" ON "api_key" USING btree ("user_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "accrual_seq" ON "accrual" USING btree ("seq");
--> statement-breakpoint
CREATE UNIQUE INDEX "accrual_report_link" ON "accrual" USING btree ("report_no","account_link_id","revision");
--> statement-breakpoint
CREATE INDEX "accrual_user" ON "accrual" USING btree ("user_id","seq");
--> statement-breakpoint
CREATE INDEX "accrual_reversed_by" ON "accrual" USING btree ("reversed_by_report_no") WHERE reversed_by_report_no is not null;
--> statement-breakpoint
CREATE INDEX "accrual_due" ON "accrual" USING btree ("clears_at") WHERE state = 'pending';
--> statement-breakpoint
CREATE INDEX "earning_entry_earning" ON "earning_entry" USING btree ("earning_id");
--> statement-breakpoint
CREATE INDEX "earning_entry_accrual" ON "earning_entry" USING btree ("accrual_seq");
--> statement-breakpoint
CREATE INDEX "hold_open" ON "hold" USING btree ("accrual_id") WHERE released_at is null;
--> statement-breakpoint
CREATE INDEX "agreement_broker" ON "agreement" USING btree ("broker_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "broker_terms_version" ON "broker_terms" USING btree ("broker_id","version");
--> statement-breakpoint
CREATE UNIQUE INDEX "profile_version_broker" ON "profile_version" USING btree ("broker_id","version");
--> statement-breakpoint
CREATE UNIQUE INDEX "rate_version" ON "rate" USING btree ("broker_id","class","version");
--> statement-breakpoint
CREATE UNIQUE INDEX "methodology_version" ON "methodology" USING btree ("version");
--> statement-breakpoint
CREATE UNIQUE INDEX "notification_event" ON "notification" USING btree ("event_id");
--> statement-breakpoint
CREATE INDEX "notification_user" ON "notification" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "ownership_evidence_of" ON "ownership_evidence" USING btree ("ownership_id");
--> statement-breakpoint
CREATE INDEX "ownership_user" ON "ownership_verification" USING btree ("user_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "ownership_one_open" ON "ownership_verification" USING btree ("account_link_id") WHERE state in ('requested','evidence_given','confirmed');
--> statement-breakpoint
CREATE UNIQUE INDEX "payout_run_user" ON "payout" USING btree ("run_id","user_id");
--> statement-breakpoint
CREATE INDEX "payout_user" ON "payout" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "payout_state_of" ON "payout" USING btree ("state");
--> statement-breakpoint
CREATE UNIQUE INDEX "payout_attempt_no" ON "payout_attempt" USING btree ("payout_id","no");
--> statement-breakpoint
CREATE UNIQUE INDEX "payout_attempt_key" ON "payout_attempt" USING btree ("idempotency_key");
--> statement-breakpoint
CREATE UNIQUE INDEX "payout_attempt_one_open" ON "payout_attempt" USING btree ("payout_id") WHERE open;
--> statement-breakpoint
CREATE UNIQUE INDEX "payout_run_key" ON "payout_run" USING btree ("key");
--> statement-breakpoint
CREATE UNIQUE INDEX "rail_event_once" ON "rail_event" USING btree ("rail","event_id");
--> statement-breakpoint
CREATE INDEX "rail_event_payout" ON "rail_event" USING btree ("payout_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "earning_key" ON "earning" USING btree ("broker_id","key");
--> statement-breakpoint
CREATE INDEX "earning_period" ON "earning" USING btree ("period_id","report_no");
--> statement-breakpoint
CREATE INDEX "earning_user_close" ON "earning" USING btree ("user_id","close_time") WHERE outcome = 'paid';
--> statement-breakpoint
CREATE UNIQUE INDEX "report_no" ON "report" USING btree ("no");
--> statement-breakpoint
CREATE INDEX "report_period_no" ON "report" USING btree ("period_id","no");
--> statement-breakpoint
CREATE INDEX "report_line_account" ON "report_line" USING btree ("report_no","server","account");
--> statement-breakpoint
CREATE UNIQUE INDEX "report_period_key" ON "report_period" USING btree ("broker_id","period_from","period_to");
--> statement-breakpoint
CREATE INDEX "account_link_user" ON "account_link" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "account_link_account" ON "account_link" USING btree ("trading_account_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "account_link_one_active" ON "account_link" USING btree ("trading_account_id") WHERE status = 'verified';
--> statement-breakpoint
CREATE UNIQUE INDEX "app_user_external" ON "app_user" USING btree ("external_id");
--> statement-breakpoint
CREATE INDEX "payout_method_user" ON "payout_method" USING btree ("user_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "trading_account_login" ON "trading_account" USING btree ("broker_id","server","login");
--> statement-breakpoint
-- numeric admits NaN, infinities and any scale: these columns are USD with at most 8 places.
ALTER TABLE line_outcome ADD CONSTRAINT line_outcome_money CHECK (amount = round(amount, 8) AND abs(amount) < 1e15 AND abs(lots) < 1e15);
--> statement-breakpoint
ALTER TABLE earning ADD CONSTRAINT earning_money CHECK (earned = round(earned, 8) AND abs(earned) < 1e15 AND abs(lots) < 1e15);
--> statement-breakpoint
ALTER TABLE earning_entry ADD CONSTRAINT earning_entry_money CHECK (amount = round(amount, 8) AND abs(amount) < 1e15);
--> statement-breakpoint
ALTER TABLE accrual ADD CONSTRAINT accrual_money CHECK (amount = round(amount, 8) AND taken_back = round(taken_back, 8) AND amount < 1e15 AND held_amount >= 0 AND held_amount <= amount - taken_back AND (state = 'held' OR held_amount = 0));
--> statement-breakpoint
ALTER TABLE payout ADD CONSTRAINT payout_money CHECK (amount = round(amount, 8) AND amount > 0 AND amount < 1e15);
--> statement-breakpoint
ALTER TABLE payout_source ADD CONSTRAINT payout_source_money CHECK (amount = round(amount, 8) AND amount > 0 AND amount < 1e15);
--> statement-breakpoint
ALTER TABLE report_line ALTER COLUMN server SET DEFAULT '', ALTER COLUMN server SET NOT NULL, ALTER COLUMN account SET DEFAULT '', ALTER COLUMN account SET NOT NULL;
--> statement-breakpoint
-- The application's role: it may change the state of things, never what was received, judged or posted; it deletes nothing.
GRANT SELECT, INSERT ON account_link, accrual, agreement, api_key, app_user, broker, broker_server, broker_symbol, broker_terms, calculation_basis, earning, earning_entry, hold, idempotency_record, line_outcome, methodology, notification, ownership_evidence, ownership_verification, payout, payout_attempt, payout_method, payout_run, payout_run_member, payout_source, profile_version, rail_event, rate, report, report_chunk, report_line, report_period, trading_account, user_tier TO cashback_app;
--> statement-breakpoint
GRANT UPDATE ON report_period, report, earning, user_tier, accrual, hold, app_user, payout_method, account_link, agreement, broker_symbol,
  ownership_verification, payout_run, payout_run_member, payout, payout_attempt, api_key TO cashback_app;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE calculation_basis_id_seq TO cashback_app;
