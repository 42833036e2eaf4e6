/**
 * Ends statements of analysts that run too long. Their role has a timeout, but PostgreSQL lets every session change its
 * own (`SET statement_timeout = 0`), and no right exists that could be revoked. So the process that serves the database
 * checks, too.
 */
import pg from 'pg'
import type { Store } from './store.ts'

const LOOK_MS = 5000
/** Added to the role's own limit, which normally ends the statement. */
const GRACE_MS = 2000
const IDLE_SECONDS = 300
/** The error code if the database user may not end other roles' sessions. */
const NOT_PERMITTED = '42501'

/** Returns how many sessions were ended. */
export async function endOverlong(store: Store): Promise<number> {
  const rows = await store.query(
    `SELECT pg_terminate_backend(a.pid)
     FROM pg_stat_activity a
     JOIN pg_auth_members m ON m.member = a.usesysid
     JOIN pg_roles r ON r.oid = m.roleid
     JOIN pg_database d ON d.datname = current_database() AND r.rolname = 'tributary_reader_' || d.oid
     JOIN pg_db_role_setting s ON s.setrole = a.usesysid AND s.setdatabase = 0
     CROSS JOIN LATERAL (SELECT substr(line, 19)::int AS ms FROM unnest(s.setconfig) line
                         WHERE line LIKE 'statement_timeout=%') t
     WHERE (a.state = 'active' AND clock_timestamp() - a.query_start > (t.ms + $1) * interval '1 ms')
        OR (a.state LIKE 'idle in transaction%' AND clock_timestamp() - a.state_change > $2 * interval '1 s')`,
    [GRACE_MS, IDLE_SECONDS],
  )
  return rows.length
}

/** Checks every few seconds until it is closed. */
export function guardAnalysts(store: Store): { close(): Promise<void> } {
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    await endOverlong(store).catch((error: unknown) => {
      // Both errors are ignored here: rights cannot be changed, and a lost database is noticed by whoever needs it.
      if (error instanceof pg.DatabaseError && error.code === NOT_PERMITTED) clearInterval(timer)
    })
  }
  const timer = setInterval(() => (looking = look()), LOOK_MS)
  timer.unref()
  const close = async () => {
    clearInterval(timer)
    await looking
  }
  return { close }
}
