/** `tributary dataset …`: which prompts there are. */
import { Option, type Command } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../context.ts'
import { formatNames } from '../datasets/formats/format.ts'

const EXAMPLES = `
Examples:
  $ tributary dataset add known_1000.json --id known
  $ tributary dataset add TruthfulQA.csv
  $ tributary dataset add prompts.jsonl --format jsonl --skip-broken

Files are JSON arrays, JSON lines or CSV with a header; formats, recognised by content when --format is not given:
  known       prompt, attribute, subject                       (ROME's known_1000)
  ioi         prompt, target_token
  longra      prompt, target_token, category
  counterfact case_id with prompt, answer, subject; one {prompt, answer} per language; or ROME's requested_rewrite
  truthfulqa  prompt_init, prompt_correct, prompt_wrong, correct_option; the published CSV; or mc1_targets
  probe       text, label
  jsonl       prompt or text, and perhaps answer or target, subject, and whatever else is to be kept`

export function addDatasetCommands(program: Command, context: CliContext): void {
  const dataset = program.command('dataset').summary('add and list datasets').description('Adds and lists datasets.')
  dataset
    .command('add')
    .description('Checks a dataset file and adds all of its prompts, or none.')
    .argument('<file>')
    .addOption(new Option('--format <format>', 'what the records are (default: recognised)').choices(formatNames))
    .option('--id <id>', "what to call it (default: the file's name)")
    .option('--skip-broken', 'take the good records of a file that has broken ones')
    .action(async (file: string, raw: unknown) => {
      const flags = z
        .object({
          format: z.enum(formatNames).optional(),
          id: z.string().optional(),
          skipBroken: z.boolean().default(false),
        })
        .parse(raw)
      const { addDatasetFile } = await import('../datasets/add.ts')
      await addDatasetFile(file, flags, context)
    })
  dataset
    .command('list')
    .description('Lists the datasets.')
    .option('--json', 'print one JSON array')
    .action(async (raw: unknown) => {
      const { json } = z.object({ json: z.boolean().default(false) }).parse(raw)
      const { listDatasets } = await import('../datasets/list.ts')
      await listDatasets({ json }, context)
    })
  dataset.addHelpText('after', EXAMPLES)
}
