-- Payments that come back in parts: each part that was posted, and which words of a rail are about the same part.
CREATE TABLE payout_return (
  payout_id text NOT NULL REFERENCES payout (id), part text NOT NULL CHECK (part <> ''), no integer NOT NULL CHECK (no >= 1),
  amount numeric NOT NULL CHECK (amount >= 0), to_user numeric NOT NULL CHECK (to_user >= 0), from_rail numeric NOT NULL, credited_usd numeric, came_at timestamptz NOT NULL,
  reason text NOT NULL, posted_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (payout_id, part), UNIQUE (payout_id, no));
--> statement-breakpoint
ALTER TABLE rail_entry ADD COLUMN same_as bigint REFERENCES rail_entry (id), ADD CONSTRAINT rail_entry_same_as CHECK (same_as IS NULL OR (kind = 'returned' AND same_as < id));
--> statement-breakpoint
CREATE INDEX rail_entry_same ON rail_entry (same_as) WHERE same_as IS NOT NULL;
--> statement-breakpoint
-- What came back before: once for each payout, by the first entry that told it.
INSERT INTO payout_return (payout_id, part, no, amount, to_user, from_rail, credited_usd, came_at, reason, posted_at)
SELECT p.id, coalesce(e.id::text, 'returned'), 1,
  least(coalesce(p.pay_amount, p.amount), CASE WHEN e.currency = p.pay_currency THEN e.amount WHEN coalesce(p.settled_usd, 0) > 0 THEN round(coalesce(p.pay_amount, p.amount) * m.from_rail / p.settled_usd, 8) ELSE m.to_user END),
  m.to_user, m.from_rail, NULL, coalesce(e.at, p.settled_at), coalesce(p.detail, ''), p.settled_at
FROM payout p
CROSS JOIN LATERAL (
  SELECT coalesce(sum(g.amount) FILTER (WHERE a.kind = 'available'), 0) AS to_user, coalesce(-sum(g.amount) FILTER (WHERE a.kind = 'rail_clearing'), 0) AS from_rail
  FROM journal j JOIN posting g ON g.journal_id = j.id JOIN ledger_account a ON a.id = g.account_id WHERE j.cause_type = 'payout' AND j.cause_id = p.id AND j.kind = 'payout_returned') m
LEFT JOIN LATERAL (
  SELECT r.id, r.amount, r.currency, r.at FROM payout_attempt t JOIN rail_entry r ON r.rail = p.rail AND r.idempotency_key = t.idempotency_key AND r.kind = 'returned' AND p.rail = 'bank' WHERE t.payout_id = p.id ORDER BY r.id LIMIT 1) e ON true
WHERE p.state = 'returned';
--> statement-breakpoint
GRANT SELECT, INSERT ON payout_return TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (from_rail, credited_usd) ON payout_return TO cashback_app;
