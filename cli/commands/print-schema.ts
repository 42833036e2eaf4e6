/** `tributary print-schema`: the GraphQL schema as code generators and caches read it. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary print-schema > schema.graphql
  $ tributary print-schema --possible-types > possible-types.json`

export function addPrintSchema(program: Command, context: CliContext): void {
  program
    .command('print-schema')
    .description('Prints the GraphQL schema.')
    .option('--possible-types', "print which types each interface stands for, for Apollo Client's cache")
    .addHelpText('after', EXAMPLES)
    .action(async ({ possibleTypes = false }) => {
      const { printPossibleTypes, printSchema } = await import('../../schema/print.ts')
      context.print(possibleTypes ? printPossibleTypes() : printSchema())
    })
}
