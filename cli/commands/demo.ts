/** `tributary demo`: the bundled model with its datasets and a starter set. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary demo

The model knows one small invented world (demo/README.md) and was trained on nothing else. What is there already is not
added or computed twice.`

export function addDemo(program: Command, context: CliContext): void {
  program
    .command('demo')
    .summary('add the bundled model and datasets, and attribute a starter set')
    .description('Adds the bundled demo model and its datasets, and attributes a starter set of prompts.')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { demo, demoSuggestions } = await import('../actions/demo.ts')
      await demo({ works: true }, context)
      if (!context.signal.aborted) context.print(demoSuggestions())
    })
}
