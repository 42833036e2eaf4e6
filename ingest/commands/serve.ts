/** `tributary serve` and `tributary start`. */
import type { Command } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../context.ts'

const SERVE_EXAMPLES = `
Examples:
  $ tributary serve
  $ DATABASE_URL=postgres://db.example/tributary tributary serve --port 8080

Answers from the database; what is not stored yet is computed by workers (tributary work).`

const START_EXAMPLES = `
Examples:
  $ npm start
  $ tributary start --port 8080`

const flagsSchema = z.object({ host: z.string().optional(), port: z.string().optional() })
const startFlagsSchema = flagsSchema.extend({ demo: z.boolean() })

export function addServe(program: Command, context: CliContext): void {
  withAddress(program.command('serve'))
    .summary('answer GraphQL')
    .description('Runs the GraphQL server alone.')
    .addHelpText('after', SERVE_EXAMPLES)
    .action(async (raw: unknown) => {
      const { serve } = await import('../serve/serve.ts')
      await serve(flagsSchema.parse(raw), context)
    })
}

export function addStart(program: Command, context: CliContext): void {
  withAddress(program.command('start'))
    .summary('run everything: database, worker and server')
    .description('Runs the database (embedded, unless DATABASE_URL names one), one worker and the GraphQL server.')
    .option('--no-demo', 'leave the bundled model and datasets out of an empty database')
    .addHelpText('after', START_EXAMPLES)
    .action(async (raw: unknown) => {
      const { start } = await import('../serve/start.ts')
      const { demo, ...flags } = startFlagsSchema.parse(raw)
      await start({ flags, demo }, context)
    })
}

const withAddress = (command: Command) =>
  command
    .option('--host <address>', 'what to listen on (default: 127.0.0.1, this machine only)')
    .option('--port <n>', 'the port (default: 4000; 0: any free one)')
