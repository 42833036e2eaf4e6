#!/bin/sh
# What the official image does with a new folder: initdb, a first server that listens on its socket only while the
# database is made, then the server itself.
set -eu
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" && chown -R postgres /var/lib/postgresql && chmod 700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}} secret=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$secret"
  initdb -D "$PGDATA" -U "$user" --pwfile="$secret" --auth-host=scram-sha-256 --auth-local=trust -E UTF8 --locale=C.UTF-8
  rm "$secret"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -w start -o "-c listen_addresses='' -k /var/run/postgresql"
  [ "$database" = postgres ] || psql -h /var/run/postgresql -U "$user" -d postgres -c "CREATE DATABASE \"$database\""
  # Scripts of the one who deploys would run here.
  sleep "${STAND_IN_INIT_SECONDS:-0}"
  pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@" -c listen_addresses='*' -k /var/run/postgresql
