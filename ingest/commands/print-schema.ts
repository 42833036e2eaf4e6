/** `tributary print-schema`: the GraphQL schema as code generators read it. */
import type { Command } from 'commander'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary print-schema > schema.graphql`

export function addPrintSchema(program: Command, context: CliContext): void {
  program
    .command('print-schema')
    .description('Prints the GraphQL schema.')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { printSchema } = await import('../../schema/print.ts')
      context.print(printSchema())
    })
}
