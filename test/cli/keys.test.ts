import { expect, it } from 'vitest'
import { main } from '../../cli/main.ts'
import { useDatabase } from '../database.ts'
import { recordedContext } from './context.ts'

const database = useDatabase()

async function run(...argv: string[]) {
  const context = recordedContext({ environment: { DATABASE_URL: database.url } })
  return { status: await main(['key', ...argv], context), printed: context.printed, said: context.said }
}

it('makes a key, prints it once, lists and revokes it', async () => {
  const made = await run('create', '--name', 'notebook', '--scopes', 'compute,read', '--expires', '90')
  expect(made).toMatchObject({ status: 0, said: expect.stringContaining('only its hash is stored') })
  expect(made.printed).toMatch(/^tributary_[\w-]{43}\n$/)
  const listed = await run('list')
  expect(listed.printed).toMatch(/notebook +read,compute +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d +good/)
  expect(listed.printed).not.toContain(made.printed.trim())
  expect(await run('revoke', 'notebook')).toMatchObject({ status: 0 })
  expect((await run('list')).printed).toMatch(/revoked/)
})

it.each([
  [['create', '--name', 'x', '--scopes', 'write'], '--scopes has "write"; expected some of read, compute, admin'],
  [['create', '--name', 'x', '--scopes', 'read', '--expires', '0'], '--expires'],
  [['revoke', 'nobody'], 'There is no key with the name nobody'],
])('%j is refused', async (argv, message) => {
  const { status, said } = await run(...argv)
  expect(status).toBe(2)
  expect(said).toContain(message)
})
