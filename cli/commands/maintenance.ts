/** `tributary gc` and `tributary verify`: the database kept small and trusted. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'
import { decimal, wholeNumber } from '../flags.ts'

const GC_EXAMPLES = `
Examples:
  $ tributary gc --dry-run
  $ tributary gc --older-than 30

Removes sequences and vectors that belong to no result (an hour old at least) and jobs that ended long ago. Results stay,
unless --older-than is given: then those go that are older and that no run asked for. May run while others work.`

const VERIFY_EXAMPLES = `
Examples:
  $ tributary verify
  $ tributary verify --sample 200 --json

Adds up the scores of every stored result and compares a random sample with a fresh computation on this machine. Every
difference is a line; exit status 1 when there is any.`

const DEFAULT_SAMPLE = 20
const days = (text: string) => decimal('--older-than', text, { least: 0 })
const sample = (text: string) => wholeNumber('--sample', text, { least: 0 })

export function addMaintenance(program: Command, context: CliContext): void {
  program
    .command('gc')
    .summary('remove what nothing needs any more')
    .description('Removes what nothing needs any more.')
    .option('--older-than <days>', 'also results older than this that no run asked for', days)
    .option('--dry-run', 'say what would go, and remove nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', GC_EXAMPLES)
    .action(async ({ olderThan: olderThanDays = null, dryRun = false, json = false }) => {
      const { gc } = await import('../actions/gc.ts')
      await gc({ olderThanDays, dryRun, json }, context)
    })
  program
    .command('verify')
    .summary('check that what is stored adds up and would be computed again')
    .description('Checks all stored sums, and a sample of results against a fresh computation.')
    .option('--sample <n>', 'results that are computed anew', sample, DEFAULT_SAMPLE)
    .option('--json', 'print one JSON object')
    .addHelpText('after', VERIFY_EXAMPLES)
    .action(async ({ sample: size, json = false }) => {
      const { verify } = await import('../actions/verify.ts')
      await verify({ sample: size, json }, context)
    })
}
