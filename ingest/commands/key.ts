/** `tributary key …`: who may ask a server that listens to more than its own machine. */
import type { Command } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary key create --name dashboard --scopes read
  $ tributary key create --name notebook --scopes compute --expires 90
  $ tributary key list
  $ tributary key revoke dashboard

Keys matter where the server is bound wider than loopback (--host, HOST) or TRIBUTARY_REQUIRE_KEYS is true. Clients send
theirs as x-api-key or Authorization: Bearer. Scopes: read, compute (and read), admin (and everything). Reading needs no
key unless TRIBUTARY_PUBLIC_READS is false.`

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
    .option('--expires <days>', 'when it ends by itself (default: never)')
    .action(async (raw: unknown) => {
      const flags = z.object({ name: z.string(), scopes: z.string(), expires: z.string().optional() }).parse(raw)
      const { createKey } = await import('../keys.ts')
      await createKey(flags, context)
    })
  key
    .command('list')
    .description('Lists the keys, without what opens anything.')
    .option('--json', 'print one JSON array')
    .action(async (raw: unknown) => {
      const { listKeys } = await import('../keys.ts')
      await listKeys(z.object({ json: z.boolean().default(false) }).parse(raw), context)
    })
  key
    .command('revoke')
    .description('Ends a key at once.')
    .argument('<name>')
    .action(async (name: string) => {
      const { revokeKey } = await import('../keys.ts')
      await revokeKey(name, context)
    })
  key.addHelpText('after', EXAMPLES)
}
