/** API keys from the command line. The key goes to the output, everything else to people. */
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { type ApiKey, type ApiScope, apiScopes, createApiKey, listApiKeys, revokeApiKey } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { table } from '../terminal/table.ts'

const DAY_MS = 86_400_000

interface CreateFlags {
  name: string
  scopes: string
  /** Days from now. */
  expires?: number | undefined
}

export async function createKey(flags: CreateFlags, context: CliContext): Promise<void> {
  const scopes = readScopes(flags.scopes)
  const expiresAt = flags.expires === undefined ? null : expiryAfter(flags.expires)
  const config = resolveConfig({}, context.environment)
  const { secret } = await withStore(config, (store) => createApiKey(store, { name: flags.name, scopes, expiresAt }))
  context.print(`${secret}\n`)
  context.say('Keep it now: only its hash is stored, and nobody can show it again.\n')
}

export async function listKeys({ json }: { json: boolean }, context: CliContext): Promise<void> {
  const keys = await withStore(resolveConfig({}, context.environment), listApiKeys)
  if (json) return context.print(`${JSON.stringify(keys)}\n`)
  if (keys.length === 0) return context.print('No keys yet. Make one with tributary key create.\n')
  const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? ''
  context.print(
    table(
      ['name', 'scopes', 'created', 'expires', 'state'],
      keys.map((key) => [key.name, key.scopes.join(','), day(key.createdAt), day(key.expiresAt), stateOf(key)]),
    ),
  )
}

export async function revokeKey(name: string, context: CliContext): Promise<void> {
  await withStore(resolveConfig({}, context.environment), (store) => revokeApiKey(store, name))
  context.print(`Revoked ${name}.\n`)
}

function readScopes(list: string): ApiScope[] {
  const words = list.split(',').map((word) => word.trim())
  const unknown = words.find((word) => !apiScopes.some((scope) => scope === word))
  if (unknown === undefined) return apiScopes.filter((scope) => words.includes(scope))
  throw new UserError(
    'BAD_INPUT',
    `--scopes has ${JSON.stringify(unknown)}; expected some of ${apiScopes.join(', ')}, with commas.`,
  )
}

function expiryAfter(days: number): Date {
  const date = new Date(Date.now() + days * DAY_MS)
  if (!Number.isNaN(date.getTime())) return date
  throw new UserError(
    'BAD_INPUT',
    `--expires ${days} is further away than dates go; leave it out for a key that never ends.`,
  )
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt) return 'revoked'
  return expiresAt && expiresAt.getTime() <= Date.now() ? 'expired' : 'good'
}
