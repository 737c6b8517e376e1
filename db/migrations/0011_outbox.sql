-- Whom it is for where that is one person; told to all of the user's otherwise.
ALTER TABLE notification ADD COLUMN person_id text;
