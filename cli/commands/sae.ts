/** `tributary sae …`: which feature sets there are. */
import type { Command } from '@commander-js/extra-typings'
import type { CliContext } from '../context.ts'
import { decimal, wholeNumber } from '../flags.ts'

const EXAMPLES = `
Examples:
  $ tributary sae add demo/saes/2-res
  $ tributary sae add ~/saes/gemma-scope-2b-pt-res/layer_20 --model gemma --all
  $ tributary sae add hf:google/gemma-scope-2b-pt-res/layer_12/width_16k/average_l0_82 --model gemma
  $ tributary sae add ./my-sae --model pythia --site 5.resid_post --id 5-res-mine
  $ tributary sae remove demo/2-res --yes

A feature set is a sparse autoencoder or a transcoder. Its format is recognised by what is in its files (docs/feature-sets.md
lists them); nothing is copied. It is tried on some hundred tokens of its model: one that cannot be what was trained is
refused, with what is wrong, unless --force is given. A feature is then called by model, set and number: demo/2-res/320.`

export function addSaeCommands(program: Command, context: CliContext): void {
  const sae = program
    .command('sae')
    .summary('add, list and remove feature sets')
    .description('Adds, lists and removes feature sets.')
  sae
    .command('add')
    .description('Tries a feature set on its model and adds it.')
    .argument(
      '<path>',
      'a file, a folder or hf:org/name/folder on the hub; of a folder of many sets name those to add by --id, or give --all',
    )
    .option('--model <id>', 'the model that it belongs to (default: the only one that it fits)')
    .option(
      '--id <id...>',
      'what to call it: layer and set, as in 6-res-jb (default: as its files say); of several sets, those to add',
    )
    .option('--all', 'every set in the folder')
    .option('--site <site>', 'what it reads, where its files do not say: 6.resid_pre')
    .option('--writes <site>', "a transcoder's output, likewise")
    .option('--k <n>', 'features that fire per token, likewise', (text) => wholeNumber('--k', text, { least: 1 }))
    .option('--scale <factor>', 'the factor that inputs were multiplied by in training, likewise', (text) =>
      decimal('--scale', text),
    )
    .option(
      '--prompts <dataset>',
      'an added dataset whose texts it is tried on (default: the first with texts; else built-in prose)',
    )
    .option('--force', 'add it although it is refused')
    .action(async (path, flags) => {
      const { addSets } = await import('../actions/sae-add.ts')
      await addSets(
        { path, ...flags, ids: flags.id ?? [], all: flags.all ?? false, force: flags.force ?? false },
        context,
      )
    })
  sae
    .command('list')
    .description('Lists the feature sets.')
    .option('--json', 'print one JSON array')
    .action(async ({ json = false }) => {
      const { listSets } = await import('../actions/sae-list.ts')
      await listSets({ json }, context)
    })
  sae
    .command('remove')
    .description('Removes a feature set with its statistics, examples and explanations. The files stay.')
    .argument('<id>', 'model/set, or the set alone where it is clear')
    .option('--yes', 'even when statistics or explanations go with it')
    .action(async (id, { yes = false }) => {
      const { removeSet } = await import('../actions/sae-remove.ts')
      await removeSet(id, { yes }, context)
    })
  sae.addHelpText('after', EXAMPLES)
}
