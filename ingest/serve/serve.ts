/** `tributary serve`: the GraphQL server alone, for where workers run elsewhere. */
import { once } from 'node:events'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import type { CliContext } from '../context.ts'
import { withDatabase } from '../store.ts'
import { openServer } from './server.ts'

export async function serve(flags: ConfigFlags, context: CliContext): Promise<void> {
  const config = resolveConfig(flags, context.environment)
  await withDatabase(config, async (url) => {
    const server = await openServer(config, url)
    context.say(`Listening on ${server.url}; Ctrl-C ends it.\n`)
    if (server.needsKeys) context.say('Computing and writing need an API key: tributary key create.\n')
    if (!context.signal.aborted) await once(context.signal, 'abort')
    await server.close()
  })
}
