#!/bin/sh
# Makes the secrets of docker-compose.yml in ./secrets, each once: what is there stays. Keep a copy of personal_data_keys and
# personal_data_index_key elsewhere: without them the personal data in a backup cannot be read.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
chmod 700 secrets

hex() { od -An -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
key() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
# Readable by the containers' users; the folder is closed to everybody else on this machine.
keep() {
  [ -s "secrets/$1" ] && return
  printf '%s' "$2" > "secrets/$1.new"
  chmod 444 "secrets/$1.new"
  mv "secrets/$1.new" "secrets/$1"
  echo "made secrets/$1"
}

for name in postgres_password database_owner_password database_app_password temporal_database_password sandbox_rail_secret sandbox_verification_secret; do
  keep "$name" "$(hex 24)"
done
keep database_url "postgres://cashback_owner:$(cat secrets/database_owner_password)@postgres:5432/cashback"
keep database_app_url "postgres://cashback_app:$(cat secrets/database_app_password)@postgres:5432/cashback"
keep personal_data_keys "k1:$(key)"
keep personal_data_index_key "$(key)"
# The mail catcher; a real server is smtps://user:password@host:465.
keep smtp_url "smtp://mail:1025"
