/** `tributary gc` and `tributary verify`: the database kept small and trusted. */
import type { Command } from 'commander'
import { z } from 'zod'
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

export function addMaintenance(program: Command, context: CliContext): void {
  program
    .command('gc')
    .summary('remove what nothing needs any more')
    .description('Removes what nothing needs any more.')
    .option('--older-than <days>', 'also results older than this that no run asked for')
    .option('--dry-run', 'say what would go, and remove nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', GC_EXAMPLES)
    .action(async (raw: unknown) => {
      const flags = z
        .object({ olderThan: z.string().optional(), dryRun: z.boolean().default(false), json: z.boolean().default(false) })
        .parse(raw)
      const olderThanDays = flags.olderThan === undefined ? null : decimal('--older-than', flags.olderThan, { least: 0 })
      const { gc } = await import('../gc.ts')
      await gc({ olderThanDays, dryRun: flags.dryRun, json: flags.json }, context)
    })
  program
    .command('verify')
    .summary('check that what is stored adds up and would be computed again')
    .description('Checks all stored sums, and a sample of results against a fresh computation.')
    .option('--sample <n>', 'results that are computed anew', '20')
    .option('--json', 'print one JSON object')
    .addHelpText('after', VERIFY_EXAMPLES)
    .action(async (raw: unknown) => {
      const flags = z.object({ sample: z.string(), json: z.boolean().default(false) }).parse(raw)
      const { verify } = await import('../verify/verify.ts')
      await verify({ sample: wholeNumber('--sample', flags.sample, { least: 0 }), json: flags.json }, context)
    })
}
