/** `tributary status` */
import type { Command } from '@commander-js/extra-typings'
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
    .action(async ({ json = false }) => {
      const { status } = await import('../actions/status.ts')
      await status({ json }, context)
    })
}
