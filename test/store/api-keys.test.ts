import { expect, test } from 'vitest'
import { createApiKey, findApiKey, listApiKeys, revokeApiKey } from '../../src/store/api-keys.ts'
import { useStore } from './use-store.ts'

const store = useStore()
const make = (name: string, expiresAt: Date | null = null) =>
  createApiKey(store, { name, scopes: ['read', 'compute'], expiresAt })

test('a key is found by its secret, which is kept nowhere', async () => {
  const { secret } = await make('one')
  expect(await findApiKey(store, secret)).toMatchObject({ name: 'one', scopes: ['read', 'compute'] })
  const rows = await store.query<{ row: string }>('SELECT api_key::text AS row FROM api_key')
  expect(rows.some(({ row }) => row.includes(secret) || row.includes(secret.slice(10)))).toBe(false)
  expect(JSON.stringify(await listApiKeys(store))).not.toMatch(/[0-9a-f]{64}|tributary_/)
})

test('what is not a good key finds nothing', async () => {
  const { secret } = await make('two')
  const other = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'E' : 'A'}`
  for (const wrong of [other, '', 'tributary_', secret.toUpperCase(), `${secret} `]) {
    expect(await findApiKey(store, wrong)).toBeNull()
  }
})

test('a key ends when it expires or is revoked, and its name is not used again', async () => {
  const expired = await make('three', new Date(Date.now() - 1000))
  expect(await findApiKey(store, expired.secret)).toBeNull()
  const { secret } = await make('four', new Date(Date.now() + 60_000))
  expect(await findApiKey(store, secret)).not.toBeNull()
  await revokeApiKey(store, 'four')
  expect(await findApiKey(store, secret)).toBeNull()
  await expect(make('four')).rejects.toThrow('There is, or was, a key with the name four')
  await expect(revokeApiKey(store, 'nobody')).rejects.toThrow('There is no key with the name nobody')
  await expect(make('a b')).rejects.toThrow('"a b" cannot be the name of a key')
})
