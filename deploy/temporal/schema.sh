#!/bin/sh
# Makes or updates the tables of Temporal in its two databases; repeating it changes nothing.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal_database_password)"
export SQL_PASSWORD

tables() {
  database=$1
  versions=$2
  set -- --plugin postgres12 --ep "$POSTGRES_HOST" --port 5432 --user "$POSTGRES_USER" --db "$database"
  temporal-sql-tool "$@" setup-schema -v 0.0
  temporal-sql-tool "$@" update-schema -d "/etc/temporal/schema/postgresql/v12/$versions/versioned"
}
tables temporal temporal
tables temporal_visibility visibility
