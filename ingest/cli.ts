/** The command line: every subcommand by name, what it needs loaded only when it runs. */
import { Command } from 'commander'
import { addAttribute } from './commands/attribute.ts'
import { addBackup } from './commands/backup.ts'
import { addDatasetCommands } from './commands/dataset.ts'
import { addDemo } from './commands/demo.ts'
import { addIngest } from './commands/ingest.ts'
import { addMaintenance } from './commands/maintenance.ts'
import { addKeyCommands } from './commands/key.ts'
import { addModelCommands } from './commands/model.ts'
import { addPrintSchema } from './commands/print-schema.ts'
import { addRunCommands } from './commands/run.ts'
import { addServe, addStart } from './commands/serve.ts'
import { addSqlCommands } from './commands/sql.ts'
import { addStatus } from './commands/status.ts'
import { addWork } from './commands/work.ts'
import type { CliContext } from './context.ts'

const EXAMPLES = `
Examples:
  $ tributary model add ./gpt2 --id gpt2
  $ tributary dataset add known_1000.json --id known
  $ tributary ingest --model gpt2 --dataset known --by token
  $ tributary attribute --model gpt2 --text "The Eiffel Tower is in the city of" --target Paris

Settings come from the environment: DATABASE_URL (default: an embedded Postgres), TRIBUTARY_HOME (default: .tributary in
the project), HOST, PORT, TRIBUTARY_ENGINE, TRIBUTARY_DEVICE, TRIBUTARY_THREADS, TRIBUTARY_MEMORY_LIMIT, LOG_LEVEL.`

export function buildProgram(context: CliContext): Command {
  const program = new Command('tributary')
    .description('Exact attributions of language models: which tokens, heads and neurons make a model say what it says.')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text),
      writeErr: (text) => context.say(text),
    })
  addStart(program, context)
  addDemo(program, context)
  addModelCommands(program, context)
  addDatasetCommands(program, context)
  addIngest(program, context)
  addRunCommands(program, context)
  addAttribute(program, context)
  addStatus(program, context)
  addWork(program, context)
  addServe(program, context)
  addSqlCommands(program, context)
  addMaintenance(program, context)
  addBackup(program, context)
  addKeyCommands(program, context)
  addPrintSchema(program, context)
  program.addHelpText('after', EXAMPLES)
  return program
}
