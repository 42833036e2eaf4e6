/**
 * API keys. A key is 256 random bits, so its plain sha256 is safe to store: slow and salted hashes protect against
 * guessing (passwords), and a key cannot be guessed. A plain hash can also be looked up. The time of the comparison
 * depends on the hash, but that tells an attacker nothing, because nobody can choose how a key's hash begins.
 */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { sha256 } from '../hash.ts'
import { UserError } from '../errors.ts'
import type { Store } from './store.ts'

export const apiScopes = ['read', 'compute', 'admin'] as const
export type ApiScope = (typeof apiScopes)[number]
const scopesSchema = z.array(z.enum(apiScopes))

export interface ApiKey {
  name: string
  scopes: ApiScope[]
  createdAt: Date
  /** null: the key never expires. */
  expiresAt: Date | null
  /** null: the key is valid. */
  revokedAt: Date | null
}

const SECRET_BYTES = 32
/** Tells people, and programs that look for leaked secrets, what the text is. */
const PREFIX = 'tributary_'
const FORM = /^tributary_[\w-]{43}$/
const NAME_FORM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** The secret is given in this answer only, and stored nowhere. */
export async function createApiKey(
  store: Store,
  { name, scopes, expiresAt }: Pick<ApiKey, 'name' | 'scopes' | 'expiresAt'>,
): Promise<{ key: ApiKey; secret: string }> {
  if (!NAME_FORM.test(name)) {
    throw new UserError(
      'BAD_INPUT',
      `${JSON.stringify(name)} cannot be the name of a key; expected at most 100 letters, digits, dots, dashes and ` +
        'underscores, beginning with a letter or digit.',
    )
  }
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url')
  const rows = await store.query<KeyRow>(
    `INSERT INTO api_key (name, hash, scopes, expires_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`,
    [name, sha256(secret), scopes, expiresAt],
  )
  const [row] = rows
  if (!row) {
    const message = `There is, or was, a key with the name ${name}; choose another, so that logs stay clear.`
    throw new UserError('BAD_INPUT', message)
  }
  return { key: keyOf(row), secret }
}

/** In the order of creation, the newest last. */
export async function listApiKeys(store: Store): Promise<ApiKey[]> {
  return (await store.query<KeyRow>(`SELECT ${COLUMNS} FROM api_key ORDER BY id`)).map(keyOf)
}

/** Revoking a revoked key is no error. */
export async function revokeApiKey(store: Store, name: string): Promise<void> {
  const rows = await store.query(
    'UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE name = $1 RETURNING name',
    [name],
  )
  if (rows.length === 0) {
    throw new UserError('NOT_FOUND', `There is no key with the name ${name}; tributary key list shows those there are.`)
  }
}

/**
 * null for a secret that is unknown, expired or revoked. Expiry is decided by the database's clock, wherever the server
 * runs.
 */
export async function findApiKey(store: Store, secret: string): Promise<ApiKey | null> {
  if (!FORM.test(secret)) return null
  const [row] = await store.query<KeyRow>(
    `SELECT ${COLUMNS} FROM api_key
     WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [sha256(secret)],
  )
  return row ? keyOf(row) : null
}

const COLUMNS = 'name, scopes, created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt"'
interface KeyRow extends Omit<ApiKey, 'scopes'> {
  scopes: string[]
}
const keyOf = (row: KeyRow): ApiKey => ({ ...row, scopes: scopesSchema.parse(row.scopes) })
