/** `tributary serve`: the GraphQL server alone, for where workers run elsewhere. */
import { once } from 'node:events'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import type { CliContext } from '../context.ts'
import { withDatabase } from '../store.ts'
import { keysNote } from './start/keys-note.ts'
import { openServer } from './start/server.ts'

export async function serve(flags: ConfigFlags, context: CliContext): Promise<void> {
  const config = resolveConfig(flags, context.environment)
  await withDatabase(config, async (url) => {
    const server = await openServer(config, url)
    context.say(`Listening on ${server.url}; Ctrl-C ends it.\n`)
    const note = keysNote(server, config)
    if (note !== null) context.say(`${note}\n`)
    if (!context.signal.aborted) await once(context.signal, 'abort')
    await server.close()
  }, context.signal)
}
