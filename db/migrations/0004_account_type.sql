-- The account type that a trader names on registering is his claim; the operator who verifies a link says what it is. The right also
-- lets the application lock an account's row.
GRANT UPDATE (type) ON trading_account TO cashback_app;
