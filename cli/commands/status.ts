/** `tributary status` */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'
import { wholeNumber } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary status
  $ tributary status --json`

const SHOWN_FAILURES = 5

export function addStatus(program: Command, context: CliContext): void {
  program
    .command('status')
    .summary('say what there is, what is queued, how far the runs are')
    .description('Says what the database holds, what is queued and how far the runs are.')
    .option('--failures <n>', `tell at most so many of the latest failures (default: ${SHOWN_FAILURES})`, (text) => wholeNumber('--failures', text, { least: 0 }))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false, failures = SHOWN_FAILURES }) => {
      const { status } = await import('../actions/status.ts')
      await status({ json, failures }, context)
    })
}
