/** When a server asks for keys: as soon as anyone else could reach it. */
import { expect, it } from 'vitest'
import { type CreateServerOptions, createServer } from '../../../server/create-server.ts'
import { useDatabase } from '../../database.ts'

const database = useDatabase()

const COMPUTE = '{ attribute(input: { model: "none", text: "a", partition: { token: {} } }) { key } }'

const cases: [string, Partial<CreateServerOptions>, string][] = [
  ['on loopback', {}, 'NOT_FOUND'],
  ['on every address', { host: '0.0.0.0' }, 'UNAUTHENTICATED'],
  ['behind a proxy', { allowedHosts: ['tributary.example'] }, 'UNAUTHENTICATED'],
  ['told to', { requireKeys: true }, 'UNAUTHENTICATED'],
]
it.each(cases)('%s', async (_name, options, code) => {
  const server = await createServer({ databaseUrl: database.url, port: 0, ...options })
  try {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: COMPUTE }),
    })
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] })
    expect(server.needsKeys).toBe(code === 'UNAUTHENTICATED')
  } finally {
    await server.close()
  }
})
