/** Roles that only read, from the command line. */
import { resolveConfig } from '../../src/config.ts'
import { createAnalystRole, dropAnalystRole } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { readTimeoutMs } from './sql.ts'
import { withStore } from '../store.ts'

type Flags = { timeout?: string | undefined }

export async function createRole(name: string, flags: Flags, context: CliContext): Promise<void> {
  const timeoutMs = readTimeoutMs(flags.timeout)
  const { address, leftOpen } = await withStore(resolveConfig({}, context.environment), async (store, url) => {
    const { password, leftOpen: left } = await createAnalystRole(store, { name, timeoutMs })
    return { address: addressFor(url, name, password), leftOpen: left }
  })
  context.print(`${address}\n`)
  if (leftOpen.length > 0) {
    const what = leftOpen.join('; ')
    context.say(`Not closed, since this server lets everyone and this user may not change that: ${what}.\n`)
  }
  context.say('Keep it now: the password is stored nowhere.\n')
}

export async function dropRole(name: string, context: CliContext): Promise<void> {
  await withStore(resolveConfig({}, context.environment), (store) => dropAnalystRole(store, name))
  context.print(`Dropped ${name}.\n`)
}

function addressFor(url: string, name: string, password: string): string {
  const address = new URL(url)
  address.username = name
  address.password = password
  return address.href
}
