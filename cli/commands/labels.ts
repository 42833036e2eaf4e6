/** `tributary labels …`: what people and programs say that features are about. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'

const EXAMPLES = `
Examples:
  $ tributary labels import demo/saes/2-res --sae demo/2-res
  $ tributary labels import ~/neuronpedia/v1/gpt2-small/6-res-jb
  $ tributary labels import ./my-labels.csv --sae gpt2/6-res-jb --author me

Read are Neuronpedia's exports (a folder with explanations/batch-N.jsonl.gz), explanations.jsonl, and CSV with the columns index
and description; perhaps author, method (typeName), explainer (explanationModelName) and score. Without --sae each line is of
the set that it names (modelId and layer). Each label is stored once: the same import can be begun again at any time.`

export function addLabelCommands(program: Command, context: CliContext): void {
  const labels = program
    .command('labels')
    .summary('import labels of features')
    .description('Imports labels of features.')
  labels
    .command('import')
    .description('Reads labels from a file or a folder and stores those that are new.')
    .argument('<path>', 'a file, or a folder of them')
    .option('--sae <set>', 'the added set that they are of (default: the one that each line names)')
    .option('--author <name>', "who gave those that do not say it (default: the file's name)")
    .option('--skip-broken', 'take the good lines of files that have broken ones')
    .action(async (path, { sae, author, skipBroken = false }) => {
      const { importLabelFiles } = await import('../actions/labels-import.ts')
      await importLabelFiles({ path, sae, author, skipBroken }, context)
    })
  labels.addHelpText('after', EXAMPLES)
}
