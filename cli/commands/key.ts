/** `tributary key …`: the keys for a server that listens to more than its own machine. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'
import { wholeNumber } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary key create --name dashboard --scopes read
  $ tributary key create --name notebook --scopes compute --expires 90
  $ tributary key list
  $ tributary key revoke dashboard

Keys matter where the server is bound wider than loopback (--host, HOST) or TRIBUTARY_REQUIRE_KEYS is true. Clients send
theirs as x-api-key or Authorization: Bearer. Scopes: read, compute (and read), admin (and everything). Reading needs no
key unless TRIBUTARY_PUBLIC_READS is false.`

const expiry = (text: string) => wholeNumber('--expires', text, { least: 1 })

export function addKeyCommands(program: Command, context: CliContext): void {
  const key = program
    .command('key')
    .summary('make, list and revoke API keys')
    .description('Makes, lists and revokes API keys.')
  key
    .command('create')
    .description('Makes a key and prints it, this once: only its hash is kept.')
    .requiredOption('--name <name>', 'what to call it')
    .requiredOption('--scopes <list>', 'what it allows: read, compute, admin; with commas')
    .option('--expires <days>', 'when it ends by itself (default: never)', expiry)
    .action(async (flags) => {
      const { createKey } = await import('../actions/keys.ts')
      await createKey(flags, context)
    })
  key
    .command('list')
    .description('Lists the keys, without what opens anything.')
    .option('--json', 'print one JSON array')
    .action(async ({ json = false }) => {
      const { listKeys } = await import('../actions/keys.ts')
      await listKeys({ json }, context)
    })
  key
    .command('revoke')
    .description('Ends a key at once.')
    .argument('<name>')
    .action(async (name) => {
      const { revokeKey } = await import('../actions/keys.ts')
      await revokeKey(name, context)
    })
  key.addHelpText('after', EXAMPLES)
}
