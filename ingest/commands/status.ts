/** `tributary status` */
import type { Command } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary status
  $ tributary status --json`

export function addStatus(program: Command, context: CliContext): void {
  program
    .command('status')
    .summary('say what there is, what is queued, how far the runs are')
    .description('Says what the database holds, what is queued and how far the runs are.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (raw: unknown) => {
      const { json } = z.object({ json: z.boolean().default(false) }).parse(raw)
      const { status } = await import('../status.ts')
      await status({ json }, context)
    })
}
