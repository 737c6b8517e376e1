-- What lies at a place (a file's path, an API's answer for a period) can change and change back: it is known only if it says what was taken from there last.
ALTER TABLE source_item ADD COLUMN place text, ADD COLUMN content text;
--> statement-breakpoint
UPDATE source_item i SET place = left(i.key, -65), content = right(i.key, 64) FROM report_source s
WHERE s.id = i.source_id AND s.kind <> 'mailbox' AND i.state = 'taken' AND i.key ~ '. [0-9a-f]{64}$';
--> statement-breakpoint
ALTER TABLE source_item ADD CONSTRAINT source_item_edition CHECK ((place IS NULL) = (content IS NULL));
--> statement-breakpoint
CREATE INDEX source_item_place ON source_item (source_id, place, no) WHERE place IS NOT NULL;
