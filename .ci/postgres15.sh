# Sourced by .ci/run: a server of Debian's PostgreSQL 15 for the tests, on loopback, its data in a temporary folder.
# TRIBUTARY_TEST_DATABASE_URL names it; empty where there is none, with the reason in postgres15_missing.
postgres15_bin=/usr/lib/postgresql/15/bin
postgres15_missing=''
TRIBUTARY_TEST_DATABASE_URL=''
if [ ! -x "$postgres15_bin/postgres" ]; then
  { apt-get update -qq && apt-get install -qq -y --no-install-recommends postgresql-15; } >/dev/null 2>&1 || true
fi
if [ ! -x "$postgres15_bin/postgres" ]; then
  postgres15_missing='the package postgresql-15 is not installed and could not be (Debian bookworm has it)'
else
  postgres15_dir=$(mktemp -d)
  # PostgreSQL does not run as root.
  if [ "$(id -u)" = 0 ]; then postgres15_as() { runuser -u postgres -- "$@"; }; else postgres15_as() { "$@"; }; fi
  [ "$(id -u)" = 0 ] && chown postgres "$postgres15_dir"
  postgres15_port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
  if (
    cd / &&
      postgres15_as "$postgres15_bin/initdb" -D "$postgres15_dir/data" -U tributary --auth=trust -E UTF8 --locale=C.UTF-8 &&
      postgres15_as "$postgres15_bin/pg_ctl" start -w -D "$postgres15_dir/data" -l "$postgres15_dir/log" \
        -o "-p $postgres15_port -h 127.0.0.1 -k '' -c max_connections=200 -c fsync=off -c synchronous_commit=off -c max_prepared_transactions=5"
  ) >/dev/null; then
    TRIBUTARY_TEST_DATABASE_URL="postgresql://tributary@127.0.0.1:$postgres15_port/postgres"
    postgres15_stop() { (cd / && postgres15_as "$postgres15_bin/pg_ctl" stop -m immediate -D "$postgres15_dir/data" >/dev/null); rm -rf "$postgres15_dir"; }
  else
    postgres15_missing="it did not start: $(tail -3 "$postgres15_dir/log" 2>/dev/null)"
  fi
fi
