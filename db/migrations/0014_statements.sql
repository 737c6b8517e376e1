-- What a report took back is shown on a user's statement with its lines. Such entries are few beside those that earn, so the
-- index costs the posting of a report next to nothing.
CREATE INDEX earning_entry_taken_back ON earning_entry (journal_key) WHERE amount < 0;
