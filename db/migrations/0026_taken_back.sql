-- What does not count any more, said by itself: `ignored` is also what a money adjustment is while its account has no link, and it may wait on.
-- Set where a report that states its whole period no longer has the line, or where it is known by another key since its class text was mapped.
ALTER TABLE earning ADD COLUMN taken_back boolean NOT NULL DEFAULT false;
--> statement-breakpoint
-- Of an adjustment without a link, the report in which it vanished says which it was.
UPDATE earning e SET taken_back = true WHERE e.outcome = 'ignored' AND (e.key NOT LIKE 'adjustment%' OR e.vanished_in_report_no IS NOT NULL AND (e.account_link_id IS NOT NULL OR EXISTS (
  SELECT FROM report r JOIN profile_version v ON v.id = r.profile_id WHERE r.no = e.vanished_in_report_no AND coalesce(v.profile->>'full', v.profile->'attachment'->>'full') = 'true')));
--> statement-breakpoint
GRANT UPDATE (taken_back) ON earning TO cashback_app;
--> statement-breakpoint
-- With which links of the account its lines were last tried, so that those which no link covers are not tried for ever; and what is wrong with them that no link mends.
ALTER TABLE waiting_account ADD COLUMN links text, ADD COLUMN problem text;
