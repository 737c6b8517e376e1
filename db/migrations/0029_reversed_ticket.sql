-- Whether another report reverses a ticket too is asked when a file is read again that does not any more. Holds nothing but reversals.
CREATE INDEX report_line_reversed ON report_line (reversed_ticket) WHERE reversed_ticket IS NOT NULL;
