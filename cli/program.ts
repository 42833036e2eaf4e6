/** The command line: every subcommand by name. The modules of a subcommand are loaded only when it runs. */
import { Command } from '@commander-js/extra-typings'
import type { Command as PlainCommand } from 'commander'
import completion from '@bomb.sh/tab/commander'
import packageJson from '../package.json' with { type: 'json' }
import type { CliContext } from './context.ts'

const EXAMPLES = `
Examples:
  $ tributary model add ./gpt2 --id gpt2
  $ tributary dataset add ./my-prompts.jsonl --id my-prompts
  $ tributary ingest --model gpt2 --dataset my-prompts --by token
  $ tributary attribute --model gpt2 --text "The Eiffel Tower is in the city of" --target Paris

Settings come from the environment: DATABASE_URL (default: an embedded Postgres), TRIBUTARY_HOME (default: .tributary in
the project), HOST, PORT, TRIBUTARY_ENGINE, TRIBUTARY_DEVICE, TRIBUTARY_THREADS, TRIBUTARY_WORKERS,
TRIBUTARY_MEMORY_LIMIT, TRIBUTARY_ALLOCATOR, LOG_LEVEL.`

/** The typed options exist only as types; at run time this is commander's own class. */
const asPlain = (program: Command): PlainCommand => program as unknown as PlainCommand

type Add = (program: Command, context: CliContext) => void

/**
 * Commands in the order of the help, with the module of each. Only the needed module is loaded, since loading all of
 * them takes longer than most commands run. Names that share a module are listed apart if the help lists them apart.
 */
const families: readonly { names: readonly string[]; load: () => Promise<Add> }[] = [
  { names: ['start'], load: async () => (await import('./commands/serve.ts')).addStart },
  { names: ['demo'], load: async () => (await import('./commands/demo.ts')).addDemo },
  { names: ['model'], load: async () => (await import('./commands/model.ts')).addModelCommands },
  { names: ['dataset'], load: async () => (await import('./commands/dataset.ts')).addDatasetCommands },
  { names: ['sae'], load: async () => (await import('./commands/sae.ts')).addSaeCommands },
  { names: ['labels'], load: async () => (await import('./commands/labels.ts')).addLabelCommands },
  { names: ['ingest'], load: async () => (await import('./commands/ingest.ts')).addIngest },
  { names: ['run'], load: async () => (await import('./commands/run.ts')).addRunCommands },
  { names: ['attribute'], load: async () => (await import('./commands/attribute.ts')).addAttribute },
  { names: ['intervene'], load: async () => (await import('./commands/intervene.ts')).addIntervene },
  { names: ['graph'], load: async () => (await import('./commands/graph.ts')).addGraph },
  { names: ['experiment'], load: async () => (await import('./commands/experiment.ts')).addExperimentCommands },
  { names: ['probe', 'activations'], load: async () => (await import('./commands/probe.ts')).addProbeCommands },
  { names: ['status'], load: async () => (await import('./commands/status.ts')).addStatus },
  { names: ['work'], load: async () => (await import('./commands/work.ts')).addWork },
  { names: ['serve'], load: async () => (await import('./commands/serve.ts')).addServe },
  { names: ['sql', 'sql-role'], load: async () => (await import('./commands/sql.ts')).addSqlCommands },
  { names: ['export'], load: async () => (await import('./commands/export.ts')).addExport },
  { names: ['gc', 'verify'], load: async () => (await import('./commands/maintenance.ts')).addMaintenance },
  { names: ['backup', 'restore'], load: async () => (await import('./commands/backup.ts')).addBackup },
  { names: ['key'], load: async () => (await import('./commands/key.ts')).addKeyCommands },
  { names: ['print-schema'], load: async () => (await import('./commands/print-schema.ts')).addPrintSchema },
]

/**
 * The program with the command that `argv` begins with. If `argv` begins with no command (help, or a misspelling that
 * gets a suggestion), the program has all commands. For the version it needs none.
 */
export async function buildProgram(context: CliContext, argv: readonly string[] = []): Promise<Command> {
  const program = new Command('tributary')
    .description('Exact attributions of language models: which tokens, heads and neurons make a model say what it says.')
    .version(packageJson.version, '--version', 'print the version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text),
      writeErr: (text) => context.say(text),
    })
  const [first] = argv
  const named = families.filter(({ names }) => first !== undefined && names.includes(first))
  const needed = first === '--version' && argv.length === 1 ? [] : named.length > 0 ? named : families
  for (const { load } of needed) (await load())(program, context)
  program.addHelpText('after', EXAMPLES)
  // Added after all the others, because it looks at them. It is needed only if no other command is named.
  if (needed === families) completion(asPlain(program), { completionCommandName: 'completion' })
  return program
}
