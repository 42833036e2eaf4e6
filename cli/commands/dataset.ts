/** `tributary dataset …`: which prompts there are. */
import { Option, type Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'
import { formatNames } from '../../ingest/datasets/formats/format.ts'

const EXAMPLES = `
Examples:
  $ tributary dataset add demo/data/known_1000.json --id demo-facts
  $ tributary dataset add ./TruthfulQA.csv
  $ tributary dataset add ./my-prompts.jsonl --format jsonl --skip-broken
  $ tributary dataset add hf:datasets/NeelNanda/counterfact-tracing --id counterfact
  $ tributary dataset remove counterfact --yes

Files are JSON arrays, JSON lines, objects with the records under "data", "rows", "train" …, CSV or TSV with a header, or
Parquet; text files may be packed with gzip. Formats, recognised by content when --format is not given:
  known       prompt, attribute, subject                       (ROME's known_1000)
  ioi         prompt, target_token; or text, IO, S
  longra      prompt, target_token, category
  counterfact requested_rewrite; prompt, target_true (and target_false); prompt, answer, subject; one {prompt, answer} a language
  truthfulqa  the published CSV; question, best_answer; mc1_targets or mc2_targets; prompt_init, prompt_correct, prompt_wrong
  choices     a question or beginning with options and the right one's text, number or letter: MMLU, ARC, HellaSwag, PIQA …
  winogrande  sentence with _, option1, option2, answer
  blimp       sentence_good, sentence_bad
  lambada     text whose last word is the answer                (recognised with an empty domain only)
  harness     doc, arguments, target                            (logs of lm-evaluation-harness)
  qa          question and answer or answers, perhaps context
  probe       text, label
  jsonl       prompt or text, and perhaps answer or target, subject, and whatever else is to be kept`

export function addDatasetCommands(program: Command, context: CliContext): void {
  const dataset = program.command('dataset').summary('add, list and remove datasets').description('Adds, lists and removes datasets.')
  dataset
    .command('add')
    .description('Checks a dataset file and adds all of its prompts, or none.')
    .argument('<file>', 'a file, or hf:datasets/org/name with @revision and /file where they are needed')
    .addOption(new Option('--format <format>', 'what the records are (default: recognised)').choices(formatNames))
    .option('--id <id>', "what to call it (default: the file's name)")
    .option('--skip-broken', 'take the good records of a file that has broken ones')
    .action(async (file, { format, id, skipBroken = false }) => {
      const { addDatasetFile } = await import('../actions/dataset-add.ts')
      await addDatasetFile(file, { format, id, skipBroken }, context)
    })
  dataset
    .command('list')
    .description('Lists the datasets.')
    .option('--json', 'print one JSON array')
    .action(async ({ json = false }) => {
      const { listDatasets } = await import('../actions/dataset-list.ts')
      await listDatasets({ json }, context)
    })
  dataset
    .command('remove')
    .description('Removes a dataset with its prompts, its runs and their results. The file stays.')
    .argument('<id>')
    .option('--yes', 'even when runs and results go with it')
    .action(async (id, { yes = false }) => {
      const { removeDatasetById } = await import('../actions/dataset-remove.ts')
      await removeDatasetById(id, { yes }, context)
    })
  dataset.addHelpText('after', EXAMPLES)
}
