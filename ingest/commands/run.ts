/** `tributary run …`: what ingests have begun. */
import type { Command } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../context.ts'
import { wholeNumber } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary run list
  $ tributary run pause 3
  $ tributary run resume 3
  $ tributary run remove 3 --yes

A run is one ingest. Resuming it queues what is open and tries again what failed; so does the same tributary ingest.`

export function addRunCommands(program: Command, context: CliContext): void {
  const run = program
    .command('run')
    .summary('list, pause, resume and remove runs')
    .description('Lists, pauses, resumes and removes runs.')
    .addHelpText('after', EXAMPLES)
  const idOf = (id: string) => wholeNumber('The run', id, { least: 1 })
  run
    .command('list')
    .description('Lists the runs and how far they are.')
    .option('--json', 'print one JSON array')
    .action(async (raw: unknown) => {
      const { json } = z.object({ json: z.boolean().default(false) }).parse(raw)
      const { listRuns } = await import('../runs/runs.ts')
      await listRuns({ json }, context)
    })
  run
    .command('pause')
    .description('Takes what is not begun out of the queue.')
    .argument('<run>', 'its number')
    .action(async (id: string) => {
      const { pauseRunById } = await import('../runs/runs.ts')
      await pauseRunById(idOf(id), context)
    })
  run
    .command('resume')
    .alias('retry')
    .description('Goes on with what is open, and tries again what failed.')
    .argument('<run>', 'its number')
    .option('--limit <n>', "only the dataset's first n prompts (default: what the run asks for)")
    .option('--no-work', 'leave the computing to workers that run elsewhere')
    .action(async (id: string, raw: unknown) => {
      const { limit, work: works } = z.object({ limit: z.string().optional(), work: z.boolean() }).parse(raw)
      const { resumeRunById } = await import('../runs/runs.ts')
      const most = limit === undefined ? null : wholeNumber('--limit', limit, { least: 1 })
      await resumeRunById(idOf(id), { limit: most, works }, context)
    })
  run
    .command('remove')
    .description('Removes a run with the results that no other run asked for.')
    .argument('<run>', 'its number')
    .option('--yes', 'also when results would go')
    .action(async (id: string, raw: unknown) => {
      const { yes } = z.object({ yes: z.boolean().default(false) }).parse(raw)
      const { removeRunById } = await import('../runs/runs.ts')
      await removeRunById(idOf(id), { yes }, context)
    })
}
