/** `tributary run …`: what ingests have begun. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'
import { weightOf, wholeNumber } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary run list
  $ tributary run pause 5
  $ tributary run resume 5 --weight 2
  $ tributary run weight 5 0.5
  $ tributary run cancel 5
  $ tributary run remove 3 --yes

A run is one ingest, and 5 the number of one that is under way. Resuming it queues what is open and tries again what failed; so does the same tributary ingest. Paused
or cancelled, it keeps what is done; a cancelled run counts as ended. Runs share the workers by weight: while others have
work, a run of weight 2 gets twice as much done as one of weight 1.`

const idOf = (text: string) => wholeNumber('The run', text, { least: 1 })
const limitOf = (text: string) => wholeNumber('--limit', text, { least: 1 })

export function addRunCommands(program: Command, context: CliContext): void {
  const run = program
    .command('run')
    .summary('list, weigh, pause, cancel, resume and remove runs')
    .description('Lists, weighs, pauses, cancels, resumes and removes runs.')
    .addHelpText('after', EXAMPLES)
  run
    .command('list')
    .description('Lists the runs and how far they are.')
    .option('--json', 'print one JSON array')
    .action(async ({ json = false }) => {
      const { listRuns } = await import('../actions/runs.ts')
      await listRuns({ json }, context)
    })
  run
    .command('pause')
    .description('Takes what is not begun out of the queue, for a while.')
    .argument('<run>', 'its number', idOf)
    .action(async (id) => {
      const { stopRunById } = await import('../actions/runs.ts')
      await stopRunById(id, 'paused', context)
    })
  run
    .command('cancel')
    .description('Takes what is not begun out of the queue, for good; what is done stays.')
    .argument('<run>', 'its number', idOf)
    .action(async (id) => {
      const { stopRunById } = await import('../actions/runs.ts')
      await stopRunById(id, 'cancelled', context)
    })
  run
    .command('weight')
    .description('Gives it another share of the workers beside other runs.')
    .argument('<run>', 'its number', idOf)
    .argument('<weight>', '0.01 to 100; 2 gets twice as much work done as 1', weightOf)
    .action(async (id, weight) => {
      const { weighRun } = await import('../actions/runs.ts')
      await weighRun(id, weight, context)
    })
  run
    .command('resume')
    .alias('retry')
    .description('Goes on with what is open, and tries again what failed.')
    .argument('<run>', 'its number', idOf)
    .option('--limit <n>', "only the dataset's first n prompts (default: what the run asks for)", limitOf)
    .option('--weight <w>', 'its share of the workers beside other runs (default: as it was)', weightOf)
    .option('--no-work', 'leave the computing to workers that run elsewhere')
    .action(async (id, { limit = null, weight = null, work: works }) => {
      const { resumeRunById } = await import('../actions/runs.ts')
      await resumeRunById(id, { limit, weight, works }, context)
    })
  run
    .command('remove')
    .description('Removes a run with the results that no other run asked for.')
    .argument('<run>', 'its number', idOf)
    .option('--yes', 'also when results would go')
    .action(async (id, { yes = false }) => {
      const { removeRunById } = await import('../actions/runs.ts')
      await removeRunById(id, { yes }, context)
    })
}
