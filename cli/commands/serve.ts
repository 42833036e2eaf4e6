/** `tributary serve` and `tributary start`. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'

const SERVE_EXAMPLES = `
Examples:
  $ tributary serve
  $ DATABASE_URL=postgres://db.example/tributary tributary serve --port 8080

Answers from the database; what is not stored yet is computed by workers (tributary work).`

const START_EXAMPLES = `
Examples:
  $ npm start
  $ tributary start --port 8080
  $ tributary start --workers 2

Several workers are for machines with more cores than the products of a small model can use; each holds weights of its own.
On two cores one is faster.`

export function addServe(program: Command, context: CliContext): void {
  withAddress(program.command('serve'))
    .summary('answer GraphQL')
    .description('Runs the GraphQL server alone.')
    .addHelpText('after', SERVE_EXAMPLES)
    .action(async (flags) => {
      const { serve } = await import('../actions/serve.ts')
      await serve(flags, context)
    })
}

export function addStart(program: Command, context: CliContext): void {
  withAddress(program.command('start'))
    .summary('run everything: database, worker and server')
    .description('Runs the database (embedded, unless DATABASE_URL names one), a worker and the GraphQL server.')
    .option('--workers <n>', 'how many workers; they share the cores and the memory of a pass (default: 1)')
    .option('--no-demo', 'leave the bundled model and datasets out of an empty database')
    .addHelpText('after', START_EXAMPLES)
    .action(async ({ demo, ...flags }) => {
      const { start } = await import('../actions/start.ts')
      await start({ flags, demo }, context)
    })
}

const withAddress = (command: Command) =>
  command
    .option('--host <address>', 'what to listen on (default: 127.0.0.1, this machine only)')
    .option('--port <n>', 'the port (default: 4000; 0: any free one)')
