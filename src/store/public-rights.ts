/**
 * What PostgreSQL grants to PUBLIC, and so to every role that can connect: temporary tables, advisory locks, large
 * objects, notifications, code in PL/pgSQL. A single role cannot be denied these. So they are revoked from PUBLIC in
 * our database and granted to the owners of its tables. What cannot be revoked is reported: because the current user
 * may not, or because Postgres has no right for it (NOTIFY, a session's settings).
 */
import pg from 'pg'

/** Functions that change something outside the rows that a statement reads, or something that others wait for. */
const FUNCTIONS = '^(pg_(try_)?advisory_|lo_|loread$|lowrite$|pg_notify$|pg_logical_emit_message$|pg_export_snapshot$)'

interface Rights {
  functions: string[]
  plpgsql: boolean
  temporary: boolean
  creates: boolean
  /** Other databases that anyone may connect to. */
  databases: string[]
}

/** Revokes what the current user may revoke; returns in words what is still open. */
export async function closePublicRights(client: pg.ClientBase): Promise<string[]> {
  const open = await publicRights(client)
  const statements = await closing(client, open)
  for (const statement of statements) await client.query(statement)
  return inWords(statements.length === 0 ? open : await publicRights(client))
}

async function publicRights(client: pg.ClientBase): Promise<Rights> {
  const { rows } = await client.query<Rights>(
    `SELECT
       (SELECT coalesce(array_agg(oid::regprocedure::text ORDER BY oid), '{}') FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ $1
          AND has_function_privilege('public', oid, 'EXECUTE')) AS functions,
       has_language_privilege('public', 'plpgsql', 'USAGE') AS plpgsql,
       has_database_privilege('public', current_database(), 'TEMPORARY') AS temporary,
       has_schema_privilege('public', 'public', 'CREATE') AS creates,
       (SELECT coalesce(array_agg(datname::text ORDER BY datname), '{}') FROM pg_database
        WHERE datallowconn AND datname <> current_database() AND has_database_privilege('public', oid, 'CONNECT')
       ) AS databases`,
    [FUNCTIONS],
  )
  const [found] = rows
  if (!found) throw new Error('the rights of PUBLIC were not told')
  return found
}

interface Standing {
  isSuperuser: boolean
  ownsDatabase: boolean
  ownsSchema: boolean
  database: string
  /** Roles that work with our tables and are no superusers: they keep what PUBLIC loses. */
  owners: string[]
}

async function closing(client: pg.ClientBase, open: Rights): Promise<string[]> {
  const { rows } = await client.query<Standing>(
    `SELECT rolsuper AS "isSuperuser", pg_has_role(d.datdba, 'USAGE') AS "ownsDatabase",
       pg_has_role(n.nspowner, 'USAGE') AS "ownsSchema", d.datname AS database,
       ARRAY(SELECT o.rolname::text FROM pg_roles o WHERE NOT o.rolsuper AND (o.oid IN (d.datdba, u.oid) OR o.oid IN (
         SELECT c.relowner FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         WHERE s.nspname IN ('public', 'pgboss')))) AS owners
     FROM pg_roles u, pg_database d, pg_namespace n
     WHERE u.rolname = current_user AND d.datname = current_database() AND n.nspname = 'public'`,
  )
  const [standing] = rows
  if (!standing) throw new Error('the current user has no standing')
  const { isSuperuser, ownsDatabase, ownsSchema, database, owners } = standing
  const statements: string[] = []
  const take = (right: string, from: string) => {
    statements.push(`REVOKE ${right} ON ${from} FROM PUBLIC`)
    for (const owner of owners) statements.push(`GRANT ${right} ON ${from} TO ${pg.escapeIdentifier(owner)}`)
  }
  if (isSuperuser && open.functions.length > 0) take('EXECUTE', `FUNCTION ${open.functions.join(', ')}`)
  if (isSuperuser && open.plpgsql) take('USAGE', 'LANGUAGE plpgsql')
  if ((isSuperuser || ownsDatabase) && open.temporary) take('TEMPORARY', `DATABASE ${pg.escapeIdentifier(database)}`)
  if ((isSuperuser || ownsSchema) && open.creates) take('CREATE', 'SCHEMA public')
  return statements
}

function inWords({ functions, plpgsql, temporary, creates, databases }: Rights): string[] {
  return [
    ...(functions.length > 0 ? ['advisory locks, large objects and notifications'] : []),
    ...(plpgsql ? ['code in PL/pgSQL'] : []),
    ...(temporary ? ['temporary tables'] : []),
    ...(creates ? ['tables of its own in the schema public'] : []),
    ...(databases.length > 0 ? [`connections to other databases (${databases.join(', ')})`] : []),
  ]
}
