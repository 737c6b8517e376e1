-- A debit that the notification and the statement tell under two references is one, as parts of a return are; and what names a transfer stands in the key of its booking, for a bank's own reference may be that of several.
ALTER TABLE rail_entry DROP CONSTRAINT rail_entry_same_as, ADD CONSTRAINT rail_entry_same_as CHECK (same_as IS NULL OR (kind IN ('executed', 'returned') AND same_as < id));
--> statement-breakpoint
UPDATE rail_entry e SET entry_key = concat_ws(':', 'executed', n.name, left(m.kind, 8),
  CASE WHEN starts_with(e.entry_key, 'executed:' || n.name || ':') THEN substr(e.entry_key, length(n.name) + 11) ELSE to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD:') || substr(e.entry_key, 10) END)
FROM rail_message m, (SELECT idempotency_key, facts ->> 'endToEndId' AS name FROM payout_attempt WHERE facts ->> 'endToEndId' IS NOT NULL) n
WHERE m.id = e.message_id AND n.idempotency_key = e.idempotency_key AND e.kind = 'executed' AND m.kind IN ('camt.053.001.08', 'camt.054.001.08');
--> statement-breakpoint
-- The bank may number its references anew each day.
UPDATE rail_entry e SET entry_key = n.prefix || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD:') || substr(e.entry_key, length(n.prefix) + 1)
FROM (SELECT o.id, 'returned:' || (a.facts ->> 'endToEndId') || ':' || left(m.kind, 8) || ':' AS prefix FROM rail_entry o JOIN rail_message m ON m.id = o.message_id JOIN payout_attempt a ON a.idempotency_key = o.idempotency_key
  WHERE o.kind = 'returned' AND m.kind IN ('camt.053.001.08', 'camt.054.001.08') AND a.facts ->> 'endToEndId' IS NOT NULL) n
WHERE n.id = e.id AND starts_with(e.entry_key, n.prefix) AND NOT starts_with(e.entry_key, n.prefix || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD:'));
--> statement-breakpoint
-- Told by both kinds of messages, once by each: one booking.
UPDATE rail_entry e SET same_as = f.id
FROM rail_entry f, rail_message em, rail_message fm
WHERE f.rail = e.rail AND f.idempotency_key = e.idempotency_key AND f.id < e.id AND e.kind = 'executed' AND f.kind = 'executed' AND e.same_as IS NULL AND em.id = e.message_id AND fm.id = f.message_id
  AND em.kind <> fm.kind AND em.kind IN ('camt.053.001.08', 'camt.054.001.08') AND fm.kind IN ('camt.053.001.08', 'camt.054.001.08') AND e.amount = f.amount AND e.currency = f.currency
  AND (SELECT count(*) FROM rail_entry o WHERE o.rail = e.rail AND o.idempotency_key = e.idempotency_key AND o.kind = 'executed') = 2;
