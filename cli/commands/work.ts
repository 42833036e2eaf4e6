/** `tributary work`: a worker process. */
import { Option, type Command } from '@commander-js/extra-typings'
import { deviceNames, engineNames } from '../../src/config.ts'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary work
  $ DATABASE_URL=postgres://db.example/tributary tributary work --device cuda
  $ tributary work --interactive-only

Any number of workers, on any number of machines, take jobs of one database. A worker needs the database and the folders
of the models it is to compute with, added on its machine with tributary model add. Ctrl-C lets it finish what it has
begun; what a killed worker had is taken over by another.`

export function addWork(program: Command, context: CliContext): void {
  program
    .command('work')
    .summary('compute what is queued, until stopped')
    .description('Takes jobs from the queue, computes and stores them, until stopped.')
    .option('--interactive-only', 'take only what someone waits for')
    .option('--quiet', 'say nothing when all goes well')
    .addOption(new Option('--engine <name>', 'what computes (default: onnx)').choices(engineNames))
    .addOption(new Option('--device <name>', 'where it computes (default: cpu)').choices(deviceNames))
    .option('--threads <n>', 'threads of the engine (default: one per core)')
    .option('--memory-limit <amount>', 'memory of one pass beyond the weights, such as 4GiB')
    .addHelpText('after', EXAMPLES)
    .action(async ({ memoryLimit: memoryLimitBytes, interactiveOnly = false, quiet = false, ...flags }) => {
      const { work } = await import('../actions/work.ts')
      await work({ ...flags, interactiveOnly, quiet, memoryLimitBytes }, context)
    })
}
